package policy_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/policy"
)

func TestOptOutsAreInThePlanAndItsFingerprint(t *testing.T) {
	prints := map[string]string{}
	for says, users := range map[string][]uint32{"nobody": nil, "one": {7}, "another": {8}, "both": {8, 7}, "more": {1, 2, 7}} {
		in := asking(full())
		in.OptOuts = policy.NewOptOuts(users)
		plan := planOf(t, in)
		if want := slices.Sorted(slices.Values(users)); !slices.Equal(plan.OptOuts.Users, want) {
			t.Errorf("%s: the plan leaves out %v, not %v", says, plan.OptOuts.Users, want)
		}
		if other, twice := prints[plan.Fingerprint()]; twice {
			t.Errorf("%s and %s have one fingerprint", says, other)
		}
		prints[plan.Fingerprint()] = says
	}
	in := asking(full())
	in.OptOuts = policy.NewOptOuts([]uint32{7, 8, 7})
	if prints[planOf(t, in).Fingerprint()] != "both" {
		t.Error("the order of opt-outs changes the fingerprint")
	}
	if without := asking(full()); prints[planOf(t, without).Fingerprint()] != "nobody" {
		t.Error("a plan without opt-outs has another fingerprint than one of nobody")
	}
}
