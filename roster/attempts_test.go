package roster_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// tried carries an attempt out and reads what is on record of it.
func tried(t *testing.T, r *rostertest.Rooms, a intake.Attempt, place string) intake.Attempt {
	t.Helper()
	begun, err := r.Begin(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Carry(t.Context(), begun, place, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	found, err := r.Attempt(t.Context(), begun.ID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEveryAttemptToImportIsOnRecordHoweverItEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		good, bad := base(t).Folder(t), t.TempDir()
		for i, c := range []struct {
			attempt intake.Attempt
			place   string
			want    intake.Verdict
		}{
			{intake.Attempt{Actor: "cli:ada", Origin: intake.Command, DryRun: true}, good, intake.Checked},
			{intake.Attempt{Actor: "cli:ada", Origin: intake.Command}, good, intake.Stored},
			{intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: "here"}, good, intake.Unchanged},
			{intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: "here"}, bad, intake.Rejected},
		} {
			a := tried(t, r, c.attempt, c.place)
			if a.Verdict != c.want || a.State != intake.Ended || a.Actor != c.attempt.Actor || a.Report == nil || a.Package != "" || a.EndedAt < a.StartedAt {
				t.Errorf("%s: %+v", c.want, a)
			}
			report, err := json.Marshal(a.Report)
			if err != nil || strings.Contains(string(report), c.place) {
				t.Errorf("%s: the report names its place: %s, %v", c.want, report, err)
			}
			list, err := r.Attempts(t.Context(), 0, 10)
			if err != nil || len(list) != i+1 || list[0].ID != a.ID || list[0].Report != nil || len(list[0].Counts) != len(a.Report.Files) {
				t.Errorf("%s: listed %+v, %v", c.want, list, err)
			}
		}
		list, err := r.Attempts(t.Context(), 3, 1)
		if err != nil || len(list) != 1 || list[0].Verdict != intake.Stored || list[0].Generation != 1 {
			t.Errorf("before the third: %+v, %v", list, err)
		}
		if _, err := r.Attempt(t.Context(), 99); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that is none: %v", err)
		}
	})
}

func TestAnAttemptThatFailsIsOnRecordAndLeavesNoGeneration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		a, err := r.Begin(t.Context(), intake.Attempt{Actor: "cli:ada", Origin: intake.Command})
		if err != nil {
			t.Fatal(err)
		}
		broken := errors.New("broken")
		_, err = r.Carry(t.Context(), a, base(t).Folder(t), intake.Options{Committing: func(*gorm.DB, *intake.Report) error { return broken }})
		if !errors.Is(err, broken) {
			t.Errorf("the error is %v", err)
		}
		found, err := r.Attempt(t.Context(), a.ID)
		if err != nil || found.State != intake.Failed || found.Verdict != "" || found.Report != nil || found.Conflict {
			t.Errorf("on record: %+v, %v", found, err)
		}
	})
}

func TestOfUploadsOneRunsAtATimeUnlessItWentSilent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		now := time.Now()
		r := rostertest.Open(s.DB, s.Ledger, func() time.Time { return now })
		upload := intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: "here"}
		first, err := r.Begin(t.Context(), upload)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Begin(t.Context(), upload); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second one: %v", err)
		}
		if _, err := r.Begin(t.Context(), intake.Attempt{Actor: "cli:ada", Origin: intake.Command}); err != nil {
			t.Errorf("a command: %v", err)
		}
		now = now.Add(2 * time.Minute)
		if !first.Lost(now) {
			t.Error("the first one is not given up")
		}
		if _, err := r.Begin(t.Context(), upload); err != nil {
			t.Errorf("after a silence: %v", err)
		}
		if lost, err := r.Attempt(t.Context(), first.ID); err != nil || lost.State != intake.Failed || lost.Package != "" {
			t.Errorf("the one that went silent: %+v, %v", lost, err)
		}
	})
}

// Its last sign of life lies in the future then: had it gone on, there would be a
// newer one.
func TestAnUploadThatWasKilledIsGivenUpAlsoWhereTheClockIsSetBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		now := time.Now()
		r := rostertest.Open(s.DB, s.Ledger, func() time.Time { return now })
		upload := intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: "here"}
		killed, err := r.Begin(t.Context(), upload)
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(-30 * time.Second) // as much as two servers may be apart
		if _, err := r.Begin(t.Context(), upload); !fault.Is(err, fault.Conflict) || killed.Lost(now) {
			t.Errorf("a second one, by a clock that is a little late: %v", err)
		}
		now = now.Add(-30 * time.Minute)
		if !killed.Lost(now) {
			t.Error("the killed one is not given up")
		}
		if _, err := r.Begin(t.Context(), upload); err != nil {
			t.Errorf("after the clock was set back: %v", err)
		}
		if lost, err := r.Attempt(t.Context(), killed.ID); err != nil || lost.State != intake.Failed || lost.Package != "" {
			t.Errorf("the killed one: %+v, %v", lost, err)
		}
		if _, err := r.Begin(t.Context(), upload); !fault.Is(err, fault.Conflict) {
			t.Errorf("beside one that runs: %v", err)
		}
	})
}

func TestAHeldPackageIsTakenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, crowd(t, 200))
		a := tried(t, r, intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: "here"}, crowd(t, 100).Folder(t))
		if a.Verdict != intake.Held || !a.Waits() {
			t.Fatalf("on record: %+v", a)
		}
		waiting, err := r.Waiting(t.Context())
		if err != nil || len(waiting) != 1 || waiting[0].Package != "here" {
			t.Errorf("waiting: %+v, %v", waiting, err)
		}
		verdict := func() intake.Verdict {
			t.Helper()
			found, err := r.Attempt(t.Context(), a.ID)
			if err != nil || found.Report.Verdict != intake.Held {
				t.Fatalf("on record: %+v, %v", found, err)
			}
			return found.Verdict
		}
		pack, err := r.Take(t.Context(), a.ID, intake.Accepted)
		if err != nil || pack != "here" || verdict() != intake.Accepted {
			t.Errorf("taken: %q, %s, %v", pack, verdict(), err)
		}
		if _, err := r.Take(t.Context(), a.ID, intake.Discarded); !fault.Is(err, fault.Conflict) || verdict() != intake.Accepted {
			t.Errorf("taken again: %s, %v", verdict(), err)
		}
		if err := r.Return(context.Background(), a.ID, pack); err != nil || verdict() != intake.Held {
			t.Fatalf("returned: %s, %v", verdict(), err)
		}
		if pack, err := r.Take(t.Context(), a.ID, intake.Discarded); err != nil || pack != "here" || verdict() != intake.Discarded {
			t.Errorf("taken after it came back: %q, %s, %v", pack, verdict(), err)
		}
	})
}

// The way to a package may be any text, that of a column's name included.
func TestOnlyThePackageAsAWholeIsHidden(t *testing.T) {
	for _, place := range []string{".", "users"} {
		dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			dir := refuse(crowd(t, 200), 200, 1).Folder(t)
			if place == "." {
				t.Chdir(dir)
			} else {
				around := dbtest.Folder(t)
				if err := os.Rename(dir, filepath.Join(around, place)); err != nil {
					t.Fatal(err)
				}
				t.Chdir(around)
			}
			a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command}, place)
			if len(a.Report.Problems) != 1 || a.Report.Problems[0].File != "users.csv" {
				t.Errorf("from %s: %+v", place, a.Report.Problems)
			}
		})
	}
}
