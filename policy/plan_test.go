package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

func TestAPlanListsFieldsInTheCatalogsOrderAndMembersSorted(t *testing.T) {
	grant := full()
	change(grant, "users", func(e *policy.EntityGrant) {
		slices.Reverse(e.Fields)
		e.Metadata, e.Keys, e.Types = true, []string{"primaryOrg", "a.b", "primaryOrg"}, []string{"StateID", "SSN"}
	})
	in := asking(grant)
	in.Keys = known()
	plan := planOf(t, in)
	users, _ := plan.Entity("users")
	var want []string
	for _, f := range entityIn(t, "users").Fields {
		if f.Class != catalog.Credential {
			want = append(want, f.Name)
		}
	}
	var got []string
	for _, f := range users.Fields {
		got = append(got, f.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	if !slices.Equal(users.Keys, []string{"a.b", "primaryOrg"}) || !slices.Equal(users.Types, []string{"SSN", "StateID"}) {
		t.Errorf("keys %v, types %v", users.Keys, users.Types)
	}
	order := catalog.Entities()
	for i, e := range plan.Entities() {
		if e.Entity.Plural != order[i].Plural {
			t.Errorf("entity %d is %s, want %s", i, e.Entity.Plural, order[i].Plural)
		}
	}
}

func TestAPlanFindsWhatItOpensAndNothingElse(t *testing.T) {
	grant := without(bare(), "demographics")
	tick(grant, "users", "givenName")
	change(grant, "users", func(e *policy.EntityGrant) { e.Masks = map[string]policy.Mask{"familyName": policy.Initial} })
	plan := planOf(t, asking(grant))
	for _, name := range []string{"demographics", "pets", "user", "Users", ""} {
		if _, ok := plan.Entity(name); ok {
			t.Errorf("the plan has %q", name)
		}
	}
	users, _ := plan.Entity("users")
	for _, name := range []string{"email", "GivenName", "", "password"} {
		if _, ok := users.Field(name); ok {
			t.Errorf("users have %q", name)
		}
	}
	for name, mask := range map[string]policy.Mask{"sourcedId": "", "givenName": "", "familyName": policy.Initial} {
		f, ok := users.Field(name)
		if !ok || f.Name != name || f.Mask != mask {
			t.Errorf("%s: %v %+v", name, ok, f)
		}
	}
}

func TestAnAppSeesWhatARouteRevealsOnlyUnmasked(t *testing.T) {
	grant := bare()
	tick(grant, "users", "email")
	change(grant, "users", func(e *policy.EntityGrant) { e.Masks = map[string]policy.Mask{"familyName": policy.Pseudonym} })
	plan := planOf(t, asking(grant))
	for reveal, want := range map[catalog.Reveal]bool{
		{Entity: "users", Field: "role"}:              true,
		{Entity: "users", Field: "email"}:             true,
		{Entity: "users", Field: "familyName"}:        false,
		{Entity: "users", Field: "givenName"}:         false,
		{Entity: "academicSessions", Field: "type"}:   true,
		{Entity: "academicSessions", Field: "parent"}: false,
		{Entity: "classResources", Field: "class"}:    false,
		{Entity: "pets", Field: "name"}:               false,
	} {
		if got := plan.Sees(reveal); got != want {
			t.Errorf("sees %s.%s: %v", reveal.Entity, reveal.Field, got)
		}
	}
}

func TestEveryRouteIsOpenToAFullGrantWithItsScope(t *testing.T) {
	for _, scope := range catalog.TokenScopes() {
		in := asking(full())
		in.TokenScopes = []catalog.TokenScope{scope}
		plan := planOf(t, in)
		for _, route := range catalog.Routes(catalog.V11) {
			if route.TokenScope != scope {
				continue
			}
			if _, ok := plan.Entity(route.Entity); !ok {
				t.Errorf("%s: %s are not open", route.Path, route.Entity)
			}
			for _, reveal := range route.Reveals() {
				if !plan.Sees(reveal) {
					t.Errorf("%s reveals %s.%s, which is not seen", route.Path, reveal.Entity, reveal.Field)
				}
			}
		}
	}
}

func TestAPlanIsOverAtTheFirstEndThatLaysAhead(t *testing.T) {
	for _, c := range []struct {
		says                    string
		credential, grant, want time.Time
	}{
		{"no end", time.Time{}, time.Time{}, time.Time{}},
		{"the credential's", noon.Add(time.Hour), time.Time{}, noon.Add(time.Hour)},
		{"the grant's", time.Time{}, noon.Add(time.Minute), noon.Add(time.Minute)},
		{"the earlier", noon.Add(time.Hour), noon.Add(time.Minute), noon.Add(time.Minute)},
		{"a denial has none", noon, noon.Add(time.Minute), time.Time{}},
	} {
		in := asking(full())
		in.Expires, in.Grant.Until = c.credential, c.grant
		plan := planOf(t, in)
		if !plan.ValidUntil.Equal(c.want) {
			t.Errorf("%s: %v", c.says, plan.ValidUntil)
		}
		if c.want.IsZero() && plan.Over(noon.AddDate(900, 0, 0)) {
			t.Errorf("%s: it is over", c.says)
		}
		if !c.want.IsZero() && (plan.Over(c.want.Add(-1)) || !plan.Over(c.want)) {
			t.Errorf("%s: it is not over exactly at its end", c.says)
		}
	}
}

func TestAPlanDoesNotChangeWithTheGrantItCameFrom(t *testing.T) {
	grant := full()
	grant.Scope.Orgs = policy.Among{Only: []string{"north"}}
	in := asking(grant)
	plan := planOf(t, in)
	before := contents(plan)
	grant.Scope.Orgs.Only[0] = "south"
	tick(grant, "users", "password")
	change(grant, "users", func(e *policy.EntityGrant) { e.Fields[0] = "sms" })
	if !slices.Equal(contents(plan), before) || plan.Scope.Orgs.Only[0] != "north" {
		t.Error("the plan changed")
	}
}

func TestTheFingerprintTellsPlansThatSendTheSameFromOthers(t *testing.T) {
	same := func(edit func(*policy.Input)) bool {
		one, other := asking(rich()), asking(rich())
		one.Keys, other.Keys = known(), known()
		edit(&other)
		return planOf(t, one).Fingerprint() == planOf(t, other).Fingerprint()
	}
	users := func(edit func(*policy.EntityGrant)) func(*policy.Input) {
		return func(in *policy.Input) { change(in.Grant, "users", edit) }
	}
	for says, edit := range map[string]func(*policy.Input){
		"nothing":                      func(*policy.Input) {},
		"the order of ticks":           users(func(e *policy.EntityGrant) { slices.Reverse(e.Fields) }),
		"a tick twice":                 users(func(e *policy.EntityGrant) { e.Fields = append(e.Fields, e.Fields[0]) }),
		"a tick without effect":        users(func(e *policy.EntityGrant) { e.Fields = append(e.Fields, "password", "shoeSize") }),
		"an unknown key":               users(func(e *policy.EntityGrant) { e.Keys = append(e.Keys, "unheardOf") }),
		"the order of orgs":            func(in *policy.Input) { slices.Reverse(in.Grant.Scope.Orgs.Only) },
		"the purpose":                  func(in *policy.Input) { in.Grant.Purpose = "other" },
		"the time":                     func(in *policy.Input) { in.Now = in.Now.Add(time.Hour) },
		"the end":                      func(in *policy.Input) { in.Expires = in.Now.Add(time.Hour) },
		"a member that is not granted": func(in *policy.Input) { in.Keys = in.Keys[:len(in.Keys)-1] },
	} {
		if !same(edit) {
			t.Errorf("%s changes the fingerprint", says)
		}
	}
	for says, edit := range map[string]func(*policy.Input){
		"the app":       func(in *policy.Input) { in.App.ID = "other" },
		"a tick":        users(func(e *policy.EntityGrant) { e.Fields = slices.DeleteFunc(e.Fields, isEmail) }),
		"a mask":        users(func(e *policy.EntityGrant) { e.Masks = map[string]policy.Mask{"familyName": policy.Constant} }),
		"a key":         users(func(e *policy.EntityGrant) { e.Keys = nil }),
		"a type":        users(func(e *policy.EntityGrant) { e.Types = e.Types[1:] }),
		"an entity":     func(in *policy.Input) { without(in.Grant, "resources") },
		"an org":        func(in *policy.Input) { in.Grant.Scope.Orgs.Only = []string{"north"} },
		"guardians":     func(in *policy.Input) { in.Grant.Scope.Guardians = false },
		"a token scope": func(in *policy.Input) { in.TokenScopes = []catalog.TokenScope{catalog.CoreScope} },
		"a suspension":  func(in *policy.Input) { in.App.State = policy.Suspended },
		"a lost review": func(in *policy.Input) { in.Keys[0].Reviewed = false },
	} {
		if same(edit) {
			t.Errorf("%s does not change the fingerprint", says)
		}
	}
}

func isEmail(name string) bool { return name == "email" }

// rich is a full grant with members, a mask and some orgs.
func rich() policy.Grant {
	grant := full()
	grant.Scope.Orgs = policy.Among{Only: []string{"north", "south"}}
	change(grant, "users", func(e *policy.EntityGrant) {
		e.Metadata, e.Keys, e.Types = true, []string{"primaryOrg", "a.b"}, []string{"StateID", "SSN"}
		e.Masks = map[string]policy.Mask{"familyName": policy.Initial}
	})
	return grant
}
