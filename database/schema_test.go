package database_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
)

// parts are the sets of a store and where each of them is.
func parts(s dbtest.Store) map[migrations.Set]*database.Database {
	return map[migrations.Set]*database.Database{migrations.Store: s.DB, migrations.Ledger: s.Ledger}
}

// note writes down that a migration was applied, as a newer build would.
func note(t *testing.T, db *database.Database, set migrations.Set, version int64) {
	t.Helper()
	if err := db.Write.Exec("INSERT INTO "+string(set)+"_migrations (version_id, is_applied) VALUES (?, true)", version).Error; err != nil {
		t.Fatal(err)
	}
}

func TestASchemaThatIsNewerThanTheBuildIsRefusedWithBothVersions(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for set, db := range parts(s) {
			before, err := db.Schema(ctx, set)
			if err != nil || before.Has == 0 || before.Has != before.Knows || before.Pending() || before.Check() != nil {
				t.Errorf("%s as this build made it: %+v, %v", set, before, err)
			}
			note(t, db, set, before.Knows+7)
			after, err := db.Schema(ctx, set)
			if err != nil || after.Has != before.Knows+7 || after.Knows != before.Knows || after.Pending() {
				t.Errorf("%s as a newer build made it: %+v, %v", set, after, err)
			}
			applied, err := db.Migrate(ctx, set)
			for _, wrong := range []error{err, after.Check()} {
				if !fault.Is(wrong, fault.Invalid) || !strings.Contains(wrong.Error(), fmt.Sprint(string(set), " is at version ", after.Has)) ||
					!strings.Contains(wrong.Error(), fmt.Sprint("up to version ", after.Knows)) {
					t.Errorf("%s: %v", set, wrong)
				}
			}
			if len(applied) != 0 {
				t.Errorf("%s: %q were applied", set, applied)
			}
		}
	})
}

func TestAnEmptyDatabaseHasNoSchemaAndGetsNoneByBeingAsked(t *testing.T) {
	ctx := context.Background()
	url := "sqlite:" + filepath.Join(t.TempDir(), "empty.db")
	for _, url := range []string{url, dbtest.Empty(t)} {
		db, err := database.Open(ctx, url, database.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for range 2 {
			for _, set := range []migrations.Set{migrations.Store, migrations.Ledger} {
				schema, err := db.Schema(ctx, set)
				if err != nil || schema.Has != 0 || schema.Knows == 0 || !schema.Pending() {
					t.Errorf("%s: %+v, %v", set, schema, err)
				}
			}
		}
		tables, err := db.Write.Migrator().GetTables()
		if err != nil || len(tables) != 0 {
			t.Errorf("there are the tables %q, %v", tables, err)
		}
	}
}

// An import holds the one connection that writes to SQLite for as long as it takes.
func TestAskingHowFarASchemaIsWaitsForNoWriter(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	tx := s.DB.Write.Begin()
	defer tx.Rollback()
	if schema, err := s.DB.Schema(context.Background(), migrations.Store); err != nil || schema.Pending() {
		t.Errorf("%+v, %v", schema, err)
	}
}
