package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/migrations"
)

// redraw gives a copied store the epoch that migrating draws for each.
const (
	redrawSQLite   = "UPDATE numbers SET value = abs(random()) % 9007199254740991 WHERE name = 'epoch'"
	redrawPostgres = "UPDATE numbers SET value = (random() * 9007199254740991)::bigint WHERE name = 'epoch'"
)

// migratedFiles are an empty store and its ledger as SQLite files, migrated once in a
// process.
var migratedFiles = sync.OnceValues(func() (files map[migrations.Set][]byte, err error) {
	dir, err := os.MkdirTemp(Place(), "rostergate-migrated-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the migrated files: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	files = map[migrations.Set][]byte{}
	for _, set := range []migrations.Set{migrations.Store, migrations.Ledger} {
		path := filepath.Join(dir, string(set))
		if err := migrateAt("sqlite:"+path, set); err != nil {
			return nil, err
		}
		if files[set], err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("read a migrated file: %w", err)
		}
	}
	return files, nil
})

// migrateAt brings sets into a database that nobody else has open. When it is closed,
// a SQLite file is whole without its log.
func migrateAt(url string, sets ...migrations.Set) error {
	db, err := database.Open(context.Background(), url, database.Options{Connections: 1})
	if err != nil {
		return fmt.Errorf("open a store to be copied: %w", err)
	}
	for _, set := range sets {
		if _, failed := db.Migrate(context.Background(), set); err == nil {
			err = failed
		}
	}
	if closed := db.Close(); err == nil {
		err = closed
	}
	return err
}

// copyFile writes a migrated SQLite file.
func copyFile(t testing.TB, set migrations.Set, path string) {
	t.Helper()
	files, err := migratedFiles()
	if err == nil {
		err = os.WriteFile(path, files[set], 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// migratedDatabase makes sure that the test server has a migrated database to copy, and
// is its name. The name is that of the migrations in it, and it stays on a server that
// was given, for the next run; whoever finds none waits until one of them has made it.
var migratedDatabase = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	server, err := serverAddress()
	if err != nil {
		return "", err
	}
	name, err := migratedName()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", fmt.Errorf("connect to the test server: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", fmt.Errorf("wait for others that make the database to copy: %w", err)
	}
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	return name, makeMigrated(ctx, conn, server, name)
})

// makeMigrated migrates a database under another name first, so that one that carries
// the name is whole.
func makeMigrated(ctx context.Context, conn *pgx.Conn, server, name string) error {
	making := name + "_making"
	address, err := within(server, making)
	if err != nil {
		return err
	}
	run := func(statement string) {
		if err != nil {
			return
		}
		if _, err = conn.Exec(ctx, statement); err != nil {
			err = fmt.Errorf("%s: %w", statement, err)
		}
	}
	run("DROP DATABASE IF EXISTS " + making + " WITH (FORCE)")
	run("CREATE DATABASE " + making)
	if err == nil {
		err = migrateAt(address, migrations.Store, migrations.Ledger)
	}
	run("ALTER DATABASE " + making + " ALLOW_CONNECTIONS false") // or it could not be copied while somebody looks at it
	run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '" + making + "'")
	run("ALTER DATABASE " + making + " RENAME TO " + name)
	return err
}

// migratedName is a name of its own for each state of the migrations.
func migratedName() (string, error) {
	digest := sha256.New()
	for _, set := range []migrations.Set{migrations.Store, migrations.Ledger} {
		files, err := migrations.Files(set, string(database.Postgres))
		if err != nil {
			return "", err
		}
		names, err := fs.Glob(files, "*.sql")
		if err != nil {
			return "", fmt.Errorf("list the migrations: %w", err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return "", fmt.Errorf("read a migration: %w", err)
			}
			fmt.Fprintf(digest, "%s %s %d\n%s", set, name, len(text), text)
		}
	}
	return "rostergate_migrated_" + hex.EncodeToString(digest.Sum(nil)[:8]), nil
}

// within is the URL of a database of a server.
func within(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("read the test server's URL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
