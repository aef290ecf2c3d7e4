package apps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// editing is an edit on its way.
type editing struct {
	Edited
	resolver
	asked []target // what was shared or masked
	typed []target // fields of identifiers that were shared, of whose types something is to be said
}

// update changes the part of the grant about one entity.
func (w *editing) update(plural string, do func(*policy.EntityGrant)) {
	granted := w.Grant.Entities[plural]
	do(&granted)
	w.Grant.Entities[plural] = granted
}

func (w *editing) note(sentence string) {
	if !slices.Contains(w.Notes, sentence) {
		w.Notes = append(w.Notes, sentence)
	}
}

func (w *editing) share(t target) error {
	switch {
	case t.isEntity():
		return w.turn(t, true)
	case t.bag != "":
		return w.shareMember(t)
	case t.field.Class == catalog.Credential:
		return neverShared(t.name)
	case t.field.Class == catalog.Structural:
		w.note(t.name + " needs no tick: it comes with " + t.entity.Plural + ".")
	default:
		w.tick(t)
	}
	w.asked = append(w.asked, t)
	return nil
}

// tick shares a field as it is; of identifiers, with the types that were reviewed for
// the app: a type is shared by its name.
func (w *editing) tick(t target) {
	w.update(t.entity.Plural, func(g *policy.EntityGrant) {
		g.Fields = append(g.Fields, t.field.Name)
		delete(g.Masks, t.field.Name)
	})
	if t.field.Kind != catalog.Identifiers {
		return
	}
	shared, _ := w.typesOf(t)
	w.update(t.entity.Plural, func(g *policy.EntityGrant) {
		for _, k := range shared {
			g.Types = append(g.Types, k.Name)
		}
	})
	w.typed = append(w.typed, t)
}

// typesOf are the types of a field of identifiers that the app gets, as they were reviewed
// for it or are named by the edit, and the others that the roster has.
func (w *editing) typesOf(t target) (shared, others []roster.Key) {
	for _, k := range w.keys {
		switch {
		case k.Entity != t.entity.Plural || string(k.Bag) != t.field.Name || !k.Present:
		case k.Reviewed || slices.Contains(w.Seen, k.Member()):
			shared = append(shared, k)
		default:
			others = append(others, k)
		}
	}
	return shared, others
}

// noteTypes says which types the fields of identifiers are shared with, once all that the
// edit names is known.
func (w *editing) noteTypes() {
	for _, t := range w.typed {
		shared, others := w.typesOf(t)
		w.note(typesNote(t.name, shared, others))
	}
}

// typesNote says which types a field is shared with, and how to share the others.
// Types whose names nobody accepted are counted: they may be anything that a roster
// holds.
func typesNote(field string, shared, others []roster.Key) string {
	if len(shared)+len(others) == 0 {
		return field + " shares nothing yet: the roster has no types of it."
	}
	said := field + " shares nothing yet: no type of it was reviewed for this app."
	if len(shared) > 0 {
		said = field + " is shared with the types " + listNames(shared) + "."
	}
	if len(others) > 0 {
		said += " The roster also has " + listNames(others) + "; name each that the app may have, as " + field + ".TYPE."
	}
	return said
}

// listNames lists the names of types; those that nobody accepted it counts.
func listNames(types []roster.Key) string {
	var names []string
	for _, k := range types {
		if k.Accepted {
			names = append(names, k.Name)
		}
	}
	switch n := len(types) - len(names); {
	case n == 1:
		names = append(names, "1 type whose name nobody has accepted")
	case n > 1:
		names = append(names, fmt.Sprintf("%d types whose names nobody has accepted", n))
	}
	return strings.Join(names, ", ")
}

