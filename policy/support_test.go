package policy_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

var compiled = sync.OnceValues(policy.New)

func engine(t testing.TB) *policy.Engine {
	t.Helper()
	e, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// asking is the question that an enabled app with every scope asks at noon.
func asking(grant policy.Grant) policy.Input {
	return policy.Input{
		App:         policy.AppState{ID: "library", State: policy.Enabled},
		TokenScopes: catalog.TokenScopes(),
		Now:         noon,
		Grant:       grant,
	}
}

// bare opens every entity that has reads of its own, and ticks nothing.
func bare() policy.Grant {
	grant := policy.Grant{Entities: map[string]policy.EntityGrant{}, Scope: policy.Everyone()}
	for _, e := range catalog.Entities() {
		if e.Served {
			grant.Entities[e.Plural] = policy.EntityGrant{Open: true}
		}
	}
	return grant
}

// full opens every entity and ticks every field.
func full() policy.Grant {
	grant := bare()
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			tick(grant, e.Plural, f.Name)
		}
	}
	return grant
}

// tick changes the grant in place.
func tick(grant policy.Grant, entity string, fields ...string) {
	change(grant, entity, func(e *policy.EntityGrant) { e.Fields = append(e.Fields, fields...) })
}

func change(grant policy.Grant, entity string, edit func(*policy.EntityGrant)) {
	e := grant.Entities[entity]
	edit(&e)
	grant.Entities[entity] = e
}

func without(grant policy.Grant, entities ...string) policy.Grant {
	for _, name := range entities {
		delete(grant.Entities, name)
	}
	return grant
}

func decide(t testing.TB, in policy.Input) policy.Decision {
	t.Helper()
	decision, err := engine(t).Decide(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return decision
}

func planOf(t testing.TB, in policy.Input) *policy.Plan {
	t.Helper()
	plan, err := engine(t).Plan(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// contents lists all that a plan shows: "users", "users.givenName",
// "users.familyName=initial", "users[homeLanguage]", "users{StateID}".
func contents(plan *policy.Plan) []string {
	var all []string
	for _, e := range plan.Entities() {
		all = append(all, e.Entity.Plural)
		for _, f := range e.Fields {
			name := e.Entity.Plural + "." + f.Name
			if f.Mask != "" {
				name += "=" + string(f.Mask)
			}
			all = append(all, name)
		}
		for _, key := range e.Keys {
			all = append(all, e.Entity.Plural+"["+key+"]")
		}
		for _, kind := range e.Types {
			all = append(all, e.Entity.Plural+"{"+kind+"}")
		}
	}
	return all
}

// beyond lists what after has and before has not.
func beyond(before, after []string) []string {
	return slices.DeleteFunc(slices.Clone(after), func(item string) bool { return slices.Contains(before, item) })
}

func visible(plan *policy.Plan, entity, field string) bool {
	e, ok := plan.Entity(entity)
	if !ok {
		return false
	}
	_, ok = e.Field(field)
	return ok
}

// entityIn names an entity and checks that the catalog has it, so that a test
// does not pass because of a slip of the pen.
func entityIn(t testing.TB, plural string) catalog.Entity {
	t.Helper()
	e, ok := catalog.Find(plural)
	if !ok {
		t.Fatalf("the catalog has no %s", plural)
	}
	return e
}

// split cuts "users.givenName" in two.
func split(t testing.TB, name string) (entity, field string) {
	t.Helper()
	entity, field, ok := strings.Cut(name, ".")
	if _, known := entityIn(t, entity).Field(field); !ok || !known {
		t.Fatalf("the catalog has no %s", name)
	}
	return entity, field
}
