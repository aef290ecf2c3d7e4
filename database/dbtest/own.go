package dbtest

import (
	"context"
	"runtime"
	"testing"

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

// Connect returns what runs statements in a cluster, as its superuser.
func Connect(t testing.TB, c *Cluster) func(statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), c.URL)
	if err != nil {
		t.Fatalf("connect to the cluster: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return server{t, conn}.run
}
