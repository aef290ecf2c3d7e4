package apps

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// Declaration says part by part all that a grant gives: what it does not name is not
// given. Its methods refuse a part as a fault.Invalid, so that whoever reads parts from a
// file can say where each stands. Names are as of Edit, but each ticks itself alone: a
// field of identifiers comes with the types that are named.
//
// What the grant that holds says already is not asked about again: a key that it ticks need
// not be one that an import has brought.
type Declaration struct {
	work *editing
	held policy.Grant
	done map[string]string // what was said of each name
}

// Declare begins a declaration in the place of the grant that holds for an app. Keys are
// those of roster.KeysFor the app.
func Declare(held policy.Grant, keys []roster.Key) *Declaration {
	work := &editing{resolver: resolver{keys, held}}
	work.Grant.Entities = map[string]policy.EntityGrant{}
	return &Declaration{work: work, held: held, done: map[string]string{}}
}

// Share switches an entity on, or ticks one field, key or type; a type with its field.
func (d *Declaration) Share(name string) error {
	t, err := d.say("shared", name)
	switch {
	case err != nil:
		return err
	case t.isEntity():
		return d.work.turn(t, true)
	case t.field.Class == catalog.Credential:
		return neverShared(t.name)
	case t.field.Class == catalog.Structural:
		return fault.New(fault.Invalid, "%s needs no tick: it comes with %s; leave it out", t.name, t.entity.Plural)
	case t.bag != "":
		return d.shareMember(t)
	}
	d.work.update(t.entity.Plural, func(g *policy.EntityGrant) { g.Fields = append(g.Fields, t.field.Name) })
	if !slices.Contains(d.held.Entities[t.entity.Plural].Fields, t.field.Name) {
		d.work.asked = append(d.work.asked, t)
	}
	return nil
}

// shareMember ticks a key or a type. Only one that the grant did not tick until now is
// reviewed with it: what waits for a review goes on waiting.
func (d *Declaration) shareMember(t target) error {
	if !d.work.ticks(t) {
		return d.work.shareMember(t)
	}
	d.work.update(t.entity.Plural, func(g *policy.EntityGrant) {
		if t.bag == catalog.Metadata {
			g.Keys = append(g.Keys, t.member)
			return
		}
		g.Fields = append(g.Fields, t.field.Name)
		g.Types = append(g.Types, t.member)
	})
	return nil
}

// Mask masks a field, written as "users.familyName=initial".
func (d *Declaration) Mask(written string) error {
	name, mask, _ := strings.Cut(written, "=")
	t, err := d.say("masked", name)
	if err != nil {
		return err
	}
	return d.work.mask(t, mask)
}

// say finds what a name stands for. It may be named once.
func (d *Declaration) say(verb, name string) (target, error) {
	switch other := d.done[name]; other {
	case "":
	case verb:
		return target{}, fault.New(fault.Invalid, "%s is named twice", likeness.Echo(name))
	default:
		return target{}, fault.New(fault.Invalid, "%s cannot be both %s and %s", likeness.Echo(name), other, verb)
	}
	d.done[name] = verb
	return d.work.find(name)
}

// Metadata switches the metadata of an entity on, by its plural.
func (d *Declaration) Metadata(plural string) error {
	return Edit{Metadata: map[string]bool{plural: true}}.switches(d.work)
}

// Lift lifts the app's ceiling for one field, key or type.
func (d *Declaration) Lift(name, reason string) error {
	held, lifted := d.held.Lifts[name]
	if !lifted {
		if err := d.work.liftable(name); err != nil {
			return err
		}
	}
	if !lifted || held != reason {
		if err := checkLifts(map[string]string{name: reason}); err != nil {
			return err
		}
	}
	d.work.lift(name, reason)
	return nil
}

// Purpose says what the app uses the data for.
func (d *Declaration) Purpose(text string) error {
	d.work.Grant.Purpose = text
	return cmp.Or(checkText("the purpose", text), checkWords(d.held, policy.Grant{Purpose: text, Basis: d.held.Basis}))
}

// Basis says by what right the app has the data.
func (d *Declaration) Basis(text string) error {
	d.work.Grant.Basis = text
	return cmp.Or(checkText("the legal basis", text), checkWords(d.held, policy.Grant{Purpose: d.held.Purpose, Basis: text}))
}

// Declared is the grant, with the scope and the end that are said besides. What it has
// Seen are the keys and types that it ticks and the grant that holds does not.
func (d *Declaration) Declared(scope policy.Scope, until time.Time) Edited {
	d.work.Grant.Scope, d.work.Grant.Until = scope, until
	for plural, granted := range d.work.Grant.Entities {
		d.work.Grant.Entities[plural] = granted.Tidy(plural)
	}
	d.work.noteWhatStaysHidden()
	return d.work.Edited
}