// shareMember ticks a metadata key, or a type together with its field. A tick
// that an import has yet to confirm may stay, but is not made anew.
func (w *editing) shareMember(t target) error {
	key, seen := w.lookup(t)
	if !seen {
		return fault.New(fault.Invalid, "no import has brought %q%s", likeness.Echo(t.name), likeness.DidYouMean(t.name, Names(MembersOf(w.keys))))
	}
	w.update(t.entity.Plural, func(g *policy.EntityGrant) {
		if t.bag == catalog.Metadata {
			g.Keys = append(g.Keys, t.member)
			return
		}
		g.Fields = append(g.Fields, t.field.Name)
		g.Types = append(g.Types, t.member)
	})
	w.Seen = append(w.Seen, key.Member())
	w.asked = append(w.asked, t)
	return nil
}

func (w *editing) mask(t target, written string) error {
	if !t.isField() {
		return fault.New(fault.Invalid, "%s cannot be masked: only fields can", t.name)
	}
	if t.field.Class == catalog.Credential {
		return neverShared(t.name)
	}
	mask := policy.Mask(written)
	if written == "" {
		mask = policy.DefaultMask(t.field.Kind)
	}
	if !mask.Fits(t.field) {
		return cannotMask(t.name, t.field)
	}
	w.update(t.entity.Plural, func(g *policy.EntityGrant) {
		g.Fields = without(g.Fields, t.field.Name)
		if g.Masks == nil {
			g.Masks = map[string]policy.Mask{}
		}
		g.Masks[t.field.Name] = mask
	})
	w.asked = append(w.asked, t)
	return nil
}

func (w *editing) hide(t target) error {
	switch {
	case t.isEntity():
		return w.turn(t, false)
	case t.isField() && t.field.Class == catalog.Structural:
		return fault.New(fault.Invalid, "%s holds the roster together and cannot be hidden alone: hide %s as a whole", t.name, t.entity.Plural)
	}
	w.update(t.entity.Plural, func(g *policy.EntityGrant) {
		switch {
		case t.bag == catalog.Metadata:
			g.Keys = without(g.Keys, t.member)
		case t.bag != "":
			g.Types = without(g.Types, t.member)
		default:
			g.Fields = without(g.Fields, t.field.Name)
			delete(g.Masks, t.field.Name)
			if t.field.Kind == catalog.Identifiers {
				g.Types = nil
			}
		}
	})
	return nil
}

// liftable refuses a name for which no ceiling can be lifted.
func (w *editing) liftable(name string) error {
	t, err := w.find(name)
	switch {
	case err != nil:
		return err
	case t.isEntity():
		return fault.New(fault.Invalid, "a ceiling is lifted for one field, key or type, not for all %s: name it as %s.FIELD", name, name)
	case t.field.Class == catalog.Credential:
		return neverShared(t.name)
	}
	return nil
}

func (w *editing) lift(name, reason string) {
	if w.Grant.Lifts == nil {
		w.Grant.Lifts = map[string]string{}
	}
	w.Grant.Lifts[name] = reason
}

// turn switches an entity, and keeps its ticks.
func (w *editing) turn(t target, open bool) error {
	if !t.entity.Served {
		return fault.New(fault.Invalid, "%s has no switch of its own: it is seen only inside other entities", t.name)
	}
	w.update(t.entity.Plural, func(g *policy.EntityGrant) { g.Open = open })
	return nil
}

// noteWhatStaysHidden tells of ticks that do not show, once everything is done.
func (w *editing) noteWhatStaysHidden() {
	for _, t := range w.asked {
		granted := w.Grant.Entities[t.entity.Plural]
		switch lacks := w.Grant.Lacks(t.entity.Plural); {
		case lacks.Name != "":
			w.note(t.name + " stays hidden until " + lacks.String() + " is shared.")
		case lacks.Entity != "":
			w.note(t.name + " stays hidden until " + lacks.Entity + " are switched on.")
		}
		if t.bag == catalog.Metadata && !granted.Metadata {
			w.note(t.name + " stays hidden until the metadata of " + t.entity.Plural + " is switched on.")
		}
		if key, seen := w.lookup(t); seen && !key.Present {
			w.note(t.name + " stays hidden until the roster has it again and an admin has reviewed it for this app.")
		}
	}
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(names, func(n string) bool { return n == name })
}
