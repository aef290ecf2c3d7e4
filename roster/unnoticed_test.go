package roster_test

import (
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
)

// What a mask leaves shows where that changes, however often the value does.
func TestAMaskIsNoticedWhereWhatItLeavesChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		masked := watch(t, s, r, "masked")
		masked.shows = map[string]roster.Names{
			"users":        {"email=initial", "familyName=pseudonym", "givenName=initial", "sourcedId"},
			"demographics": {"birthDate=year", "sourcedId"},
		}
		masked.look(t)
		change := func(file, edit, forAll, forMasked string) {
			t.Helper()
			p.Edit(t, file, edit)
			restore(t, r, p)
			all.notices(t, forAll)
			masked.notices(t, forMasked)
		}
		change("users.csv", "~ Cleo,Day => Carla,Day", "users cleo", "")
		change("users.csv", "~ Carla,Day => Darla,Day", "users cleo", "users cleo")
		change("users.csv", "~ Darla,Day => Élise,Day", "users cleo", "users cleo")
		change("users.csv", "~ Élise,Day => Elise,Day", "users cleo", "users cleo")
		change("users.csv", "~ Elise,Day => 77,Day", "users cleo", "users cleo")
		change("users.csv", "~ 77,Day => 78,Day", "users cleo", "")
		change("users.csv", "~ 78,Day => 78,Dye", "users cleo", "users cleo")
		change("users.csv", "~ ana@cedar.example => amy@cedar.example", "users ana", "")
		change("users.csv", "~ amy@cedar.example => ", "users ana", "users ana")
		change("demographics.csv", "~ 2011-01-01 => 2011-12-31", "demographics dan", "")
		change("demographics.csv", "~ 2011-12-31 => 2012-01-01", "demographics dan", "demographics dan")
		change("demographics.csv", "~ 2012-01-01 => ", "demographics dan", "demographics dan")
	})
}
