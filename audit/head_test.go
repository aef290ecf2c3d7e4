package audit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"gorm.io/gorm"
)

// join makes a store and its ledger known to each other, as each start does.
func join(t testing.TB, s dbtest.Store) {
	t.Helper()
	if err := audit.Whole(context.Background(), s.Ledger, s.DB); err != nil {
		t.Fatal(err)
	}
	if err := audit.Join(context.Background(), s.Ledger, s.DB); err != nil {
		t.Fatal(err)
	}
}

// number reads a single number from a database.
func number(t testing.TB, db *database.Database, query string) (n int64) {
	t.Helper()
	if err := db.Read.Raw(query).Row().Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func head(t testing.TB, s dbtest.Store) int64 {
	t.Helper()
	return number(t, s.DB, "SELECT newest FROM ledger_head")
}

func newest(t testing.TB, s dbtest.Store) int64 {
	t.Helper()
	return number(t, s.Ledger, "SELECT coalesce(max(id), 0) FROM ledger_entries")
}

func TestTheStoreLearnsOfTheNewestEntryAtATickAndAtTheEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		join(t, s)
		tick := make(chan time.Time)
		l := open(t, s, noon)
		l.Tick = tick
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { l.Run(ctx) })
		tick <- noon() // the first round is over
		disclose(t, l, users("one", 1), users("two", 2))
		tick <- noon() // begins a round
		tick <- noon() // that one is over
		if head(t, s) != newest(t, s) || head(t, s) == 0 {
			t.Errorf("behind a tick the store knows of entry %d, and the newest is %d", head(t, s), newest(t, s))
		}
		stop()
		running.Wait()
		disclose(t, l, users("three", 3))
		l.Close()
		if head(t, s) != newest(t, s) {
			t.Errorf("at the end the store knows of entry %d, and the newest is %d", head(t, s), newest(t, s))
		}
	})
}

func TestNoDisclosureWaitsForTheStoresWriterAndTheStoreLearnsAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		join(t, s)
		tick := make(chan time.Time)
		l := open(t, s, noon)
		l.Tick = tick
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		err := s.DB.Write.Transaction(func(tx *gorm.DB) error { // a long import
			if err := tx.Exec("UPDATE ledger_head SET newest = newest").Error; err != nil {
				return err
			}
			disclose(t, l, users("during", 1))
			running.Go(func() { l.Run(ctx) }) // begins with a round that has to wait
			disclose(t, l, users("meanwhile", 2))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		tick <- noon()
		tick <- noon()
		stop()
		running.Wait()
		if head(t, s) != newest(t, s) || head(t, s) == 0 {
			t.Errorf("the store knows of entry %d, and the newest is %d", head(t, s), newest(t, s))
		}
	})
}

func TestTheStoreNeverKnowsOfAnEntryThatTheLedgerDoesNotHave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		join(t, s)
		tick := make(chan time.Time)
		l := open(t, s, noon)
		l.Tick = tick
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { l.Run(ctx) })
		var apps sync.WaitGroup
		for range 30 {
			apps.Go(func() { disclose(t, l, users("r", 1)) })
			record(t, s.DB, numbered("c", 1)...)
			tick <- noon()
			if known := head(t, s); known > newest(t, s) {
				t.Errorf("the store knows of entry %d, and the newest is %d", known, newest(t, s))
			}
		}
		apps.Wait()
		tick <- noon()
		tick <- noon() // nothing is left to tell
		known := head(t, s)
		if err := s.Ledger.Write.Exec("ALTER TABLE ledger_entries RENAME TO gone").Error; err != nil {
			t.Fatal(err)
		}
		if err := l.Disclose(context.Background(), users("lost", 1)); err == nil {
			t.Error("a disclosure without a ledger is durable")
		}
		tick <- noon()
		tick <- noon()
		if head(t, s) != known {
			t.Errorf("without a ledger the store came to know of entry %d", head(t, s))
		}
		if err := s.Ledger.Write.Exec("ALTER TABLE gone RENAME TO ledger_entries").Error; err != nil {
			t.Fatal(err)
		}
		stop()
		running.Wait()
	})
}

func TestAChangeLeavesTheOutboxTogetherWithWhatTheStoreKnowsOfIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		join(t, s)
		l := open(t, s, noon)
		record(t, s.DB, numbered("c", 2)...)
		revive := die(t, s.DB.Write)
		if _, err := l.Sequence(context.Background()); !errors.Is(err, errKilled) {
			t.Fatalf("%v; want the kill", err)
		}
		if head(t, s) != 0 {
			t.Errorf("the outbox is as it was, and the store knows of entry %d", head(t, s))
		}
		revive()
		sequence(t, l)
		if head(t, s) != newest(t, s) || head(t, s) == 0 {
			t.Errorf("the store knows of entry %d, and the newest is %d", head(t, s), newest(t, s))
		}
	})
}

// forget sets PostgreSQL's account of the numbers that it gave back, as was seen
// after a power loss.
func forget(t testing.TB, s dbtest.Store) {
	t.Helper()
	if err := s.Ledger.Write.Exec("ALTER TABLE ledger_entries ALTER COLUMN id RESTART WITH 1").Error; err != nil {
		t.Fatal(err)
	}
}

func TestAnEntryWhoseNumberIsGivenASecondTimeIsWrittenUnderAnother(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	join(t, s)
	l := open(t, s, noon)
	disclose(t, l, users("before", 1), users("before", 2), users("before", 3))
	forget(t, s)
	signed := users("signed", 4)
	signed.Nonce = &audit.Nonce{Consumer: "library", Value: "n", Expires: noon()}
	disclose(t, l, signed)
	forget(t, s)
	disclose(t, l, users("after", 5))
	forget(t, s)
	record(t, s.DB, numbered("change", 3)...)
	if n := sequence(t, l); n != 3 || waiting(t, s.DB) != 0 {
		t.Errorf("%d changes moved, %d wait", n, waiting(t, s.DB))
	}
	if got := requests(ask(t, l.Disclosures, audit.Question{})); got != "before before before signed after" {
		t.Errorf("the ledger has %q", got)
	}
	if n := len(ask(t, l.Changes, audit.Question{})); n != 3 {
		t.Errorf("the ledger has %d changes", n)
	}
}

func TestProcessesThatStartTogetherAgreeOnTheLedger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		ledgerURL, storeURL := urls(s)
		var starting sync.WaitGroup
		for range 4 {
			ledger, _ := again(t, ledgerURL)
			store, _ := again(t, storeURL)
			starting.Go(func() {
				if err := audit.Join(context.Background(), ledger, store); err != nil {
					t.Error(err)
				}
			})
		}
		starting.Wait()
		join(t, s)
		for _, table := range []string{"ledger_head", "ledger_identity"} {
			db := s.DB
			if table == "ledger_identity" {
				db = s.Ledger
			}
			if n := number(t, db, "SELECT count(*) FROM "+table+" WHERE length(ledger) > 20"); n != 1 {
				t.Errorf("%s has %d names", table, n)
			}
		}
	})
}
