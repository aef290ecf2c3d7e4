package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/migrations"
)

// Store is an empty, migrated place for a test.
type Store struct {
	DB     *database.Database // the store set
	Ledger *database.Database // the ledger set; the same database on PostgreSQL
	URL    string             // opens DB again, as another process would
	Trace  *Trace             // the statements that DB ran
}

// Each runs fn once on every dialect, as a subtest named after it.
func Each(t *testing.T, fn func(t *testing.T, s Store)) {
	t.Helper()
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		t.Run(string(dialect), func(t *testing.T) { fn(t, New(t, dialect)) })
	}
}

// New makes an empty, migrated store of the dialect, gone when the test ends.
func New(t testing.TB, dialect database.Dialect) Store {
	t.Helper()
	s := Store{Trace: &Trace{}}
	if dialect == database.SQLite {
		dir := t.TempDir()
		s.URL = "sqlite:" + filepath.Join(dir, "rostergate.db")
		s.DB = open(t, s.URL, s.Trace)
		s.Ledger = open(t, "sqlite:"+filepath.Join(dir, "ledger.db"), &Trace{})
	} else {
		s.URL = createDatabase(t)
		s.DB = open(t, s.URL, s.Trace)
		s.Ledger = s.DB
	}
	migrate(t, s.DB, migrations.Store)
	migrate(t, s.Ledger, migrations.Ledger)
	return s
}

func open(t testing.TB, url string, trace *Trace) *database.Database {
	t.Helper()
	db, err := database.Open(context.Background(), url, database.Options{Trace: trace.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func migrate(t testing.TB, db *database.Database, set migrations.Set) {
	t.Helper()
	if _, err := db.Migrate(context.Background(), set); err != nil {
		t.Fatal(err)
	}
}

// Empty makes a database of PostgreSQL without any table, gone when the test ends, and
// returns its URL.
func Empty(t testing.TB) string {
	t.Helper()
	return createDatabase(t)
}

// createDatabase makes a database on the test server and returns its URL.
func createDatabase(t testing.TB) string {
	t.Helper()
	ctx := context.Background()
	server := serverURL(t)
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to the test server: %v", err)
	}
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	t.Cleanup(func() {
		_, _ = conn.Exec(ctx, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name))
		_ = conn.Close(ctx)
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("read the test server's URL: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}

// own is the cluster of this process, started when a test first needs it.
var own = sync.OnceValues(func() (*Cluster, error) {
	type result struct {
		c   *Cluster
		err error
	}
	started := make(chan result)
	go func() {
		// The server ends with the thread that started it, so that thread stays.
		runtime.LockOSThread()
		c, err := StartCluster()
		started <- result{c, err}
		select {}
	}()
	r := <-started
	return r.c, r.err
})

func serverURL(t testing.TB) string {
	t.Helper()
	if given := os.Getenv(Variable); given != "" {
		return given
	}
	c, err := own()
	if err != nil {
		t.Fatal(err)
	}
	return c.URL
}
