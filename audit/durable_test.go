package audit_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestWhatWasDisclosedOutlivesACrashOfAServerThatDoesNotWaitForTheDisk(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread() // the server that is started after the crash ends with it
	// What does not wait for the disk is written after ten seconds.
	cluster := dbtest.Own(t, "-c", "synchronous_commit=off", "-c", "wal_writer_delay=10000ms")
	s := cluster.Store(t)
	if err := s.DB.Write.Exec("ALTER ROLE postgres SET synchronous_commit = off").Error; err != nil {
		t.Fatal(err)
	}
	s.DB.Renew()
	l := audit.Open(s.DB, s.DB, time.Now)
	for i := range 20 {
		disclose(t, l, users(fmt.Sprint("sent-", i), 1))
		if i == 10 {
			record(t, s.DB, numbered("changed-", 1)...)
			if n, err := l.Sequence(context.Background()); err != nil || n != 1 {
				t.Fatalf("moved %d changes, %v", n, err)
			}
		}
	}
	record(t, s.DB, numbered("waits-", 1)...)
	if err := cluster.Crash(); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := cluster.Start(); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(context.Background(), cluster.URL, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for query, wanted := range map[string]int{
		"SELECT count(*) FROM ledger_entries WHERE kind = 'disclosure'":                       20,
		"SELECT count(*) FROM ledger_entries WHERE kind = 'change' AND subject = 'changed-0'": 1,
		"SELECT count(*) FROM outbox WHERE subject = 'waits-0'":                               1,
	} {
		var found int
		if err := db.Read.Raw(query).Row().Scan(&found); err != nil || found != wanted {
			t.Errorf("%s: %d, %v; wanted %d", query, found, err, wanted)
		}
	}
}
