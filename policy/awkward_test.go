package policy_test

import (
	"fmt"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// What is remembered of a plan goes by its fingerprint: it must tell keys and types apart
// that read alike when they are written one after the other.
func TestTheFingerprintTellsKeysApartWhateverTheirNamesHold(t *testing.T) {
	seen := map[string]string{}
	for _, members := range [][]string{
		{}, {"a", "b"}, {"a,b"}, {"a, b"}, {"a b"}, {`a"b`}, {`a","b`}, {`a" "b`}, {"a.b"}, {"a\nb"}, {`a\`, "b"}, {`a\b`}, {"[a b]"}, {"a"}, {"b"},
	} {
		for _, bag := range []catalog.Bag{catalog.Metadata, catalog.UserIDs} {
			if len(members) == 0 && bag == catalog.UserIDs {
				continue
			}
			in := granting(func(e *policy.EntityGrant) {
				e.Fields, e.Metadata = []string{"userIds"}, true
				if bag == catalog.Metadata {
					e.Keys = members
				} else {
					e.Types = members
				}
			})
			for _, name := range members {
				in.Keys = append(in.Keys, policy.Key{Member: catalog.Member{Entity: "users", Bag: bag, Name: name}, Reviewed: true})
			}
			plan, what := planOf(t, in), fmt.Sprintf("%s %q", bag, members)
			users, _ := plan.Entity("users")
			if len(users.Keys)+len(users.Types) != len(members) {
				t.Fatalf("%s: the plan has %q and %q", what, users.Keys, users.Types)
			}
			if other, twice := seen[plan.Fingerprint()]; twice {
				t.Errorf("%s and %s have one fingerprint", what, other)
			}
			seen[plan.Fingerprint()] = what
		}
	}
}
