package roster_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/view"
)

// optedOut is a scope that leaves users out, by their sourcedIds.
func (who register) optedOut(scope view.Scope, print string, sourcedIDs ...string) view.Scope {
	for _, id := range sourcedIDs {
		scope.OptOuts.Users = append(scope.OptOuts.Users, who.id("users", id))
	}
	scope.OptOuts.Print = print
	return scope
}

func TestWhoIsOptedOutLeavesWithEverythingThatOnlyTheyBring(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		snapshot, who := settled(t, s, town(t))
		whole, without := snapshot.View(everybody()), snapshot.View(who.optedOut(everybody(), "ana", "ana"))
		gone := map[string][]string{
			"users": {"ana", "rosa"}, "enrollments": {"e-ana"}, "demographics": {"ana"},
		}
		for _, entity := range []string{"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics", "resources", "classResources", "courseResources"} {
			want := slices.DeleteFunc(who.inside(whole, entity), func(id string) bool { return slices.Contains(gone[entity], id) })
			if got := who.inside(without, entity); !slices.Equal(got, want) {
				t.Errorf("%s without Ana are %q, not %q", entity, got, want)
			}
		}
		if len(who.inside(whole, "users"))-len(who.inside(without, "users")) != 2 {
			t.Errorf("the town has %q, and %q without Ana", who.inside(whole, "users"), who.inside(without, "users"))
		}
		for _, c := range []struct {
			entity, id, code string
		}{
			{"users", "ana", "opted_out"}, {"enrollments", "e-ana", "opted_out"}, {"demographics", "ana", "opted_out"}, {"users", "rosa", "no_student"},
		} {
			if why := without.Why(c.entity, who.id(c.entity, c.id)); why.In || why.Code != c.code {
				t.Errorf("%s %s is out by %+v, not %s", c.entity, c.id, why, c.code)
			}
		}
		if why := without.Otherwise(who.id("users", "ana")); !why.In || why.Code != "enrolled" {
			t.Errorf("without the opt-out Ana is in by %+v", why)
		}
	})
}

func TestAGuardianWhoIsOptedOutIsReachedByNoStudent(t *testing.T) {
	snapshot, who := settled(t, dbtest.New(t, database.SQLite), town(t))
	without := snapshot.View(who.optedOut(everybody(), "rosa", "rosa"))
	if users := who.inside(without, "users"); slices.Contains(users, "rosa") || !slices.Contains(users, "ana") {
		t.Errorf("without Rosa the users are %q", users)
	}
}

// An id that no record has, and that of somebody who comes back, do no harm.
func TestOptOutsOfUsersWhomTheRosterDoesNotHaveLeaveNobodyElseOut(t *testing.T) {
	snapshot, who := settled(t, dbtest.New(t, database.SQLite), town(t))
	scope := everybody()
	scope.OptOuts = view.OptOuts{Users: []uint32{0, 1 << 30, ^uint32(0)}, Print: "nobody"}
	if got, want := who.inside(snapshot.View(scope), "users"), who.inside(snapshot.View(everybody()), "users"); !slices.Equal(got, want) {
		t.Errorf("the users are %q, not %q", got, want)
	}
}

func TestViewsAreSharedByThoseWhoLeaveOutTheSame(t *testing.T) {
	snapshot, who := settled(t, dbtest.New(t, database.SQLite), town(t))
	scope := func(print string, ids ...string) view.Scope { return who.optedOut(everybody(), print, ids...) }
	first := snapshot.View(scope("x", "ana"))
	if again := snapshot.View(scope("x", "ana")); again != first || snapshot.View(scope("")) != snapshot.View(everybody()) {
		t.Error("two views are grown for the same opt-outs")
	}
	if snapshot.View(scope("x", "ana")) == snapshot.View(everybody()) || snapshot.View(scope("x", "ana")) == snapshot.View(scope("y", "ben")) {
		t.Error("a view is shared by those who leave out others")
	}
	// Whoever forgets the print gets nobody else's view.
	if forgot := snapshot.View(scope("", "ana")); forgot == snapshot.View(everybody()) || forgot == snapshot.View(scope("", "ben")) || who.holds(forgot, "ana") {
		t.Error("opt-outs without a print share a view with others")
	}
}

func (who register) holds(v *view.View, user string) bool {
	return v.Set("users").Contains(who.id("users", user))
}
