package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

func TestALedgerThatCannotBeWrittenRefusesAndComesBackByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		disclose(t, l, users("before", 1))
		rename := func(from, to string) {
			t.Helper()
			if err := s.Ledger.Write.Exec("ALTER TABLE " + from + " RENAME TO " + to).Error; err != nil {
				t.Fatal(err)
			}
		}
		rename("ledger_entries", "gone")
		for range 3 {
			if err := l.Disclose(context.Background(), users("during", 1)); !fault.Is(err, fault.Unavailable) {
				t.Errorf("without its table: %v; want unavailable", err)
			}
			if err := l.Refuse(context.Background(), audit.Refusal{RequestID: "during"}); !fault.Is(err, fault.Unavailable) {
				t.Errorf("a refusal without its table: %v; want unavailable", err)
			}
		}
		rename("gone", "ledger_entries")
		disclose(t, l, users("after", 1))
		if got := requests(ask(t, l.Disclosures, audit.Question{})); got != "before after" {
			t.Errorf("the ledger has %q", got)
		}
	})
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		url, _ := urls(s)
		db, _ := again(t, url)
		l := audit.Open(db, s.DB, noon)
		defer l.Close()
		_ = db.Close()
		if err := l.Disclose(context.Background(), users("r", 1)); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v; want unavailable", err)
		}
	})
}

func TestAnEntryThatNoDatabaseTakesFailsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		for _, bad := range []string{"zero\x00byte", "latin\xe9"} {
			var callers sync.WaitGroup
			for range 8 {
				callers.Go(func() { disclose(t, l, users("good", 1)) })
				callers.Go(func() {
					if l.Disclose(context.Background(), users(bad, 1)) == nil {
						t.Errorf("%q was taken", bad)
					}
				})
			}
			callers.Wait()
		}
		if n := len(ask(t, l.Disclosures, audit.Question{})); n != 16 {
			t.Errorf("%d entries; want the 16 good ones", n)
		}
	})
}

func TestACallerWhoHangsUpGetsAnErrorAndTheEntryStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		taken, goOn := make(chan bool), make(chan bool)
		l := open(t, s, func() time.Time {
			taken <- true
			<-goOn
			return noon()
		})
		ctx, hangUp := context.WithCancel(context.Background())
		answer := make(chan error)
		go func() { answer <- l.Disclose(ctx, users("handed over", 1)) }()
		<-taken
		hangUp()
		if err := <-answer; !errors.Is(err, context.Canceled) || !fault.Is(err, fault.Unavailable) {
			t.Errorf("a caller who hung up got %v", err)
		}
		if err := l.Disclose(ctx, users("too late", 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who had hung up before got %v", err)
		}
		close(goOn)
		l.Close()
		if got := requests(ask(t, l.Disclosures, audit.Question{})); got != "handed over" {
			t.Errorf("the ledger has %q", got)
		}
	})
}

func TestAFullQueueLetsACallerWaitAndLeave(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	taken, goOn := make(chan bool, 1000), make(chan bool)
	l := open(t, s, func() time.Time {
		taken <- true
		<-goOn
		return noon()
	})
	ctx, leave := context.WithCancel(context.Background())
	answers := make(chan error)
	go func() { answers <- l.Disclose(ctx, users("first")) }()
	<-taken // the writer is busy, and whoever comes now queues
	const callers = 1000
	for range callers {
		go func() { answers <- l.Disclose(ctx, users("waiting")) }()
	}
	leave()
	for range callers + 1 {
		if err := <-answers; !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who left got %v", err)
		}
	}
	close(goOn)
	l.Close()
	if n := len(ask(t, l.Disclosures, audit.Question{})); n > 129 {
		t.Errorf("%d entries of callers who left were kept in memory", n)
	}
}

func TestClosingWritesWhatWasHandedOverAndTakesNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := audit.Open(s.Ledger, s.DB, noon)
		var callers sync.WaitGroup
		var mu sync.Mutex
		promised := 0
		for i := range 100 {
			callers.Go(func() {
				if i == 50 {
					l.Close()
				}
				err := l.Disclose(context.Background(), users(fmt.Sprint(i), 1))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					promised++
				} else if !fault.Is(err, fault.Unavailable) {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		l.Close()
		if n := len(ask(t, l.Disclosures, audit.Question{})); n != promised {
			t.Errorf("%d entries, %d promised", n, promised)
		}
		if err := l.Disclose(context.Background(), users("late", 1)); !fault.Is(err, fault.Unavailable) {
			t.Errorf("after Close: %v; want unavailable", err)
		}
	})
}
