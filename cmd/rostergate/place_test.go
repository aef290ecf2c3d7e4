package main_test

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// place is where a store is, of either database, and the flags that name it.
type place struct {
	t     *testing.T
	data  string
	url   string
	flags []string
}

// eachPlace runs fn in a new folder, with an empty database of each kind.
func eachPlace(t *testing.T, fn func(t *testing.T, p place)) {
	t.Helper()
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			p := place{t: t, data: filepath.Join(dbtest.Folder(t), "data")}
			p.url, p.flags = "sqlite:"+filepath.Join(p.data, "rostergate.db"), []string{"--data", p.data}
			if dialect == database.Postgres {
				p.url = dbtest.Empty(t)
				p.flags = append(p.flags, "--database", p.url)
			}
			fn(t, p)
		})
	}
}

// must runs a command on the store that has to succeed, and returns its stdout.
func (p place) must(args ...string) string {
	p.t.Helper()
	code, stdout, stderr := run(append(args, p.flags...)...)
	if code != 0 {
		p.t.Fatalf("%q: %s", args, stderr)
	}
	return stdout
}

// refused runs a command that has to fail. Were it not refused, it would go on for a
// minute.
func (p place) refused(wanted int, args ...string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, trouble bytes.Buffer
	if code := rostergate.Run(ctx, args, &out, &trouble); code != wanted {
		p.t.Errorf("%q ended with %d: %s%s", args, code, &out, &trouble)
	}
	return trouble.String()
}

// tables lists the tables of the store.
func (p place) tables() []string {
	p.t.Helper()
	db, err := database.Open(context.Background(), p.url, database.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	tables, err := db.Read.Migrator().GetTables()
	if err != nil {
		p.t.Fatal(err)
	}
	slices.Sort(tables)
	return tables
}
