package roster_test

import (
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
)

// An order of references shows where two change places that a reader sees both.
func TestAnOrderIsNoticedByWhoSeesTwoThatChangedPlaces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		p["orgs.csv"] += "ash,,,Ash High,school,104,district\n"
		restore(t, r, p)
		all.notices(t, "orgs ash; orgs district")
		oak := watch(t, s, r, "oak") // sees oak, annex and district
		oak.scope = narrowed(func(sc *view.Scope) { sc.Orgs = only("oak") })
		oak.look(t)
		last := `"oak,elm"`
		reorder := func(orgs, forAll, forOak string) {
			t.Helper()
			p.Edit(t, "users.csv", "~ true,"+last+",teacher => true,\""+orgs+"\",teacher")
			last = `"` + orgs + `"`
			restore(t, r, p)
			all.notices(t, forAll)
			oak.notices(t, forOak)
		}
		reorder("elm,oak", "users t-lin", "")
		reorder("oak,elm", "users t-lin", "")
		reorder("oak,elm,annex,ash", "users t-lin", "users t-lin")
		reorder("elm,oak,ash,annex", "users t-lin", "") // both have moved, but past others
		reorder("elm,annex,ash,oak", "users t-lin", "users t-lin")
		reorder("annex,oak,elm", "users t-lin", "")
		reorder("ash,oak,elm,annex", "users t-lin", "users t-lin")
		reorder("ash,oak,annex", "users t-lin", "")
		reorder("annex,ash", "users t-lin", "users t-lin")
	})
}

// What a mask leaves shows where that changes, however often the value does.
func TestAMaskIsNoticedWhereWhatItLeavesChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		masked := watch(t, s, r, "masked")
		masked.shows = map[string]notice.Names{
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

// A record that joins two others is not shown; what it joins is.
func TestAJoinIsNoticedByWhatItJoinsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, all := started(t, s)
		change := func(edit, want string) {
			t.Helper()
			p.Edit(t, "classResources.csv", edit)
			restore(t, r, p)
			all.notices(t, want)
		}
		change("~ cr-1,,,,reading-a,primer => cr-9,,,,reading-a,primer", "")
		change("+ cr-2,,,,reading-a,primer", "")
		change("- cr-9", "")
		change("+ cr-9,,,,reading-a,primer", "") // it comes back
		change("~ cr-9,,,,reading-a,primer => cr-9,,,,art-a,atlas", "classes art-a")
		change("~ cr-9,,,,art-a,atlas => cr-9,,,,reading-a,primer", "classes art-a")
		change("~ cr-9,,,,reading-a,primer => cr-9,,,,reading-a,atlas", "classes reading-a")
		before := all.resources(t, "reading-a")
		p.Edit(t, "classResources.csv", "~ cr-2,,,,reading-a,primer => cr-2,,,,reading-a,atlas")
		change("~ cr-9,,,,reading-a,atlas => cr-9,,,,reading-a,primer", "") // they change places
		if after := all.resources(t, "reading-a"); !slices.Equal(before, after) || len(after) != 2 {
			t.Errorf("the resources were listed %q, and are %q", before, after)
		}
		change("+ cr-3,,,,art-a,shelved\n+ cr-4,,,,art-a,shelved", "classes art-a")
		p.Edit(t, "classResources.csv", "- cr-3")
		change("- cr-4", "classes art-a")
		change("- cr-2", "classes reading-a")
	})
}

// resources are those of a class, in the order in which they are shown.
func (w *watcher) resources(t *testing.T, class string) []string {
	t.Helper()
	view, who := w.sight(t, w.r).View, registered(t, w.s.DB)
	classes, _ := catalog.Find("classes")
	f, _ := classes.Field("resources")
	var found []string
	for id, name := range who["classes"] {
		if name == class {
			for _, to := range view.Targets("classes", f, id) {
				found = append(found, who["resources"][to])
			}
		}
	}
	return found
}

// Generations that were stored before orders and forms were noted apart are
// read on, and nothing in them is missed.
func TestWhatWasNotedMoreCoarselyIsNotMissed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, _ := started(t, s)
		masked := watch(t, s, r, "masked")
		masked.shows = map[string]notice.Names{"users": {"givenName=initial", "orgs", "sourcedId"}, "orgs": {"sourcedId"}}
		masked.look(t)
		p.Edit(t, "users.csv", "~ Ben,Cole => Bob,Cole")
		p.Edit(t, "users.csv", `~ true,"oak,elm",teacher => true,"elm,oak",teacher`)
		restore(t, r, p)
		coarsen(t, s)
		masked.notices(t, "users ben; users t-lin")
	})
}

// coarsen stores the newest generation as it was once stored: every value under
// its field alone, every order as pairs that came or went.
func coarsen(t *testing.T, s dbtest.Store) {
	t.Helper()
	ids := map[string]uint32{}
	who := registered(t, s.DB)
	for _, entity := range []string{"users", "orgs"} {
		for id, name := range who[entity] {
			ids[name] = id
		}
	}
	pairs := roaring64.BitmapOf(uint64(ids["t-lin"])<<32|uint64(ids["oak"]), uint64(ids["t-lin"])<<32|uint64(ids["elm"]))
	orgs, err := pairs.ToBytes()
	if err != nil {
		t.Fatal(err)
	}
	given, err := roaring.BitmapOf(ids["ben"]).ToBytes()
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.Write.Transaction(func(tx *gorm.DB) error {
		newest := "(SELECT MAX(generation) FROM generations)"
		if err := tx.Exec("DELETE FROM changes WHERE generation = " + newest).Error; err != nil {
			return err
		}
		insert := "INSERT INTO changes (generation, entity, field, records) SELECT MAX(generation), 'users', ?, ? FROM generations"
		if err := tx.Exec(insert, "orgs", orgs).Error; err != nil {
			return err
		}
		return tx.Exec(insert, "givenName", given).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}
