package policy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// narrower switches one thing off, or narrows it.
func narrower(t *rapid.T, in policy.Input) policy.Input {
	in.Grant = in.Grant.Clone()
	in.Keys, in.TokenScopes = slices.Clone(in.Keys), slices.Clone(in.TokenScopes)
	entity := rapid.SampledFrom(slices.Sorted(maps.Keys(in.Grant.Entities))).Draw(t, "entity")
	ways := map[string]func(){
		"suspend":        func() { in.App.State = policy.Suspended },
		"expire":         func() { in.Expires = in.Now },
		"end":            func() { in.Grant.Until = in.Now },
		"drop a scope":   func() { in.TokenScopes = dropOne(t, in.TokenScopes) },
		"lose a key":     func() { in.Keys = dropOne(t, in.Keys) },
		"lose a review":  func() { forEach(in.Keys, func(k *policy.Key) { k.Reviewed = false }) },
		"drop an entity": func() { drop(in.Grant, entity) },
		"narrow orgs":    func() { in.Grant.Scope.Orgs = narrowed(t, in.Grant.Scope.Orgs) },
		"narrow roles":   func() { in.Grant.Scope.Roles = narrowed(t, in.Grant.Scope.Roles) },
		"no guardians":   func() { in.Grant.Scope.Guardians = false },
		"no unenrolled":  func() { in.Grant.Scope.Unenrolled = false },
	}
	for way, edit := range map[string]func(*policy.EntityGrant){
		"close":         func(e *policy.EntityGrant) { e.Open = false },
		"metadata off":  func(e *policy.EntityGrant) { e.Metadata = false },
		"untick":        func(e *policy.EntityGrant) { e.Fields = dropOne(t, e.Fields) },
		"untick all":    func(e *policy.EntityGrant) { e.Fields = nil },
		"untick a key":  func(e *policy.EntityGrant) { e.Keys = dropOne(t, e.Keys) },
		"untick a type": func(e *policy.EntityGrant) { e.Types = dropOne(t, e.Types) },
		"mask a ticked field": func(e *policy.EntityGrant) {
			if plain := beyond(slices.Sorted(maps.Keys(e.Masks)), e.Fields); len(plain) > 0 {
				e.Masks[rapid.SampledFrom(plain).Draw(t, "field")] = policy.Initial
			}
		},
	} {
		ways[way] = func() { change(in.Grant, entity, edit) }
	}
	ways[rapid.SampledFrom(slices.Sorted(maps.Keys(ways))).Draw(t, "way")]()
	return in
}

// drop takes an entity out of a grant. What has no switch is not switched off by
// that: of it the ticks go, and the masks stay.
func drop(grant policy.Grant, entity string) {
	if known, ok := catalog.Find(entity); !ok || known.Served {
		delete(grant.Entities, entity)
		return
	}
	change(grant, entity, func(e *policy.EntityGrant) { e.Fields, e.Keys, e.Types = nil, nil, nil })
}

func forEach[T any](items []T, edit func(*T)) {
	for i := range items {
		edit(&items[i])
	}
}

func dropOne[T any](t *rapid.T, items []T) []T {
	if len(items) == 0 {
		return items
	}
	i := rapid.IntRange(0, len(items)-1).Draw(t, "dropped")
	return slices.Delete(slices.Clone(items), i, i+1)
}

func narrowed(t *rapid.T, among policy.Among) policy.Among {
	if among.All {
		return policy.Among{Only: among.Only}
	}
	return policy.Among{Only: dropOne(t, among.Only)}
}

func TestSwitchingAnythingOffAddsNothing(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		in := (&dice{rapid.SliceOfN(rapid.Byte(), 300, 1200).Draw(t, "dice")}).input()
		if len(in.Grant.Entities) == 0 {
			return
		}
		before, err := e.Plan(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		after, err := e.Plan(t.Context(), narrower(t, in))
		if err != nil {
			t.Fatal(err)
		}
		for _, gained := range beyond(contents(before), contents(after)) {
			name, _, masked := strings.Cut(gained, "=")
			if !masked || !slices.Contains(contents(before), name) {
				t.Errorf("%s is new", gained)
			}
		}
		widened(t, before, after)
	})
}

// widened finds entities of which more records are reached than before.
func widened(t *rapid.T, before, after *policy.Plan) {
	reach := map[policy.Rows]int{policy.Never: 0, policy.Conditional: 1, policy.Always: 2}
	for _, e := range after.Entities() {
		was, ok := before.Entity(e.Entity.Plural)
		if ok && reach[e.Rows] > reach[was.Rows] {
			t.Errorf("%s went from %s to %s", e.Entity.Plural, was.Rows, e.Rows)
		}
	}
}

func TestEveryHiddenThingHasAReasonThatCanBeSaid(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		in := (&dice{rapid.SliceOfN(rapid.Byte(), 0, 1200).Draw(t, "dice")}).input()
		decision, err := e.Decide(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		said := func(share bool, reason, what string) {
			if share == (e.Reason(reason) != "") {
				t.Errorf("%s: shared %v because of %q", what, share, reason)
			}
		}
		for name, entity := range decision.Entities {
			said(entity.Allow, entity.Reason, name)
			for field, f := range entity.Fields {
				said(f.Share, f.Reason, name+"."+field)
			}
			for key, k := range entity.Keys {
				said(k.Share, k.Reason, name+"["+key+"]")
			}
			for kind, k := range entity.Types {
				said(k.Share, k.Reason, name+"{"+kind+"}")
			}
		}
	})
}
