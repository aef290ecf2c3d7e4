package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

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
