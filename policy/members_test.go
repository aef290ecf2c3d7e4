package policy_test

import (
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// known are the members that a roster of the tests has.
func known() []policy.Key {
	return []policy.Key{
		{Member: catalog.Member{Entity: "users", Bag: catalog.Metadata, Name: "primaryOrg"}, Reviewed: true},
		{Member: catalog.Member{Entity: "users", Bag: catalog.Metadata, Name: "a.b"}, Reviewed: true},
		{Member: catalog.Member{Entity: "users", Bag: catalog.Metadata, Name: "freshKey"}},
		{Member: catalog.Member{Entity: "users", Bag: catalog.UserIDs, Name: "StateID"}, Reviewed: true},
		{Member: catalog.Member{Entity: "users", Bag: catalog.UserIDs, Name: "SSN"}, Reviewed: true},
		{Member: catalog.Member{Entity: "users", Bag: catalog.UserIDs, Name: "freshType"}},
		{Member: catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "iepStatus"}, Reviewed: true},
	}
}

// granting changes what a grant that opens all says of users.
func granting(edit func(*policy.EntityGrant)) policy.Input {
	grant := bare()
	change(grant, "users", edit)
	in := asking(grant)
	in.Keys = known()
	return in
}

func TestAMetadataKeyIsSharedUnderItsOwnNameOnly(t *testing.T) {
	for _, c := range []struct {
		says    string
		key     string
		switch_ bool
		share   bool
		reason  string
	}{
		{"ticked", "primaryOrg", true, true, ""},
		{"a key without a class is the district's own to share", "a.b", true, true, ""},
		{"the switch is off", "primaryOrg", false, false, "metadata_off"},
		{"another case", "primaryorg", true, false, "never_seen"},
		{"a prefix", "a", true, false, "never_seen"},
		{"known elsewhere", "iepStatus", true, false, "never_seen"},
		{"a type, not a key", "StateID", true, false, "never_seen"},
		{"not reviewed", "freshKey", true, false, "unreviewed"},
	} {
		in := granting(func(e *policy.EntityGrant) { e.Keys, e.Metadata = []string{c.key}, c.switch_ })
		got := decide(t, in).Entities["users"].Keys
		if got[c.key].Share != c.share || got[c.key].Reason != c.reason {
			t.Errorf("%s: %+v", c.says, got[c.key])
		}
		for name, other := range got {
			if name != c.key && (other.Share || other.Reason == "") {
				t.Errorf("%s: %s is %+v", c.says, name, other)
			}
		}
	}
}

