package roster_test

import (
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// A package that was given up is thrown away: nobody may be asked about it any more.
func TestAnAttemptThatWasGivenUpDoesNotBringItsPackageBackWhenItEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		var mu sync.Mutex
		now := time.Now()
		r := rostertest.Open(s.DB, s.Ledger, func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		})
		restore(t, r, crowd(t, 200))
		begun, err := r.Begin(t.Context(), intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: "here"})
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		now = now.Add(time.Hour)
		mu.Unlock()
		if _, err := r.Begin(t.Context(), intake.Attempt{Actor: "bo@example.org", Origin: intake.Command}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Carry(t.Context(), begun, crowd(t, 100).Folder(t), intake.Options{}); err != nil {
			t.Fatal(err)
		}
		ended, err := r.Attempt(t.Context(), begun.ID)
		if err != nil || ended.Verdict != intake.Held || ended.Report == nil || ended.Waits() || ended.Package != "" {
			t.Errorf("on record: %+v, %v", ended, err)
		}
	})
}
