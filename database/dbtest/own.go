package dbtest

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rostergate/rostergate/migrations"
)

// Own starts a cluster that the test has to itself, with settings of its own; it is
// gone when the test ends.
func Own(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	return started(t, func() (*Cluster, error) { return StartCluster(settings...) })
}

// Follow starts a standby of a cluster, gone when the test ends.
func (c *Cluster) Follow(t testing.TB) *Cluster {
	t.Helper()
	return started(t, c.Standby)
}

// started starts a server on a thread that stays: the server ends with it.
func started(t testing.TB, start func() (*Cluster, error)) *Cluster {
	t.Helper()
	type result struct {
		c   *Cluster
		err error
	}
	ready, over := make(chan result), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		c, err := start()
		ready <- result{c, err}
		<-over
	}()
	r := <-ready
	if r.err != nil {
		t.Fatal(r.err)
	}
	t.Cleanup(func() {
		r.c.Stop()
		close(over)
	})
	return r.c
}

// Store is a migrated store in the cluster. There is one: it is the database that the
// cluster's URL names.
func (c *Cluster) Store(t testing.TB) Store {
	t.Helper()
	s := Store{URL: c.URL, Trace: &Trace{}}
	s.DB = open(t, s.URL, s.Trace)
	s.Ledger = s.DB
	migrate(t, s.DB, migrations.Store)
	migrate(t, s.Ledger, migrations.Ledger)
	return s
}

// Run runs a statement in the cluster, as its superuser.
func (c *Cluster) Run(t testing.TB, statement string) {
	t.Helper()
	server{t, c.connect(t)}.run(statement)
}

// Await asks the cluster a question again and again until the answer is yes.
func (c *Cluster) Await(t testing.TB, question string, args ...any) {
	t.Helper()
	conn, yes := c.connect(t), false
	for range 6000 {
		if err := conn.QueryRow(context.Background(), question, args...).Scan(&yes); err != nil {
			t.Fatalf("%s: %v", question, err)
		}
		if yes {
			return
		}
		time.Sleep(10 * time.Millisecond) // between questions, not in the place of one
	}
	t.Fatalf("%s: never", question)
}

// CaughtUp waits until a standby has everything that the cluster has now.
func (c *Cluster) CaughtUp(t testing.TB, standby *Cluster) {
	t.Helper()
	var at string
	if err := c.connect(t).QueryRow(context.Background(), "SELECT pg_current_wal_insert_lsn()::text").Scan(&at); err != nil {
		t.Fatalf("ask where the cluster is: %v", err)
	}
	standby.Await(t, "SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", at)
}

func (c *Cluster) connect(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), c.URL)
	if err != nil {
		t.Fatalf("connect to the cluster: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}
