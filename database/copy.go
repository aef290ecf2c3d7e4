package database

import (
	"context"
	"errors"
	"fmt"
)

// CopyTo writes a whole copy of a SQLite database, as it is at one moment, into a file
// that is missing or empty. Who reads and who writes goes on meanwhile: only the log of
// SQLite grows until the copy is done. It is not synced.
func (db *Database) CopyTo(ctx context.Context, path string) error {
	if db.Dialect != SQLite {
		return errors.New("copy the database: it is no file")
	}
	own, err := openFile(ctx, db.Path, Options{}, 1, nil)
	if err != nil {
		return err
	}
	// By SQLite's online backup a database that is written would have to be begun again
	// and again. This reads all of it in one transaction.
	copied := own.WithContext(ctx).Exec("VACUUM INTO ?", path).Error
	if conns, err := own.DB(); err == nil {
		_ = conns.Close()
	}
	if copied != nil {
		return fmt.Errorf("copy the database: %w", copied)
	}
	return nil
}

// Sound reports what SQLite finds wrong with a file: pages, rows, indexes and
// constraints. On PostgreSQL it is always nil.
func (db *Database) Sound(ctx context.Context) error {
	if db.Dialect != SQLite {
		return nil
	}
	var found []string
	if err := db.Read.WithContext(ctx).Raw("PRAGMA integrity_check(1)").Scan(&found).Error; err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	if len(found) != 1 || found[0] != "ok" {
		return fmt.Errorf("the database is damaged: %q", found)
	}
	return nil
}
