package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"gorm.io/gorm"
)

var errKilled = errors.New("killed")

func TestAChangeAndItsRecordCommitTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
			if err := audit.Record(tx, numbered("undone", 1)[0]); err != nil {
				return err
			}
			return errKilled
		})
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		record(t, s.DB, numbered("done", 1)...)
		sequence(t, l)
		if diff := cmp.Diff([]string{"done0"}, subjects(ask(t, l.Changes, audit.Question{}))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAChangeOutsideATransactionIsNotRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		if err := audit.Record(s.DB.Write, numbered("c", 1)[0]); err == nil {
			t.Error("a bare handle was taken")
		}
		if n := sequence(t, l); n != 0 {
			t.Errorf("%d changes", n)
		}
	})
}

func TestAChangeKeepsWhatItSaysAndWhenItWasRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, func() time.Time { return noon().Add(time.Hour) })
		recorded := s.DB.Write.Session(&gorm.Session{NowFunc: noon})
		err := recorded.Transaction(func(tx *gorm.DB) error {
			return audit.Record(tx, audit.Change{
				Actor: "cli:root", Action: "grant.save", App: "library", Subject: "grant 7", Reason: "DPA <signed>",
				Before: map[string]any{"share": []string{"users.email"}}, After: nil,
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		sequence(t, l)
		got := stored(t, s.Ledger)
		if len(got) != 1 || len(got[0]["outbox_key"].(string)) != 36 {
			t.Fatalf("stored %v", got)
		}
		delete(got[0], "outbox_key")
		want := []map[string]any{{
			"id": "1", "time": "2026-03-02T12:00:00.123Z", "kind": "change",
			"actor": "cli:root", "action": "grant.save", "app": "library", "subject": "grant 7", "reason": "DPA <signed>",
			"before": `{"share":["users.email"]}`, "after": "null",
			"request_id": "", "door": "", "route": "", "entity": "", "fields": "[]", "metadata": "[]", "types": "[]",
			"masked": "[]", "filter": "[]", "records": "", "count": "0", "permission": "0", "generation": "0", "status": "0",
			"address": "", "last_request_id": "",
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if rows := waiting(t, s.DB); rows != 0 {
			t.Errorf("%d rows stayed in the outbox", rows)
		}
	})
}

func waiting(t *testing.T, db *database.Database) (rows int64) {
	t.Helper()
	if err := db.Read.Table("outbox").Count(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return rows
}

// die makes a handle fail where a process could be killed: before a deletion.
func die(t *testing.T, db *gorm.DB) (revive func()) {
	t.Helper()
	err := db.Callback().Delete().Before("gorm:delete").Register("killed", func(tx *gorm.DB) { _ = tx.AddError(errKilled) })
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := db.Callback().Delete().Remove("killed"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAKillBetweenCopyingAndRemovingLosesAndDoublesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		record(t, s.DB, numbered("early", 3)...)
		revive := die(t, s.DB.Write)
		for range 2 {
			if _, err := l.Sequence(context.Background()); !errors.Is(err, errKilled) {
				t.Fatalf("%v; want the kill", err)
			}
		}
		revive()
		record(t, s.DB, numbered("late", 2)...)
		sequence(t, l)
		if n := sequence(t, l); n != 0 || waiting(t, s.DB) != 0 {
			t.Errorf("the second time moved %d changes and left %d", n, waiting(t, s.DB))
		}
		want := []string{"early0", "early1", "early2", "late0", "late1"}
		if diff := cmp.Diff(want, subjects(ask(t, l.Changes, audit.Question{}))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestALedgerThatCannotBeWrittenLeavesChangesInTheOutbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		record(t, s.DB, numbered("c", 2)...)
		if err := s.Ledger.Write.Exec("ALTER TABLE ledger_entries RENAME TO gone").Error; err != nil {
			t.Fatal(err)
		}
		if n, err := l.Sequence(context.Background()); err == nil || n != 0 {
			t.Errorf("moved %d, err %v; want an error", n, err)
		}
		if rows := waiting(t, s.DB); rows != 2 {
			t.Errorf("%d rows in the outbox; want 2", rows)
		}
		if err := s.Ledger.Write.Exec("ALTER TABLE gone RENAME TO ledger_entries").Error; err != nil {
			t.Fatal(err)
		}
		if n := sequence(t, l); n != 2 {
			t.Errorf("moved %d; want 2", n)
		}
	})
}

func TestAStoreThatWasRestoredLosesNoChangeToOldNumbers(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	l := open(t, s, noon)
	record(t, s.DB, numbered("before", 2)...)
	sequence(t, l)
	// As in a backup from before the first change, the ids begin again.
	if err := s.DB.Write.Exec("DELETE FROM sqlite_sequence WHERE name = 'outbox'").Error; err != nil {
		t.Fatal(err)
	}
	record(t, s.DB, numbered("after", 2)...)
	sequence(t, l)
	want := []string{"before0", "before1", "after0", "after1"}
	if diff := cmp.Diff(want, subjects(ask(t, l.Changes, audit.Question{}))); diff != "" {
		t.Error(diff)
	}
}

func TestSequencersThatRaceMoveEachChangeOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		const changes, sequencers = 300, 3
		record(t, s.DB, numbered("early", changes/2)...)
		var all sync.WaitGroup
		var recorded sync.WaitGroup
		moved := make(chan int, sequencers)
		recorded.Go(func() { record(t, s.DB, numbered("late", changes/2)...) })
		for range sequencers {
			l := process(t, s)
			all.Go(func() {
				total := 0
				for range 10 {
					total += sequence(t, l)
				}
				recorded.Wait()
				moved <- total + sequence(t, l)
			})
		}
		all.Wait()
		total := 0
		for range sequencers {
			total += <-moved
		}
		if total != changes || waiting(t, s.DB) != 0 {
			t.Errorf("moved %d of %d, %d wait", total, changes, waiting(t, s.DB))
		}
		want := subjects(nil)
		for _, c := range append(numbered("early", changes/2), numbered("late", changes/2)...) {
			want = append(want, c.Subject)
		}
		if diff := cmp.Diff(want, subjects(ask(t, open(t, s, noon).Changes, audit.Question{}))); diff != "" {
			t.Error(diff)
		}
	})
}

// process is a ledger over connections of its own, as another process has.
func process(t *testing.T, s dbtest.Store) *audit.Ledger {
	t.Helper()
	ledgerURL, storeURL := urls(s)
	ledger, _ := again(t, ledgerURL)
	store, _ := again(t, storeURL)
	return open(t, dbtest.Store{DB: store, Ledger: ledger}, noon)
}

func TestRunMovesAtOnceAndAtEveryTickAndTellsOfTrouble(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		tick := make(chan time.Time)
		var troubles []error
		l := open(t, s, noon)
		l.Tick, l.Trouble = tick, func(err error) { troubles = append(troubles, err) }
		record(t, s.DB, numbered("start", 1)...)
		revive := die(t, s.DB.Write)
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { l.Run(ctx) })
		tick <- noon() // taken when the first round is over; the second is in trouble too
		tick <- noon()
		tick <- noon()
		stop()
		running.Wait()
		revive()
		if len(troubles) < 3 || !errors.Is(troubles[0], errKilled) {
			t.Errorf("told of %v", troubles)
		}
		record(t, s.DB, numbered("tick", 1)...)
		ctx, stop = context.WithCancel(context.Background())
		running.Go(func() { l.Run(ctx) })
		tick <- noon()
		record(t, s.DB, numbered("tock", 1)...)
		tick <- noon()
		tick <- noon()
		stop()
		running.Wait()
		if got := strings.Join(subjects(ask(t, l.Changes, audit.Question{})), " "); got != "start0 tick0 tock0" {
			t.Errorf("the ledger has %q", got)
		}
	})
}

func TestAnIdleOutboxWaitsForNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
			if err := audit.Record(tx, numbered("in a long import", 1)[0]); err != nil {
				return err
			}
			if n := sequence(t, l); n != 0 {
				return fmt.Errorf("%d changes of an open transaction moved", n)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
