package roster_test

import (
	"errors"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// asked carries out the import of a package that is held, over which somebody is asked.
func asked(t *testing.T, r *rostertest.Rooms, p parcel, answer func(*intake.Report) (bool, error)) (intake.Attempt, error) {
	t.Helper()
	a, err := r.Begin(t.Context(), intake.Attempt{Actor: "cli:ada", Origin: intake.Command})
	if err != nil {
		t.Fatal(err)
	}
	_, failed := r.Carry(t.Context(), a, p.Folder(t), intake.Options{Accepting: answer})
	found, err := r.Attempt(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return found, failed
}

func TestAHoldIsAcceptedInTheImportThatFoundIt(t *testing.T) {
	errNobody := errors.New("nobody is there")
	for _, c := range []struct {
		name     string
		accepted bool
		err      error
		state    intake.AttemptState
		verdict  intake.Verdict
	}{
		{"yes", true, nil, intake.Ended, intake.Stored},
		{"no", false, nil, intake.Ended, intake.Held},
		{"an error", false, errNobody, intake.Failed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
				r := rostertest.Open(s.DB, s.Ledger, time.Now)
				restore(t, r, crowd(t, 200))
				before := take(t, s.DB)
				times := 0
				a, err := asked(t, r, crowd(t, 100), func(held *intake.Report) (bool, error) {
					if times++; held.Verdict != intake.Held || len(held.Holds) != 1 || held.Generation != 1 {
						t.Errorf("the question is about %+v", held)
					}
					return c.accepted, c.err
				})
				if times != 1 || !errors.Is(err, c.err) || a.State != c.state || a.Verdict != c.verdict || a.AcceptHold != c.accepted {
					t.Errorf("asked %d times, and it ended with %v: %+v", times, err, a)
				}
				take(t, s.DB).succeeds(t, before, c.accepted)
			})
		})
	}
}

func TestNobodyIsAskedAboutAPackageThatIsNotHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		a, err := asked(t, r, crowd(t, 200), func(held *intake.Report) (bool, error) {
			t.Errorf("somebody is asked about %+v", held)
			return true, nil
		})
		if err != nil || a.Verdict != intake.Stored || a.AcceptHold {
			t.Errorf("it ended with %v: %+v", err, a)
		}
	})
}

func TestAHoldIsNotAcceptedForARosterThatBecameAnotherMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, crowd(t, 200))
		a, err := asked(t, r, crowd(t, 100), func(*intake.Report) (bool, error) {
			restore(t, r, crowd(t, 199))
			return true, nil
		})
		if !fault.Is(err, fault.Conflict) || a.State != intake.Failed || !a.Conflict {
			t.Errorf("it ended with %v: %+v", err, a)
		}
	})
}
