package dbtest

import (
	"context"
	"fmt"
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
	if dialect == database.SQLite {
		return newFiles(t, Folder(t))
	}
	s := Store{URL: createDatabase(t, migrated(t)), Trace: &Trace{}}
	s.DB = open(t, s.URL, s.Trace)
	s.Ledger = s.DB
	redraw(t, s.DB, redrawPostgres)
	return s
}

func newFiles(t testing.TB, dir string) Store {
	t.Helper()
	store, ledger := filepath.Join(dir, "rostergate.db"), filepath.Join(dir, "ledger.db")
	copyFile(t, migrations.Store, store)
	copyFile(t, migrations.Ledger, ledger)
	s := Store{URL: "sqlite:" + store, Trace: &Trace{}}
	s.DB = open(t, s.URL, s.Trace)
	s.Ledger = open(t, "sqlite:"+ledger, &Trace{})
	redraw(t, s.DB, redrawSQLite)
	return s
}

func redraw(t testing.TB, db *database.Database, statement string) {
	t.Helper()
	if err := db.Write.Exec(statement).Error; err != nil {
		t.Fatalf("draw the store's epoch: %v", err)
	}
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
	return createDatabase(t, "template1")
}

// migrated is the migrated database of the test server that others are copies of.
func migrated(t testing.TB) string {
	t.Helper()
	name, err := migratedDatabase()
	if err != nil {
		t.Fatalf("make the database that tests copy: %v", err)
	}
	return name
}

// createDatabase makes a database on the test server, a copy of another, and returns its
// URL.
func createDatabase(t testing.TB, template string) string {
	t.Helper()
	ctx := context.Background()
	server := serverURL(t)
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to the test server: %v", err)
	}
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	// Copied by its files, a database of this size is there in half of the time.
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy"); err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	t.Cleanup(func() {
		_, _ = conn.Exec(ctx, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name))
		_ = conn.Close(ctx)
	})
	address, err := within(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return address
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
		// Nobody removes its folder, which must not fill the memory.
		c, err := startCluster(os.TempDir(), nil)
		started <- result{c, err}
		select {}
	}()
	r := <-started
	return r.c, r.err
})

// serverAddress is the URL of the server in which tests create databases.
func serverAddress() (string, error) {
	if given := os.Getenv(Variable); given != "" {
		return given, nil
	}
	c, err := own()
	if err != nil {
		return "", err
	}
	return c.URL, nil
}

func serverURL(t testing.TB) string {
	t.Helper()
	address, err := serverAddress()
	if err != nil {
		t.Fatal(err)
	}
	return address
}
