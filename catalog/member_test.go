package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

// awkward are names that districts may give their keys and types.
func awkward() []string {
	return []string{"homeLanguage", "a.b", "a,b", `a"b`, "a b", "a=b", "metadata", "metadata.a", "userIds.a", ".", ",", "é", "A", "\u2028"}
}

func members() []catalog.Member {
	var all []catalog.Member
	for _, e := range catalog.Entities() {
		all = append(all, catalog.Member{Entity: e.Plural})
		for _, f := range e.Fields {
			all = append(all, catalog.Member{Entity: e.Plural, Name: f.Name})
		}
		for _, bag := range []catalog.Bag{catalog.Metadata, catalog.UserIDs} {
			for _, name := range awkward() {
				all = append(all, catalog.Member{Entity: e.Plural, Bag: bag, Name: name})
			}
		}
	}
	return all
}

func TestAMemberIsReadAsItIsWrittenWhateverItsNameHolds(t *testing.T) {
	seen := map[string]catalog.Member{}
	for _, m := range members() {
		text := m.String()
		if other, twice := seen[text]; twice {
			t.Errorf("%+v and %+v are both written %q", m, other, text)
		}
		seen[text] = m
		if read := catalog.ParseMember(text); read != m {
			t.Errorf("%+v is written %q and read as %+v", m, text, read)
		}
	}
	for text, wanted := range map[string]catalog.Member{
		"users.metadata.a.b": {"users", catalog.Metadata, "a.b"},
		"users.userIds":      {"users", "", "userIds"},
		"users.metadata.":    {"users", "", "metadata."},
		"users":              {"users", "", ""},
	} {
		if read := catalog.ParseMember(text); read != wanted {
			t.Errorf("%q is read as %+v", text, read)
		}
	}
}

// A field of an entity comes before its bags only where its name does; what matters is
// that lists of texts and lists of members come in one order.
func TestMembersOfBagsAreOrderedAsTheirTextsAre(t *testing.T) {
	var all []catalog.Member
	for _, m := range members() {
		if m.Bag != "" {
			all = append(all, m)
		}
	}
	for _, m := range all {
		for _, n := range all {
			if got, wanted := m.Compare(n), strings.Compare(m.String(), n.String()); got != wanted {
				t.Fatalf("%q and %q: %d, as texts %d", m, n, got, wanted)
			}
		}
	}
	if slices.IsSortedFunc(all, catalog.Member.Compare) {
		t.Error("there was nothing to order")
	}
}
