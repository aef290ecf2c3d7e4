package roster_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// Whoever waits for the dating of what changed waits no longer than its own deadline;
// what is dated is dated for the next who asks.
func TestWhoeverHasADeadlineDoesNotWaitForADatingBeyondIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p, w := started(t, s)
		p.Edit(t, "users.csv", "~ Ana,Ruiz => Anna,Ruiz")
		restore(t, r, p)
		sight := w.sight(t, r)
		release := locked(t, s, "horizon "+w.name)
		brief, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer stop()
		if _, err := r.Horizon(brief, sight); !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while the dating waits for a lock, the answer is %v", err)
		}
		release()
		if noticed := w.look(t); len(noticed) != 1 || noticed[0] != "users ana" {
			t.Errorf("afterwards the reader notices %q", noticed)
		}
	})
}

// locked keeps horizons from being stored until release is called: on SQLite nobody
// else can write, on PostgreSQL nobody can take the lock of that name.
func locked(t *testing.T, s dbtest.Store, name string) (release func()) {
	t.Helper()
	pool, err := s.Ledger.Write.DB()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	take, give := "BEGIN IMMEDIATE", "ROLLBACK"
	if s.Ledger.Dialect == database.Postgres {
		take, give = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('"+name+"', 0))", "ROLLBACK"
	}
	if _, err := conn.ExecContext(context.Background(), take); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(context.Background(), give); err != nil {
			t.Error(err)
		}
		_ = conn.Close()
	}
}

// On SQLite the ledger has one connection that writes. What a reader notices after an
// import is worked out while others can put what they send on record.
func TestDisclosuresDoNotWaitForAComparison(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		compared := 0
		r := opened(s, func() time.Time { // asked in the middle of a comparison
			compared++
			brief, stop := context.WithTimeout(context.Background(), 10*time.Second)
			defer stop()
			if err := s.Ledger.Write.WithContext(brief).Exec("UPDATE horizons SET moves = moves WHERE 1 = 0").Error; err != nil {
				t.Errorf("nobody else can write meanwhile: %v", err)
			}
			return time.Now()
		})
		p := town(t)
		restore(t, r, p)
		w := watch(t, s, r, "app")
		p.Edit(t, "users.csv", "~ Ana,Ruiz => Anna,Ruiz")
		restore(t, r, p)
		compared = 0
		if noticed := w.look(t); len(noticed) != 1 || compared == 0 {
			t.Errorf("the reader notices %q, and the clock was asked %d times", noticed, compared)
		}
	})
}
