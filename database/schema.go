package database

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
)

// Schema is how far the schema of a set is in a database, and how far this build knows
// it, each by the number of the newest migration; 0 is none.
type Schema struct {
	Set        migrations.Set
	Has, Knows int64
}

// Schema reads how far a set's schema is. It writes nothing, and waits for no writer.
func (db *Database) Schema(ctx context.Context, set migrations.Set) (Schema, error) {
	s := Schema{Set: set}
	var err error
	if s.Knows, err = db.newest(set); err != nil {
		return s, err
	}
	read, there := db.Read.WithContext(ctx), false
	find := "SELECT to_regclass(?) IS NOT NULL"
	if db.Dialect == SQLite {
		find = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = ?"
	}
	if err := read.Raw(find, versionTable(set)).Row().Scan(&there); err != nil || !there {
		return s, wrapSchema(set, err)
	}
	var has sql.NullInt64
	err = read.Raw("SELECT max(version_id) FROM " + versionTable(set) + " WHERE is_applied").Row().Scan(&has)
	s.Has = has.Int64
	return s, wrapSchema(set, err)
}

func wrapSchema(set migrations.Set, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read how far the schema of the %s is: %w", set, err)
}

// versionTable is where a set's migrations are noted.
func versionTable(set migrations.Set) string { return string(set) + "_migrations" }

// newest is the number of the newest migration that this build has.
func (db *Database) newest(set migrations.Set) (int64, error) {
	files, err := migrations.Files(set, string(db.Dialect))
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("list the %s migrations: %w", set, err)
	}
	var newest int64
	for _, name := range names {
		number, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("read the number of the migration %s: %w", name, err)
		}
		newest = max(newest, number)
	}
	return newest, nil
}

// Pending reports whether there are migrations that were not applied.
func (s Schema) Pending() bool { return s.Has < s.Knows }

// Check is a fault.Invalid where the schema is newer than this build: what it would read
// and write means something else there, or nothing.
func (s Schema) Check() error {
	if s.Has <= s.Knows {
		return nil
	}
	return fault.New(fault.Invalid, "the schema of the %s is at version %d, and this build of rostergate knows it up to version %d: use the newer build that brought it there, or put back a backup from before", s.Set, s.Has, s.Knows)
}
