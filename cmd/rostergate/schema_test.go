package main_test

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/migrations"
)

// storeless reports whether a command opens no store.
func storeless(words []string) bool {
	return slices.Contains([]string{"completion", "generate", "help", "restore", "version"}, words[0]) || // restore makes one
		slices.Contains([]string{"policy check", "policy test", "guardrails check", "guardrails test"}, strings.Join(words, " "))
}

// try runs a command with so many arguments that it does not complain of their number.
// It must end by itself.
func try(words []string, flags ...string) (code int, stderr string) {
	for n := range 4 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		var out, trouble bytes.Buffer
		args := slices.Concat(words, slices.Repeat([]string{"x"}, n), flags)
		code = rostergate.Run(ctx, args, &out, &trouble)
		if stderr = trouble.String(); code != 2 {
			return code, stderr
		}
	}
	return code, stderr
}

func TestEveryCommandRefusesAStoreThatANewerBuildBroughtForward(t *testing.T) {
	commands := slices.DeleteFunc(tree(t, nil), func(words []string) bool {
		_, help, _ := run(append(slices.Clone(words), "--help")...)
		return storeless(words) || len(below(help)) > 0
	})
	for _, set := range []migrations.Set{migrations.Store, migrations.Ledger} {
		for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
			t.Run(string(set)+" on "+string(dialect), func(t *testing.T) {
				data := dbtest.Folder(t)
				url := "sqlite:" + filepath.Join(data, "rostergate.db")
				if dialect == database.Postgres {
					url = dbtest.Empty(t)
				}
				flags := []string{"--data", data, "--database", url}
				if code, stderr := try([]string{"migrate"}, flags...); code != 0 {
					t.Fatal(stderr)
				}
				if err := bringForward(url, set); err != nil {
					t.Fatal(err)
				}
				for _, words := range commands {
					if words[0] == "backup" && dialect == database.Postgres {
						continue // which says what to run instead, and opens nothing
					}
					code, stderr := try(words, flags...)
					if code != 1 || !strings.Contains(stderr, "the schema of the "+string(set)+" is at version 99999, and this build of rostergate knows it up to version ") {
						t.Errorf("%q ended with %d: %s", words, code, stderr)
					}
				}
			})
		}
	}
}

// bringForward writes into a store what a much newer build would, of one set.
func bringForward(url string, set migrations.Set) error {
	return execIn(url, set, "INSERT INTO "+string(set)+"_migrations (version_id, is_applied) VALUES (99999, true)")
}
