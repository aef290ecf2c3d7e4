package apps

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// Edit is a change of a grant in a person's words. What is nil or empty stays as
// it is.
//
// Share, Mask and Hide name entities ("users"), fields ("users.email"), metadata
// keys ("demographics.metadata.homeLanguage") and types of identifiers
// ("users.userIds.StateID"). Of these only fields can be masked, as
// "users.familyName=initial" or, by the strongest mask that fits, without "=".
// Share removes a mask, Mask a tick, Hide both.
//
// Switches and ticks are apart. An entity has a switch (Share and Hide of its
// plural, or Demographics), and its metadata has one; switching off keeps the
// ticks. Ticking never switches: what is ticked behind a switch that is off
// stays hidden, and a note says so. Identifiers have no switch but their field's
// tick: sharing "users.userIds" ticks the field and those types that were reviewed for
// the app already, sharing one type by its name ticks the field with it, and hiding
// the field drops all its types.
type Edit struct {
	Demographics      *bool // the switch of the entity demographics
	Share, Mask, Hide []string
	Lift, Unlift      []string        // fields, keys and types that the app's ceiling is lifted for, or no longer
	Reason            string          // why; a lift needs one
	Metadata          map[string]bool // by plural, the switches

	Orgs, Courses, Classes, Roles, Grades *policy.Among
	Unenrolled, Guardians, Former         *bool

	Until   *time.Time // the zero time has no end
	Purpose *string
}

// Edited is what an edit makes of a grant.
type Edited struct {
	Grant policy.Grant
	Seen  []catalog.Member // keys and types that the edit shares by their names, for SaveGrant to review
	Notes []string         // what a person may not expect, a sentence each
}

// Apply makes the edit on a copy of the grant. Keys are those of roster.KeysFor the app. An
// edit that names what there is not, or that asks for what cannot be, is a
// fault.Invalid, with near misses where a name is wrong.
func (e Edit) Apply(grant policy.Grant, keys []roster.Key) (Edited, error) {
	work := &editing{resolver: resolver{keys, grant}}
	work.Grant = grant.Clone()
	if work.Grant.Entities == nil {
		work.Grant.Entities = map[string]policy.EntityGrant{}
	}
	if err := e.switches(work); err != nil {
		return Edited{}, err
	}
	if err := e.ticks(work); err != nil {
		return Edited{}, err
	}
	if err := e.lifts(work); err != nil {
		return Edited{}, err
	}
	e.scope(&work.Grant.Scope)
	set(&work.Grant.Until, e.Until)
	set(&work.Grant.Purpose, e.Purpose)
	for name, granted := range work.Grant.Entities {
		work.Grant.Entities[name] = granted.Tidy(name)
	}
	work.noteTypes()
	work.noteWhatStaysHidden()
	return work.Edited, check(work.Grant)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (e Edit) switches(work *editing) error {
	if e.Demographics != nil {
		work.update("demographics", func(g *policy.EntityGrant) { g.Open = *e.Demographics })
	}
	for _, name := range slices.Sorted(maps.Keys(e.Metadata)) {
		entity, known := catalog.Find(name)
		if !known {
			return fault.New(fault.Invalid, "no entity is called %q%s", likeness.Echo(name), likeness.DidYouMean(name, bearers()))
		}
		if !entity.Metadata {
			return fault.New(fault.Invalid, "%s carry no metadata", name)
		}
		work.update(name, func(g *policy.EntityGrant) { g.Metadata = e.Metadata[name] })
	}
	return nil
}

// bearers lists the entities that may carry metadata.
func bearers() []string {
	var names []string
	for _, e := range catalog.Entities() {
		if e.Metadata {
			names = append(names, e.Plural)
		}
	}
	return names
}

func (e Edit) scope(s *policy.Scope) {
	set(&s.Orgs, e.Orgs)
	set(&s.Courses, e.Courses)
	set(&s.Classes, e.Classes)
	set(&s.Roles, e.Roles)
	set(&s.Grades, e.Grades)
	set(&s.Unenrolled, e.Unenrolled)
	set(&s.Guardians, e.Guardians)
	set(&s.Former, e.Former)
}

// ticks does what the lists say. A name may stand in one of them only.
func (e Edit) ticks(work *editing) error {
	done := map[string]string{}
	lists := []struct {
		verb  string
		names []string
		do    func(t target, mask string) error
	}{
		{"shared", e.Share, func(t target, _ string) error { return work.share(t) }},
		{"masked", e.Mask, work.mask},
		{"hidden", e.Hide, func(t target, _ string) error { return work.hide(t) }},
	}
	for _, list := range lists {
		for _, written := range list.names {
			name, mask := written, ""
			if list.verb == "masked" {
				name, mask, _ = strings.Cut(written, "=")
			}
			if other := done[name]; other != "" && other != list.verb {
				return fault.New(fault.Invalid, "%s cannot be both %s and %s", likeness.Echo(name), other, list.verb)
			}
			done[name] = list.verb
			t, err := work.find(name)
			if err != nil {
				return err
			}
			if err := list.do(t, mask); err != nil {
				return err
			}
		}
	}
	return nil
}

// lifts exempts single fields, keys and types from the app's ceiling. What is lifted is
// shared where it is ticked: a lift ticks nothing.
func (e Edit) lifts(work *editing) error {
	if len(e.Lift) > 0 && strings.TrimSpace(e.Reason) == "" {
		return fault.New(fault.Invalid, "Say why the ceiling is lifted: a lift needs a reason.")
	}
	for _, name := range e.Lift {
		if err := work.liftable(name); err != nil {
			return err
		}
		work.lift(name, strings.TrimSpace(e.Reason))
	}
	for _, name := range e.Unlift {
		if _, lifted := work.Grant.Lifts[name]; !lifted {
			return fault.New(fault.Invalid, "the ceiling is not lifted for %q%s", likeness.Echo(name), likeness.DidYouMean(name, slices.Sorted(maps.Keys(work.Grant.Lifts))))
		}
		delete(work.Grant.Lifts, name)
	}
	return nil
}
