package roster_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
)

func TestStoredImportsAreListedNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := roster.New(s.DB, time.Now)
		if past, err := r.Imports(t.Context(), 5); err != nil || len(past) != 0 {
			t.Fatalf("of an empty roster: %v, %v", past, err)
		}
		p := base(t)
		var last *roster.Report
		for _, edit := range []string{"", "~ Oak Elementary => Oak Primary"} {
			if edit != "" {
				p.edit(t, "orgs.csv", edit)
			}
			report, err := r.Import(t.Context(), p.folder(t), roster.ImportOptions{AcceptHold: true})
			if err != nil {
				t.Fatal(err)
			}
			last = report
		}
		past, err := r.Imports(t.Context(), 5)
		if err != nil || len(past) != 2 || past[0].Generation != last.Generation || past[0].CommittedAt != last.CommittedAt {
			t.Fatalf("listed: %+v, %v", past, err)
		}
		if few, err := r.Imports(t.Context(), 1); err != nil || len(few) != 1 || few[0].Generation != last.Generation {
			t.Errorf("the newest alone: %+v, %v", few, err)
		}
	})
}
