package roster_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
)

func TestANameIsSaidOnceAnAdminAcceptedItAndAnotherOneUntilThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		keys := []roster.Key{
			{Entity: "users", Bag: catalog.UserIDs, Name: "StateID", Present: true, Accepted: true},
			{Entity: "users", Bag: catalog.UserIDs, Name: "jane.doe@example.org", Present: true},
			{Entity: "users", Bag: catalog.Metadata, Name: "StateID", Present: true},
		}
		if err := s.DB.Write.Create(&keys).Error; err != nil {
			t.Fatal(err)
		}
		words, err := roster.ReadVocabulary(s.DB.Read)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			entity string
			bag    catalog.Bag
			name   string
			want   string
		}{
			{"users", catalog.UserIDs, "jane.doe@example.org", "unaccepted type 1"},
			{"users", catalog.UserIDs, "StateID", "StateID"},
			{"users", catalog.UserIDs, "never seen", "unaccepted type 2"},
			{"users", catalog.UserIDs, "jane.doe@example.org", "unaccepted type 1"},
			{"users", catalog.Metadata, "StateID", "unaccepted key 1"},
			{"orgs", catalog.UserIDs, "StateID", "unaccepted type 1"},
			{"demographics", catalog.Metadata, "homeLanguage", "homeLanguage"}, // the catalog knows it
			{"users", catalog.Metadata, "homeLanguage", "unaccepted key 2"},    // and not there
			{"users", catalog.Metadata, "unaccepted key 1", "unaccepted key 1"},
		} {
			if got := words.Say(c.entity, c.bag, c.name); got != c.want {
				t.Errorf("%s of %s called %q is said %q, not %q", c.bag, c.entity, c.name, got, c.want)
			}
		}
		var none roster.Vocabulary
		members := []string{"users.userIds.StateID", "users.metadata.a.b", "demographics.metadata.homeLanguage"}
		if got := none.SayMembers(members); !slices.Equal(got, []string{"users.userIds.unaccepted type 1", "users.metadata.unaccepted key 1", members[2]}) {
			t.Errorf("the zero value says %q", got)
		}
	})
}

func TestAHeaderIsSaidWhereOneRosterKnowsIt(t *testing.T) {
	var none roster.Vocabulary
	for _, c := range []struct{ file, header, want string }{
		{"users.csv", "familyName", "familyName"},
		{"classes.csv", "courseSourcedId", "courseSourcedId"},
		{"users.csv", "Jane Doe", "unaccepted header"},
		{"users.csv", "metadata.notes of Jane", "metadata.unaccepted key 1"},
		{"demographics.csv", "metadata.homeLanguage", "metadata.homeLanguage"},
		{"users.csv", "", ""},
		{"manifest.csv", "oneroster.version", "oneroster.version"},
	} {
		if got := none.SayColumn(c.file, c.header); got != c.want {
			t.Errorf("%s of %s is said %q, not %q", c.header, c.file, got, c.want)
		}
	}
}
