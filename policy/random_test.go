package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// dice makes an input out of bytes. When they run out everything is off.
type dice struct{ rest []byte }

func (d *dice) roll() byte {
	if len(d.rest) == 0 {
		return 0
	}
	face := d.rest[0]
	d.rest = d.rest[1:]
	return face
}

// often is true seven times in eight.
func (d *dice) often() bool { return d.roll()%8 != 0 }

func (d *dice) half() bool { return d.roll()%2 == 1 }

// seldom is true once in eight.
func (d *dice) seldom() bool { return d.roll()%8 == 7 }

func (d *dice) some(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(string) bool { return !d.half() })
}

func (d *dice) among(names ...string) policy.Among {
	return policy.Among{All: d.half(), Only: d.some(names)}
}

func (d *dice) input() policy.Input {
	in := asking(policy.Grant{Entities: map[string]policy.EntityGrant{}, Scope: d.scope()})
	if d.seldom() {
		in.App.State = []string{policy.Pending, policy.Suspended, "strange"}[d.roll()%3]
	}
	if d.seldom() {
		in.Expires = noon.Add(time.Duration(d.roll()) * time.Hour)
	}
	if d.seldom() {
		in.Grant.Until = noon.Add(time.Duration(int8(d.roll())) * time.Hour)
	}
	in.TokenScopes = slices.DeleteFunc(catalog.TokenScopes(), func(catalog.TokenScope) bool { return !d.often() })
	for _, e := range append(catalog.Entities(), catalog.Entity{Plural: "pets"}) {
		if d.often() {
			in.Grant.Entities[e.Plural] = d.entity(e)
		}
		in.Keys = append(in.Keys, d.keys(e.Plural)...)
	}
	return in
}

func (d *dice) scope() policy.Scope {
	return policy.Scope{
		Orgs: d.among("north", "south"), Courses: d.among("math"), Classes: d.among("math-a"), Roles: d.among("student", "teacher"),
		Grades: d.among("09", "10"), Unenrolled: d.half(), Guardians: d.half(), Former: d.half(),
	}
}

// members are the names that metadata keys and types are drawn from.
func members() []string { return []string{"homeLanguage", "StateID", "a.b"} }

func (d *dice) entity(e catalog.Entity) policy.EntityGrant {
	grant := policy.EntityGrant{
		Open: d.often(), Metadata: d.half(), Keys: d.some(members()), Types: d.some(members()),
		Masks: map[string]policy.Mask{},
	}
	for _, f := range append(e.Fields, catalog.Field{Name: "strange"}) {
		if d.half() {
			grant.Fields = append(grant.Fields, f.Name)
		}
		if d.seldom() && f.Class != catalog.Structural || d.roll() == 255 {
			grant.Masks[f.Name] = append(policy.Masks(), "ink", policy.DefaultMask(f.Kind))[d.roll()%6]
		}
	}
	return grant
}

func (d *dice) keys(entity string) []policy.Key {
	var keys []policy.Key
	for _, bag := range []catalog.Bag{catalog.Metadata, catalog.UserIDs} {
		for _, name := range d.some(members()) {
			keys = append(keys, policy.Key{Member: catalog.Member{Entity: entity, Bag: bag, Name: name}, Reviewed: d.often()})
		}
	}
	return keys
}

// excess finds what a plan shows though the input does not tick it. It knows
// nothing of the rules.
func excess(in policy.Input, plan *policy.Plan) []string {
	var found []string
	over := func(end time.Time) bool { return !end.IsZero() && !end.After(in.Now) }
	denied := in.App.State != policy.Enabled || over(in.Expires) || over(in.Grant.Until) || len(in.TokenScopes) == 0
	if denied && (plan.Allow || len(plan.Entities()) > 0) {
		found = append(found, "a denied app")
	}
	for _, e := range plan.Entities() {
		name, grant := e.Entity.Plural, in.Grant.Entities[e.Entity.Plural]
		if e.Entity.Served && !grant.Open {
			found = append(found, name)
		}
		for _, f := range e.Fields {
			found = append(found, excessOfField(in, name, grant, f)...)
		}
		found = append(found, excessOfMembers(in, name, grant, e)...)
	}
	return found
}

func excessOfField(in policy.Input, entity string, grant policy.EntityGrant, f policy.Field) []string {
	mask, masked := grant.Masks[f.Name]
	ticked := masked || slices.Contains(grant.Fields, f.Name) || f.Class == catalog.Structural
	target, refers := catalog.Find(f.Target)
	switch {
	case !ticked, f.Class == catalog.Credential, f.Class == catalog.Unclassified:
		return []string{entity + "." + f.Name}
	case f.Mask != mask, masked && !mask.Fits(f.Field):
		return []string{fmt.Sprintf("%s.%s under the mask %q", entity, f.Name, f.Mask)}
	case refers && target.Served && !in.Grant.Entities[f.Target].Open:
		return []string{entity + "." + f.Name + " to " + f.Target}
	}
	return nil
}

func excessOfMembers(in policy.Input, entity string, grant policy.EntityGrant, e *policy.EntityPlan) []string {
	var found []string
	present := func(bag catalog.Bag, name string) bool {
		return slices.Contains(in.Keys, policy.Key{Member: catalog.Member{Entity: entity, Bag: bag, Name: name}, Reviewed: true})
	}
	for _, key := range e.Keys {
		if !grant.Metadata || !slices.Contains(grant.Keys, key) || !present(catalog.Metadata, key) {
			found = append(found, entity+"["+key+"]")
		}
	}
	for _, kind := range e.Types {
		_, field := e.Field(string(catalog.UserIDs))
		if !field || !slices.Contains(grant.Types, kind) || !present(catalog.UserIDs, kind) {
			found = append(found, entity+"{"+kind+"}")
		}
	}
	return found
}

func FuzzAPlanShowsOnlyWhatTheGrantTicks(f *testing.F) {
	e := engine(f)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		in := (&dice{bytes}).input()
		plan, err := e.Plan(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if found := excess(in, plan); len(found) > 0 {
			t.Errorf("the grant does not tick %v", found)
		}
	})
}
