package catalog_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

func TestWhatAppearsInsideARecordIsHeldByIt(t *testing.T) {
	users, _ := catalog.Find("users")
	names := func(v catalog.Version) (all []string) {
		for _, f := range users.Holds(v) {
			all = append(all, f.Beside())
		}
		return all
	}
	older, newer := names(catalog.V11), names(catalog.V12)
	for _, name := range []string{"email", "roles", "roles.beginDate", "roles.userProfile", "userProfiles", "userProfiles.vendorId"} {
		if !slices.Contains(newer, name) {
			t.Errorf("1.2 lacks %s", name)
		}
	}
	for _, name := range []string{"password", "userProfiles.password", "userProfiles.username", "roles.user", "roles.role", "roles.sourcedId", "orgs"} {
		if slices.Contains(newer, name) {
			t.Errorf("1.2 has %s", name)
		}
	}
	if slices.Contains(older, "roles") || slices.Contains(older, "roles.beginDate") || !slices.Contains(older, "orgs") {
		t.Errorf("1.1 has %q", older)
	}
}

func TestAPartHasAWholeAndNothingElseHas(t *testing.T) {
	for _, e := range catalog.Entities() {
		whole, shown, inside := catalog.WholeOf(e.Plural)
		if want := e.Plural == "roles" || e.Plural == "userProfiles"; inside != want {
			t.Errorf("%s is a part: %t", e.Plural, inside)
		}
		if inside && (whole.Plural != "users" || shown.Target != e.Plural || e.Served) {
			t.Errorf("%s appears in %s of %s", e.Plural, shown.Name, whole.Plural)
		}
	}
}
