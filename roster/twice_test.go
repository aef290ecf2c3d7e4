package roster_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// onStandby is the roster on a standby.
func onStandby(t *testing.T, standby *dbtest.Standby) *rostertest.Rooms {
	t.Helper()
	db, err := database.Open(t.Context(), standby.URL, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return rostertest.Open(db, nil, time.Now)
}

// closeOf ends the connections of a roster.
func closeOf(t *testing.T, r *rostertest.Rooms) {
	t.Helper()
	if err := r.Roster.DB.Close(); err != nil {
		t.Fatal(err)
	}
}

// settle lets a pool notice that its connections are gone.
func settle(t *testing.T, r *rostertest.Rooms) {
	t.Helper()
	for range 2 {
		if _, err := r.Attempts(t.Context(), 0, 1); err == nil {
			return
		}
	}
	t.Fatal("the database is not found again")
}

func TestAPackageIsNotTakenForTheOneStoredLastByANumberThatIsGivenTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		by := intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}
		tried(t, r, by, base(t).Folder(t))
		standby := s.Standby(t)
		settle(t, r)
		ours := crowd(t, 20).Folder(t)
		lost := tried(t, r, by, ours)
		other := onStandby(t, standby)
		theirs := tried(t, other, by, crowd(t, 30).Folder(t))
		if lost.Generation != theirs.Generation || lost.Print == "" || lost.ID != theirs.ID {
			t.Fatalf("the attempts %d of generation %d and %d of %d are to have the same numbers", lost.ID, lost.Generation, theirs.ID, theirs.Generation)
		}
		closeOf(t, other)
		standby.TakeOver(t)
		settle(t, r)

		// What an attempt puts on record that ends only now was found by the roster that was lost.
		lost.ID = 0
		if err := s.DB.Write.Create(&lost).Error; err != nil {
			t.Fatal(err)
		}
		if again := tried(t, r, by, ours); again.Verdict != intake.Stored || again.Generation != theirs.Generation+1 {
			t.Errorf("a package that the roster is not made of is %s in generation %d", again.Verdict, again.Generation)
		}
	})
}

func TestTheEndOfAnAttemptThatWasLostIsNotPutOnRecordAsThatOfAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		standby := s.Standby(t)
		settle(t, r)
		begin := func(r *rostertest.Rooms, actor string) intake.Attempt {
			t.Helper()
			a, err := r.Begin(t.Context(), intake.Attempt{Actor: actor, Origin: intake.Command})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		lost := begin(r, "cli:ada")
		other := onStandby(t, standby)
		theirs := begin(other, "cli:bea")
		if lost.ID != theirs.ID {
			t.Fatalf("the ids %d and %d are to be the same", lost.ID, theirs.ID)
		}
		closeOf(t, other)
		standby.TakeOver(t)
		settle(t, r)
		if err := r.Fail(t.Context(), lost); err != nil {
			t.Error(err)
		}
		if _, err := r.Carry(t.Context(), lost, base(t).Folder(t), intake.Options{}); err == nil {
			t.Error("an attempt that the database does not know was carried out")
		}
		if now, err := r.Attempt(t.Context(), theirs.ID); err != nil || now.State != intake.Running || now.Actor != "cli:bea" {
			t.Errorf("the other attempt is %s by %s, %v", now.State, now.Actor, err)
		}
	})
}
