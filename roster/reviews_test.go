package roster_test

import (
	"context"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// without is the town of the stories without the type StateID.
func without(t *testing.T) parcel {
	t.Helper()
	p := base(t)
	p.Edit(t, "users.csv", `~ ",{StateID:880011}" => ""`+"\n")
	return p
}

// The import waits for the review, which holds the key's row, and ends it. Where the
// import comes first there is nothing to review. SQLite has one writer at a time.
func TestAReviewOfAKeyThatVanishesAtThatMomentEndsWithIt(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	r, key := rostertest.Open(s.DB, s.Ledger, time.Now), roster.Key{Entity: "users", Bag: "userIds", Name: "StateID"}
	restore(t, r, base(t))
	imported := make(chan error, 1)
	folder := without(t).Folder(t)
	err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
		if !review(t, tx, "reader", key) {
			t.Error("the key is not there to be reviewed")
		}
		go func() {
			_, err := r.Import(context.Background(), folder, intake.Options{AcceptHold: true})
			imported <- err
		}()
		return untilSomebodyWaits(tx, s)
	})
	if err == nil {
		err = <-imported
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
		if review(t, tx, "reader", key) {
			t.Error("a key that is gone can be reviewed")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	restore(t, r, base(t))
	for _, k := range keysFor(t, s.DB, "reader") {
		if k.Reviewed || k.Name == key.Name && (!k.Accepted || !k.Present) {
			t.Errorf("once the key returned: %+v", k)
		}
	}
}

// untilSomebodyWaits returns once another transaction waits for a row of this one.
func untilSomebodyWaits(tx *gorm.DB, s dbtest.Store) error {
	var me int
	if err := tx.Raw("SELECT pg_backend_pid()").Scan(&me).Error; err != nil {
		return err
	}
	for waiting := 0; waiting == 0; {
		err := s.DB.Read.Raw("SELECT count(*) FROM pg_stat_activity WHERE ? = ANY (pg_blocking_pids(pid))", me).Scan(&waiting).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func TestAReviewThatSaysNothingNewSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		restore(t, rostertest.Open(s.DB, s.Ledger, time.Now), base(t))
		key := roster.Key{Entity: "users", Bag: "userIds", Name: "LDAP"}
		for i, app := range []string{"reader", "reader", "other"} {
			if fresh := review(t, s.DB.Write, app, key); fresh != (i != 1) {
				t.Errorf("review %d is new: %t", i, fresh)
			}
		}
		for _, unknown := range []roster.Key{{Entity: "users", Bag: "userIds", Name: "ldap"}, {Entity: "users", Bag: "metadata", Name: "LDAP"}} {
			if review(t, s.DB.Write, "reader", unknown) {
				t.Errorf("%+v was reviewed, and there is none", unknown)
			}
		}
	})
}
