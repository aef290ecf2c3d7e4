package policy_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// A mask that leaves a part of the value is a form of the catalog: else an app
// would notice changes in what the mask takes away.
func TestAMaskThatLeavesAPartOfTheValueIsAForm(t *testing.T) {
	for _, c := range []struct {
		kind     catalog.Kind
		old, now string // they differ in little
	}{
		{catalog.Text, "Pat", "Paul"},
		{catalog.Date, "2014-09-30", "2014-10-01"},
	} {
		for _, mask := range policy.Masks() {
			if !slices.Contains(mask.Kinds(), c.kind) {
				continue
			}
			m := masking(t, secret, "library", "users", "familyName", mask)
			alike := shown(m, c.old) == shown(m, c.now)
			form := c.kind.Form()
			if leaves := alike && mask != policy.Constant; leaves != (catalog.Form(mask) == form) {
				t.Errorf("%s makes two values alike is %t, and the form of a %s is %s", mask, alike, c.kind, form)
			}
			if catalog.Form(mask) == form && !form.Spared(c.old, c.now) {
				t.Errorf("the form %s says that %s and %s differ", form, c.old, c.now)
			}
		}
	}
}
