package catalog_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

// What the standard lists of the parts of a user, without credentials.
func TestAPartOfAUserHasTheMembersOfTheStandard(t *testing.T) {
	for entity, wanted := range map[string][]string{
		"roles":        {"roleType", "role", "beginDate", "endDate", "org", "userProfile"},
		"userProfiles": {"profileId", "profileType", "vendorId", "applicationId", "description"},
	} {
		e, _ := catalog.Find(entity)
		var names []string
		if e.Inside != "" {
			names = append(names, e.Inside)
		}
		for _, f := range e.Members() {
			names = append(names, f.Name)
			if f.IsURI() != (f.Name == "userProfile") {
				t.Errorf("%s.%s is a URI: %t", entity, f.Name, f.IsURI())
			}
		}
		if !slices.Equal(names, wanted) {
			t.Errorf("%s have %v, wanted %v", entity, names, wanted)
		}
	}
}

func TestEveryPartThatSomethingRefersToHasANameForItsID(t *testing.T) {
	for _, e := range catalog.Tables(catalog.V12) {
		for _, f := range e.In(catalog.V12) {
			to, _ := catalog.Find(f.Target)
			if f.Kind == catalog.Nested && to.Served {
				t.Errorf("%s.%s holds records that have reads of their own", e.Plural, f.Name)
			}
			if f.Kind.Refers() && !to.Served && to.Inside == "" {
				t.Errorf("%s.%s refers to what nobody can read", e.Plural, f.Name)
			}
		}
	}
}
