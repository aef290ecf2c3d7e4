package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/migrations"
)

// Standby is a copy of a store that goes its own way, as a server does that is
// promoted without the commits that its primary made last.
type Standby struct {
	URL    string // opens the copy
	Ledger string // opens its ledger

	takeOver func(t testing.TB)
}

// Standby copies the store as it is now. On PostgreSQL the connections to the store
// are closed for it, and open again when they are next needed.
func (s Store) Standby(t testing.TB) *Standby {
	t.Helper()
	if s.DB.Dialect == database.SQLite {
		return s.standbyFile(t)
	}
	primary, err := url.Parse(s.URL)
	if err != nil {
		t.Fatalf("read the store's URL: %v", err)
	}
	copied := *primary
	name := strings.TrimPrefix(primary.Path, "/")
	standby := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	copied.Path = "/" + standby
	server := administer(t)
	server.alone(name, "CREATE DATABASE "+standby+" TEMPLATE "+name)
	s.DB.Renew() // or a statement could still be sent by a connection that was closed
	s.Ledger.Renew()
	t.Cleanup(func() { server.run(fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", standby)) })
	return &Standby{URL: copied.String(), Ledger: copied.String(), takeOver: func(testing.TB) {
		old := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
		t.Cleanup(func() { server.run(fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", old)) })
		server.alone(name, fmt.Sprintf("ALTER DATABASE %s RENAME TO %s", name, old))
		server.alone(standby, fmt.Sprintf("ALTER DATABASE %s RENAME TO %s", standby, name))
		server.run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
	}}
}

// TakeOver gives whoever has opened the store what the standby holds. On SQLite its
// rows are put in the place of the store's, as nothing else can do under an open file;
// the ledger, a file of its own, stays.
func (b *Standby) TakeOver(t testing.TB) {
	t.Helper()
	b.takeOver(t)
}

// server runs statements as whoever may make databases.
type server struct {
	t    testing.TB
	conn *pgx.Conn
}

func administer(t testing.TB) server {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), serverURL(t))
	if err != nil {
		t.Fatalf("connect to the test server: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return server{t, conn}
}

func (s server) run(statement string) {
	if _, err := s.conn.Exec(context.Background(), statement); err != nil {
		s.t.Errorf("%s: %v", statement, err)
	}
}

// alone runs a statement while nobody is connected to a database.
func (s server) alone(name, statement string) {
	s.run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	s.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '" + name + "'")
	s.run(statement)
	if !strings.Contains(statement, "RENAME") {
		s.run("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
	}
}

func (s Store) standbyFile(t testing.TB) *Standby {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "standby.db")
	if err := s.DB.Write.Exec("VACUUM INTO ?", path).Error; err != nil {
		t.Fatalf("copy the store: %v", err)
	}
	ledger := "sqlite:" + filepath.Join(dir, "standby-ledger.db")
	migrate(t, open(t, ledger, &Trace{}), migrations.Ledger)
	return &Standby{URL: "sqlite:" + path, Ledger: ledger, takeOver: func(t testing.TB) { s.replaceRows(t, path) }}
}

// replaceRows puts the rows of another file in the place of the store's.
func (s Store) replaceRows(t testing.TB, path string) {
	t.Helper()
	run := func(statement string, args ...any) {
		if err := s.DB.Write.Exec(statement, args...).Error; err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	var tables []string
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND (name = 'sqlite_sequence' OR name NOT LIKE 'sqlite%')"
	if err := s.DB.Read.Raw(list).Scan(&tables).Error; err != nil {
		t.Fatalf("list the tables: %v", err)
	}
	run("ATTACH DATABASE ? AS standby", path) // Write has one connection
	run("PRAGMA foreign_keys = 0")
	run("BEGIN IMMEDIATE")
	for _, name := range tables {
		run(fmt.Sprintf("DELETE FROM main.%q", name))
		run(fmt.Sprintf("INSERT INTO main.%[1]q SELECT * FROM standby.%[1]q", name))
	}
	run("COMMIT")
	run("PRAGMA foreign_keys = 1")
	run("DETACH DATABASE standby")
}
