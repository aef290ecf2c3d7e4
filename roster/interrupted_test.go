package roster_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// Every import of this test is interrupted one statement later than the one
// before, until one comes to its end.
func TestAnImportThatIsInterruptedAtAnyStatementSaysSoAndThatNothingIsStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		restore(t, rostertest.Open(s.DB, s.Ledger, time.Now), base(t))
		before := take(t, s.DB)
		place := changedBase(t).Folder(t)
		interruptions := 0
		for ; ; interruptions++ {
			report, err := interruptedAt(t, s.URL, place, interruptions+1)
			if err == nil && report.Verdict == intake.Stored {
				break
			}
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "interrupted") || !strings.Contains(err.Error(), "nothing was stored") {
				t.Errorf("interrupted at statement %d: %+v, %v", interruptions+1, report, err)
			}
			take(t, s.DB).succeeds(t, before, false)
			if t.Failed() {
				break
			}
		}
		take(t, s.DB).succeeds(t, before, true)
		if interruptions < 30 {
			t.Errorf("the import has only %d statements", interruptions)
		}
	})
}

// interruptedAt imports a package and is interrupted at the n-th statement.
func interruptedAt(t *testing.T, url, place string, n int) (*intake.Report, error) {
	t.Helper()
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	var left atomic.Int64 // a transaction may end beside the import
	db, err := database.Open(context.Background(), url, database.Options{Trace: func(string, []any) {
		if left.Add(-1) == 0 {
			interrupt()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	r := rostertest.Open(db, nil, time.Now)
	left.Store(int64(n))
	return r.Import(ctx, place, intake.Options{AcceptHold: true})
}

// The commit is on its way when the import is interrupted, and happens all the
// same: PostgreSQL waits, at the very end, for a lock that the test holds, and does
// not listen to who asks it to leave off.
func TestAnImportThatIsInterruptedTooLateIsStoredAndSaysSo(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	restore(t, rostertest.Open(s.DB, s.Ledger, time.Now), base(t))
	before := take(t, s.DB)
	for _, statement := range []string{
		`CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
			LOOP
				BEGIN -- PostgreSQL interrupts twice for one request, and the second time may find the handler of the first
					LOOP
						BEGIN
							PERFORM pg_advisory_xact_lock(1); RETURN NULL;
						EXCEPTION WHEN query_canceled THEN
						END;
					END LOOP;
				EXCEPTION WHEN query_canceled THEN
				END;
			END LOOP;
		END'`,
		"CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON generations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()",
	} {
		if err := s.DB.Write.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	held := s.DB.Write.Begin()
	if err := held.Exec("SELECT pg_advisory_xact_lock(1)").Error; err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	place, ended := changedBase(t).Folder(t), make(chan error, 1)
	go func() {
		report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(ctx, place, intake.Options{AcceptHold: true})
		if err == nil && report.Verdict != intake.Stored {
			err = errors.New(string(report.Verdict))
		}
		ended <- err
	}()
	waits(t, s.DB, "advisory", ended) // the commit
	interrupt()
	waits(t, s.DB, "transactionid", ended) // the import, for what the commit comes to
	if err := held.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	take(t, s.DB).succeeds(t, before, true)
}

// waits waits until somebody waits for a lock of a kind, while an import has not ended.
func waits(t *testing.T, db *database.Database, lock string, ended <-chan error) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for waiting := 0; ; {
		err := db.Read.Raw(`SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
			WHERE locktype = ? AND NOT granted AND datname = current_database()`, lock).Scan(&waiting).Error
		if err != nil {
			t.Fatal(err)
		}
		if waiting > 0 {
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("the import ended before it waited for %s: %v", lock, err)
		case <-deadline:
			t.Fatalf("nobody waits for %s within a minute", lock)
		case <-tick.C:
		}
	}
}