func TestATypeOfIdentifierIsSharedInsideItsFieldOnly(t *testing.T) {
	in := granting(func(e *policy.EntityGrant) {
		e.Fields, e.Types = []string{"userIds"}, []string{"StateID", "freshType", "stateid"}
	})
	users := decide(t, in).Entities["users"]
	for name, want := range map[string]policy.MemberDecision{
		"StateID":   {Share: true},
		"SSN":       {Reason: "member_not_ticked"},
		"freshType": {Reason: "unreviewed"},
		"stateid":   {Reason: "never_seen"},
	} {
		if got := users.Types[name]; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if !users.Fields["userIds"].Share {
		t.Errorf("userIds: %+v", users.Fields["userIds"])
	}
}

func TestIdentifiersWithoutAVisibleTypeAreHidden(t *testing.T) {
	for says, edit := range map[string]func(*policy.EntityGrant){
		"no type":            func(e *policy.EntityGrant) { e.Fields = []string{"userIds"} },
		"an unreviewed type": func(e *policy.EntityGrant) { e.Fields, e.Types = []string{"userIds"}, []string{"freshType"} },
		"an unknown type":    func(e *policy.EntityGrant) { e.Fields, e.Types = []string{"userIds"}, []string{"other"} },
	} {
		users := decide(t, granting(edit)).Entities["users"]
		if got := users.Fields["userIds"]; got.Share || got.Reason != "no_visible_type" {
			t.Errorf("%s: %+v", says, got)
		}
	}
	untick := granting(func(e *policy.EntityGrant) { e.Types = []string{"StateID"} })
	if got := decide(t, untick).Entities["users"].Types["StateID"]; got.Share || got.Reason != "bag_hidden:userIds" {
		t.Errorf("a type without its field: %+v", got)
	}
}

func TestAKeyThatVanishesAndReturnsStaysHiddenUntilReviewed(t *testing.T) {
	in := granting(func(e *policy.EntityGrant) { e.Keys, e.Metadata = []string{"primaryOrg"}, true })
	shared := func(keys ...policy.Key) bool {
		in.Keys = keys
		users, _ := planOf(t, in).Entity("users")
		return len(users.Keys) == 1
	}
	key := known()[0]
	returned := key
	returned.Reviewed = false
	if !shared(key) || shared() || shared(returned) || !shared(key) {
		t.Error("the key is not shared exactly while it is there and reviewed")
	}
	if shared(key, returned) {
		t.Error("a key of which both is said is shared")
	}
}

func TestMembersOfAClosedEntityHaveTheEntitysReason(t *testing.T) {
	in := granting(func(e *policy.EntityGrant) {
		*e = policy.EntityGrant{Keys: []string{"primaryOrg"}, Metadata: true, Types: []string{"StateID"}}
	})
	users := decide(t, in).Entities["users"]
	if got := users.Keys["primaryOrg"]; got.Share || got.Reason != "switched_off" {
		t.Errorf("key: %+v", got)
	}
	if got := users.Types["StateID"]; got.Share || got.Reason != "switched_off" {
		t.Errorf("type: %+v", got)
	}
}

func TestAMaskStandsOnAFieldThatItFitsOrHidesIt(t *testing.T) {
	for _, mask := range append(policy.Masks(), "ink", "") {
		grant := bare()
		for _, e := range catalog.Entities() {
			if e.Served {
				change(grant, e.Plural, func(g *policy.EntityGrant) { g.Masks = everywhere(e, mask) })
			}
		}
		decision := decide(t, asking(grant))
		for entity, e := range grant.Entities {
			for name := range e.Masks {
				f, _ := entityIn(t, entity).Field(name)
				if got, want := decision.Entities[entity].Fields[name], masked(f, mask); got != want {
					t.Errorf("%s on %s.%s: %+v, want %+v", mask, entity, name, got, want)
				}
			}
		}
	}
}

// everywhere puts a mask on every field that is hidden for no other field's sake.
func everywhere(e catalog.Entity, mask policy.Mask) map[string]policy.Mask {
	masks := map[string]policy.Mask{}
	for _, f := range e.Fields {
		if f.Class != catalog.Structural && (len(f.Twins) == 0 || f.Versions.Has(catalog.V11)) {
			masks[f.Name] = mask
		}
	}
	return masks
}

func masked(f catalog.Field, mask policy.Mask) policy.FieldDecision {
	switch {
	case f.Class == catalog.Credential:
		return policy.FieldDecision{Reason: "credential"}
	case !mask.Fits(f):
		return policy.FieldDecision{Reason: "mask_unfit"}
	}
	return policy.FieldDecision{Share: true, Mask: mask}
}

func TestAMaskOnAStructuralFieldClosesItsEntity(t *testing.T) {
	grant := full()
	change(grant, "users", func(e *policy.EntityGrant) { e.Masks = map[string]policy.Mask{"role": policy.Constant} })
	decision := decide(t, asking(grant))
	if got := decision.Entities["users"]; got.Allow || got.Reason != "structure_masked" {
		t.Errorf("users: %v %q", got.Allow, got.Reason)
	}
	if got := decision.Entities["enrollments"]; got.Allow {
		t.Error("enrollments refer to users, and are open")
	}
}

func TestANameThatOneRosterDoesNotHaveIsHidden(t *testing.T) {
	grant := full()
	tick(grant, "users", "shoeSize", "GivenName", "metadata", "users.email")
	tick(grant, "pets", "name")
	change(grant, "pets", func(e *policy.EntityGrant) { e.Open = true })
	decision := decide(t, asking(grant))
	for _, name := range []string{"shoeSize", "GivenName", "metadata", "users.email"} {
		if got := decision.Entities["users"].Fields[name]; got.Share || got.Reason != "unknown_field" {
			t.Errorf("users.%s: %+v", name, got)
		}
	}
	if got := decision.Entities["pets"]; got.Allow || got.Reason != "unknown_entity" {
		t.Errorf("pets: %+v", got)
	}
	if got := contents(planOf(t, asking(grant))); len(beyond(contents(planOf(t, asking(full()))), got)) > 0 {
		t.Errorf("unknown names add %v", beyond(contents(planOf(t, asking(full()))), got))
	}
}

func TestRowsSayHowFarTheScopeReaches(t *testing.T) {
	for _, c := range []struct {
		says  string
		scope policy.Scope
		want  map[string]policy.Rows
	}{
		{"everyone", policy.Everyone(), map[string]policy.Rows{"orgs": policy.Always, "users": policy.Always, "resources": policy.Always}},
		{"the zero scope", policy.Scope{}, map[string]policy.Rows{"orgs": policy.Never, "users": policy.Never, "demographics": policy.Never, "roles": policy.Never, "resources": policy.Conditional}},
		{"some orgs", edited(func(s *policy.Scope) { s.Orgs = policy.Among{Only: []string{"north"}} }), map[string]policy.Rows{"orgs": policy.Conditional, "resources": policy.Conditional}},
		{"no courses", edited(func(s *policy.Scope) { s.Courses = policy.Among{} }), map[string]policy.Rows{"courses": policy.Never, "classes": policy.Never, "enrollments": policy.Never, "users": policy.Conditional}},
		{"no classes", edited(func(s *policy.Scope) { s.Classes = policy.Among{} }), map[string]policy.Rows{"courses": policy.Conditional, "classes": policy.Never, "enrollments": policy.Never, "classResources": policy.Never, "users": policy.Conditional}},
		{"no former enrollments", edited(func(s *policy.Scope) { s.Former = false }), map[string]policy.Rows{"enrollments": policy.Conditional, "users": policy.Conditional}},
		{"no grades", edited(func(s *policy.Scope) { s.Grades = policy.Among{Only: []string{}} }), map[string]policy.Rows{"users": policy.Never, "enrollments": policy.Never, "classes": policy.Conditional}},
		{"no guardians", edited(func(s *policy.Scope) { s.Guardians = false }), map[string]policy.Rows{"users": policy.Conditional}},
	} {
		grant := full()
		grant.Scope = c.scope
		plan := planOf(t, asking(grant))
		for name, want := range c.want {
			if e, ok := plan.Entity(name); !ok || e.Rows != want {
				t.Errorf("%s: %s of %s, want %s", c.says, e.Rows, name, want)
			}
		}
	}
}

func edited(edit func(*policy.Scope)) policy.Scope {
	scope := policy.Everyone()
	edit(&scope)
	return scope
}
