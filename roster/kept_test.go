package roster_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/view"
)

// drawKept draws conditions, each met by records that are drawn by their ids.
func drawKept(t *rapid.T, n int) []view.Kept {
	served := []string{"users", "enrollments", "classes", "courses", "orgs", "demographics", "academicSessions", "resources"}
	var all []view.Kept
	for c := range rapid.IntRange(1, 3).Draw(t, fmt.Sprint("conditions ", n)) {
		ids := rapid.SliceOfNDistinct(rapid.Uint32Range(1, 12), 0, 12, rapid.ID[uint32]).Draw(t, fmt.Sprint("meet ", n, " ", c))
		entity := rapid.SampledFrom(served).Draw(t, fmt.Sprint("condition ", n, " ", c))
		all = append(all, view.Kept{Entity: entity, Key: fmt.Sprint(entity, " ", ids), Set: roaring.BitmapOf(ids...)})
	}
	return all
}

// checkKept holds a view with conditions against the same without them: it has less, only
// what meets the conditions, and is as closed.
func checkKept(t testing.TB, snapshot *view.Snapshot, scope view.Scope, kept []view.Kept, w world, who register) {
	t.Helper()
	whole := snapshot.View(scope)
	scope.Kept = kept
	cut := snapshot.View(scope)
	for _, e := range catalog.Tables(catalog.V11) {
		set := cut.Set(e.Plural)
		if more := roaring.AndNot(set, whole.Set(e.Plural)); !more.IsEmpty() {
			t.Fatalf("%s %v are in since there are conditions %v", e.Plural, more.ToArray(), kept)
		}
		for _, k := range kept {
			if k.Entity == e.Plural && !roaring.AndNot(set, k.Set).IsEmpty() {
				t.Fatalf("of %s some do not meet %v: %v", e.Plural, k.Key, set.ToArray())
			}
		}
		set.Iterate(func(id uint32) bool {
			checkRequired(t, e, cut, id, kept)
			return true
		})
		checkWhy(t, e, cut, who)
		checkWords(t, e, cut, who)
	}
	checkEnrolled(t, cut, scope, w, who)
}

// checkEnrolled holds that who is in, guardians apart, is enrolled in a class that is left,
// or never was enrolled anywhere: that conditions leave all of somebody's classes out makes
// nobody unenrolled.
func checkEnrolled(t testing.TB, cut *view.View, scope view.Scope, w world, who register) {
	t.Helper()
	left, former := map[string]bool{}, 0
	cut.Set("enrollments").Iterate(func(id uint32) bool {
		left[w["enrollments"][who["enrollments"][id]].refs["user"][0]] = true
		return true
	})
	cut.Set("users").Iterate(func(id uint32) bool {
		user := who["users"][id]
		if isGuardian(w["users"][user]) || left[user] {
			return true
		}
		w.each("enrollments", func(_ string, f *fact) {
			if f.refs["user"][0] == user && stillCounts(scope, f) && w.live("classes", f.refs["class"][0]) {
				former++
			}
		})
		if !scope.Unenrolled || former > 0 {
			t.Fatalf("%s is in under %v, with none of their %d enrollments", user, scope.Kept, former)
		}
		return true
	})
}

// checkWords holds that what is said of a record that is in is so in this very view.
func checkWords(t testing.TB, e catalog.Entity, cut *view.View, who register) {
	t.Helper()
	leads := map[string][2]string{
		"enrolled": {"enrollments", "user"}, "school_of_class": {"classes", "school"}, "school_of_enrollment": {"enrollments", "school"},
		"org_of_course": {"courses", "org"}, "taught": {"classes", "course"}, "term": {"classes", "terms"},
	}
	cut.Set(e.Plural).Iterate(func(id uint32) bool {
		why := cut.Why(e.Plural, id)
		by, ok := leads[why.Code]
		if !ok {
			return true
		}
		from, _ := catalog.Find(by[0])
		f, _ := from.Field(by[1])
		if !slices.ContainsFunc(cut.Snapshot.Backwards(from, f, id), cut.Set(from.Plural).Contains) {
			t.Fatalf("of %s %s it is said: %s, and none of %s that are left refers to it", e.Plural, who[e.Plural][id], why.Says, from.Plural)
		}
		return true
	})
}

// checkRequired holds that what a record must refer to is in the view.
func checkRequired(t testing.TB, e catalog.Entity, v *view.View, id uint32, kept []view.Kept) {
	t.Helper()
	for _, f := range e.Fields {
		if !f.Required || f.Class != catalog.Structural || f.Through != nil || !f.Kind.Refers() {
			continue
		}
		if targets := v.Targets(e.Plural, f, id); len(targets) == 0 && !dispensable(e, f) {
			t.Fatalf("%s %d has no %s in the view of %v", e.Plural, id, f.Name, kept)
		}
	}
	if e.Plural == "demographics" && !v.Set("users").Contains(id) {
		t.Fatalf("demographics %d are of nobody in the view of %v", id, kept)
	}
}

func TestConditionsOnOneEntityTakeWithThemWhatHangsOnIt(t *testing.T) {
	snapshot, who := settled(t, dbtest.New(t, database.SQLite), town(t))
	scope := everybody()
	if snapshot.View(scope).Set("users").IsEmpty() {
		t.Fatal("nobody is there without the condition")
	}
	scope.Kept = []view.Kept{{Entity: "orgs", Key: "none", Set: roaring.New()}}
	for _, e := range catalog.Tables(catalog.V11) {
		if left := who.inside(snapshot.View(scope), e.Plural); len(left) > 0 && !slices.Contains([]string{"academicSessions", "resources"}, e.Plural) {
			t.Errorf("%s are left without any org: %q", e.Plural, left)
		}
	}
}

// The name of a metadata key is the roster's, and may hold the end of a line.
func TestConditionsAreToldApartWhateverIsInTheirNames(t *testing.T) {
	snapshot, _ := settled(t, dbtest.New(t, database.SQLite), town(t))
	all := snapshot.Live("users")
	two, one := everybody(), everybody()
	two.Kept = []view.Kept{{Entity: "users", Key: "a", Set: all}, {Entity: "users", Key: "b", Set: all}}
	one.Kept = []view.Kept{{Entity: "users", Key: "a\nb", Set: roaring.New()}}
	if snapshot.View(two).Set("users").IsEmpty() || !snapshot.View(one).Set("users").IsEmpty() {
		t.Error("the view of one condition is given for two others")
	}
}
