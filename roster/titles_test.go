package roster_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/view"
)

func TestTheTreeOfOrgsItsTitlesAndTheGrades(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		snapshot, _ := settled(t, s, town(t))
		var roots, below []string
		for _, id := range snapshot.Roots("orgs", "parent") {
			roots = append(roots, snapshot.SourcedID("orgs", id))
			for _, child := range snapshot.Referring("orgs", "parent", id) {
				below = append(below, snapshot.SourcedID("orgs", child))
			}
		}
		if diff := cmp.Diff([]string{"district"}, roots); diff != "" {
			t.Errorf("roots: %s", diff)
		}
		if len(below) < 2 {
			t.Errorf("below the root: %q", below)
		}
		if diff := cmp.Diff([]string{"03", "09"}, snapshot.Grades()); diff != "" {
			t.Errorf("grades: %s", diff)
		}
		found := snapshot.IDs("orgs", []string{"annex", "nowhere"})
		titles, err := rostertest.Open(s.DB, s.Ledger, time.Now).Titles(context.Background(), "orgs", found.ToArray())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[uint32]string{found.Minimum(): "Oak Annex"}, titles); diff != "" {
			t.Errorf("titles: %s", diff)
		}
		if _, err := rostertest.Open(s.DB, s.Ledger, time.Now).Titles(context.Background(), "enrollments", nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("titles of what has none: %v", err)
		}
	})
}

func TestAScopeThatIsTriedReachesWhatItsViewReaches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		snapshot, _ := settled(t, s, town(t))
		for _, scope := range []view.Scope{everybody(), narrowed(func(s *view.Scope) { s.Orgs = only("oak") }), {}} {
			tried := snapshot.Try(scope)
			for _, e := range catalog.Tables(catalog.V11) {
				if !tried.Set(e.Plural).Equals(snapshot.View(scope).Set(e.Plural)) {
					t.Errorf("%+v: %s differ", scope, e.Plural)
				}
			}
			if snapshot.Try(scope) != snapshot.View(scope) {
				t.Errorf("%+v: a view that is kept is grown again", scope)
			}
		}
	})
}
