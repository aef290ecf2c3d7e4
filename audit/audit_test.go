package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"gorm.io/gorm"
)

// noon is when most stories happen.
func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 123_456_789, time.UTC) }

// open opens the ledger of a store, closed when the test ends.
func open(t testing.TB, s dbtest.Store, clock func() time.Time) *audit.Ledger {
	t.Helper()
	l := audit.Open(s.Ledger, s.DB, clock)
	t.Cleanup(l.Close)
	return l
}

// urls are what another process would open: the ledger and the store.
func urls(s dbtest.Store) (ledger, store string) {
	if s.Ledger.Dialect == database.SQLite {
		return "sqlite:" + s.Ledger.Path, s.URL
	}
	return s.URL, s.URL
}

// again opens a database as another process would, and keeps its statements.
func again(t testing.TB, url string) (*database.Database, *statements) {
	t.Helper()
	seen := &statements{}
	db, err := database.Open(context.Background(), url, database.Options{Trace: seen.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, seen
}

// statements keeps the statements that a database ran, without their arguments.
type statements struct {
	mu  sync.Mutex
	all []string
}

func (s *statements) add(statement string, _ []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, statement)
}

func (s *statements) with(words string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, statement := range s.all {
		if strings.Contains(strings.ToUpper(statement), words) {
			found = append(found, statement)
		}
	}
	return found
}

// question is one of the ledger's three.
type question func(context.Context, audit.Question, func(audit.Entry) error) error

func ask(t testing.TB, about question, q audit.Question) []audit.Entry {
	t.Helper()
	var all []audit.Entry
	err := about(context.Background(), q, func(e audit.Entry) error {
		all = append(all, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func requests(entries []audit.Entry) string {
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.RequestID
	}
	return strings.Join(ids, " ")
}

// users is a disclosure of two fields of some users.
func users(request string, records ...uint32) audit.Disclosure {
	return audit.Disclosure{
		RequestID: request, App: "library", Door: "rest-1.1", Route: "/users", Entity: "users",
		Fields: []string{"sourcedId", "email"}, Records: roaring.BitmapOf(records...), Permission: 4, Generation: 2,
	}
}

func disclose(t testing.TB, l *audit.Ledger, all ...audit.Disclosure) {
	t.Helper()
	for _, d := range all {
		if err := l.Disclose(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
}

func record(t testing.TB, db *database.Database, all ...audit.Change) {
	t.Helper()
	for _, c := range all {
		if err := db.Write.Transaction(func(tx *gorm.DB) error { return audit.Record(tx, c) }); err != nil {
			t.Fatal(err)
		}
	}
}

func numbered(prefix string, n int) []audit.Change {
	all := make([]audit.Change, n)
	for i := range all {
		all[i] = audit.Change{Actor: "cli:root", Action: "grant.save", App: "library", Subject: fmt.Sprint(prefix, i)}
	}
	return all
}

func subjects(entries []audit.Entry) []string {
	all := make([]string, len(entries))
	for i, e := range entries {
		all[i] = e.Subject
	}
	return all
}

func sequence(t testing.TB, l *audit.Ledger) int {
	t.Helper()
	n, err := l.Sequence(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
