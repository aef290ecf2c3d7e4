package stores

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/revision"
)

// part is a set of tables and the database that it is in.
type part struct {
	db  *database.Database
	set migrations.Set
}

func (s *Stores) parts() []part {
	return []part{{s.Store, migrations.Store}, {s.LedgerStore, migrations.Ledger}}
}

// CheckSchemas refuses stores of which a part is newer than this build.
func (s *Stores) CheckSchemas(ctx context.Context) error {
	for _, part := range s.parts() {
		schema, err := part.db.Schema(ctx, part.set)
		if err == nil {
			err = schema.Check()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Migrate brings both schemas up to date, or neither where one is newer than this
// build; of a ledger only if it is the store's and whole: the wrong one is left as it
// was found. It returns the names of the migrations that it applied.
func (s *Stores) Migrate(ctx context.Context) ([]string, error) {
	if err := s.CheckSchemas(ctx); err != nil {
		return nil, err
	}
	applied, err := s.Store.Migrate(ctx, migrations.Store)
	fits := audit.Whole
	if s.ledgerLost {
		fits = audit.Own
	}
	if err == nil {
		err = fits(ctx, s.LedgerStore, s.Store)
	}
	if err != nil {
		return applied, err
	}
	more, err := s.LedgerStore.Migrate(ctx, migrations.Ledger)
	if err == nil && !s.ledgerLost {
		err = audit.Join(ctx, s.LedgerStore, s.Store)
	}
	if err == nil {
		err = s.mark(ctx)
	}
	return append(applied, more...), err
}

// mark gives marks to the numbers of a store that has none yet.
func (s *Stores) mark(ctx context.Context) error {
	now, err := revision.Read(s.Store.Read.WithContext(ctx))
	if err != nil || now.Marks.Permission != 0 && now.Marks.Generation != 0 {
		return err
	}
	return s.Store.Write.WithContext(ctx).Transaction(revision.Begin)
}

// UpToDate refuses a store that another version serves, and a ledger that lost entries.
func (s *Stores) UpToDate(ctx context.Context) error {
	for _, part := range s.parts() {
		schema, err := part.db.Schema(ctx, part.set)
		if err == nil {
			err = schema.Check()
		}
		if err != nil {
			return err
		}
		if schema.Pending() {
			return fault.New(fault.Conflict, "the schema of the %s is at version %d, and this build's is at %d: take the backup with the version that serves, or run `rostergate migrate` first", part.set, schema.Has, schema.Knows)
		}
	}
	return audit.Whole(ctx, s.LedgerStore, s.Store)
}

// Ready reports what keeps the databases from serving: without an address, for strangers
// may ask.
func (s *Stores) Ready(ctx context.Context) error {
	for _, part := range s.parts() {
		schema, err := part.db.Schema(ctx, part.set)
		switch {
		case err != nil:
			return Unready(err)
		case schema.Pending():
			return errors.New("the schema is not up to date: run rostergate migrate")
		}
		if err := schema.Check(); err != nil { // another server brought it there meanwhile
			return err
		}
	}
	return nil
}

// Unready says what keeps a database from being asked, without its address.
func Unready(err error) error {
	if errors.Is(err, database.ErrReadOnly) {
		return database.ErrReadOnly
	}
	return errors.New("the database does not answer")
}

// TakeWrites reports what keeps answers from being put on record.
func (s *Stores) TakeWrites(ctx context.Context) error {
	for _, part := range s.parts() {
		err := part.db.TakesWrites(ctx)
		switch {
		case err != nil && part.db.Path == "":
			return Unready(err)
		case err != nil:
			return errors.New("a database file may not be written, or is no longer the one that was opened")
		}
	}
	return nil
}

// Empty reports whether nobody has put anything into the stores: they have no table at
// all, or those that a migration makes.
func (s *Stores) Empty(ctx context.Context) (bool, error) {
	migrated := false
	for _, part := range s.parts() {
		schema, err := part.db.Schema(ctx, part.set)
		if err != nil {
			return false, err
		}
		migrated = migrated || schema.Has > 0
	}
	for _, part := range s.parts() {
		if empty, err := part.empty(ctx, migrated); err != nil || !empty {
			return false, err
		}
	}
	return true, nil
}

// empty reports whether a part has no rows that people made. Tables where nothing was
// migrated are somebody else's.
func (p part) empty(ctx context.Context, migrated bool) (bool, error) {
	read := p.db.Read.WithContext(ctx)
	tables, err := read.Migrator().GetTables()
	if err != nil {
		return false, fmt.Errorf("look at the store: %w", err)
	}
	if !migrated && len(tables) > 0 {
		return false, nil
	}
	for _, table := range []string{"apps", "people", "imports", "generations", "orgs", "users", "outbox", "ledger_entries"} {
		if !slices.Contains(tables, table) {
			continue
		}
		filled := false
		if err := read.Raw("SELECT EXISTS (SELECT 1 FROM " + table + ")").Row().Scan(&filled); err != nil {
			return false, fmt.Errorf("look at the store: %w", err)
		}
		if filled {
			return false, nil
		}
	}
	return true, nil
}
