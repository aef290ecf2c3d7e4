package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

func TestAGrantSurvivesJSON(t *testing.T) {
	grant := rich()
	grant.Until, grant.Purpose, grant.Basis = noon, "reading", "contract"
	for says, want := range map[string]policy.Grant{"rich": grant, "zero": {}, "bare": bare()} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got policy.Grant
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", says, diff)
		}
	}
}

func TestAZeroGrantIsAnEmptyObject(t *testing.T) {
	for want, grant := range map[string]policy.Grant{
		`{}`: {},
		`{"entities":{"users":{}},"scope":{"orgs":{"all":true}},"until":"2026-11-23T12:00:00Z"}`: {
			Entities: map[string]policy.EntityGrant{"users": {}}, Scope: policy.Scope{Orgs: policy.Among{All: true}}, Until: noon,
		},
	} {
		if got, err := json.Marshal(grant); err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}

func TestACloneSharesNothing(t *testing.T) {
	original := rich()
	clone := original.Clone()
	if diff := cmp.Diff(original, clone); diff != "" {
		t.Fatal(diff)
	}
	clone.Scope.Orgs.Only[0] = "changed"
	clone.Entities["users"].Fields[0] = "changed"
	clone.Entities["users"].Keys[0] = "changed"
	clone.Entities["users"].Types[0] = "changed"
	clone.Entities["users"].Masks["familyName"] = policy.Constant
	delete(clone.Entities, "orgs")
	if diff := cmp.Diff(rich(), original); diff != "" {
		t.Errorf("the original changed: %s", diff)
	}
}

func TestTheZeroAmongIsNobody(t *testing.T) {
	for _, c := range []struct {
		among  policy.Among
		has    bool
		nobody bool
	}{
		{policy.Among{}, false, true},
		{policy.Among{Only: []string{}}, false, true},
		{policy.Among{Only: []string{"north"}}, true, false},
		{policy.Among{Only: []string{"North"}}, false, false},
		{policy.Among{All: true}, true, false},
	} {
		if c.among.Has("north") != c.has || c.among.Nobody() != c.nobody {
			t.Errorf("%+v has north: %v, is nobody: %v", c.among, c.among.Has("north"), c.among.Nobody())
		}
	}
}

func TestWhatKeepsTicksClosedIsNamed(t *testing.T) {
	users := func(g policy.EntityGrant) policy.Grant {
		return policy.Grant{Entities: map[string]policy.EntityGrant{"users": g}}
	}
	for _, c := range []struct {
		grant        policy.Grant
		entity, want string
	}{
		{users(policy.EntityGrant{}), "users", "users"},
		{users(policy.EntityGrant{Open: true}), "users", ""},
		{users(policy.EntityGrant{}), "roles", "users"},
		{users(policy.EntityGrant{Open: true}), "roles", ""},
		{users(policy.EntityGrant{Fields: []string{"userProfiles"}}), "userProfiles", "users"},
		{users(policy.EntityGrant{Open: true}), "userProfiles", "users.userProfiles"},
		{users(policy.EntityGrant{Open: true, Fields: []string{"userProfiles"}}), "userProfiles", ""},
		{policy.Grant{}, "classResources", ""},
	} {
		if got := c.grant.Lacks(c.entity).String(); got != c.want {
			t.Errorf("%s by %+v lacks %q, want %q", c.entity, c.grant, got, c.want)
		}
	}
}

func TestAFieldIsSaidToFollowWhatThePolicyHidesItWith(t *testing.T) {
	for name, want := range map[string][]string{
		"users.preferredFirstName": {"users.givenName"}, "users.givenName": nil, "users.roles": nil, "users.resources": nil,
		"roles.userProfile": {"users.userProfiles"}, "orgs.children": {"orgs.parent"}, "users.metadata.primaryOrg": nil,
	} {
		var got []string
		for _, m := range policy.Follows(catalog.ParseMember(name)) {
			got = append(got, m.String())
		}
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
