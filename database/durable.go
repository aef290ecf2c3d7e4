package database

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// durable is an expression of PostgreSQL that makes the commit of its transaction wait
// for the disk. What the database's administrator set stays where it is as strong, or
// stronger: remote_write, on, remote_apply. It holds for the transaction alone, so
// that a pooler's connection goes to the next one as it was.
const durable = "(SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')" +
	" THEN 'on' ELSE current_setting('synchronous_commit') END, true))"

// Durable makes the commit of an INSERT, or of the transaction that it is in, wait for
// the disk, within the same statement. It returns the row's id, as an INSERT of a row
// that has one does by itself. On SQLite every commit waits.
//
//	tx.Clauses(database.Durable(tx)...).Create(&row)
func Durable(tx *gorm.DB) []clause.Expression {
	if Dialect(tx.Name()) != Postgres {
		return nil
	}
	// As a part of the id: GORM has no place for a column that is no field's.
	id := "CASE WHEN " + durable + " <> '' THEN id END AS id"
	return []clause.Expression{clause.Returning{Columns: []clause.Column{{Name: id, Raw: true}}}}
}

// DurableNow makes the commit of a transaction wait for the disk, by a statement of its
// own, where none that Durable or DurableUpdate could be a part of is in it.
func DurableNow(tx *gorm.DB) error {
	if Dialect(tx.Name()) != Postgres {
		return nil
	}
	return tx.Exec("SELECT " + durable).Error
}

// DurableUpdate is what to write behind an UPDATE to make its commit wait for the disk.
func DurableUpdate(tx *gorm.DB) string {
	if Dialect(tx.Name()) != Postgres {
		return ""
	}
	return " RETURNING " + durable
}

// Warnings are what the database does not do for what is committed and cannot be asked
// for by a transaction: sentences for whoever runs the server.
func (db *Database) Warnings(ctx context.Context) ([]string, error) {
	if db.Dialect != Postgres {
		return nil, nil
	}
	var fsync, pages string
	query := "SELECT current_setting('fsync'), current_setting('full_page_writes')"
	if err := db.Read.WithContext(ctx).Raw(query).Row().Scan(&fsync, &pages); err != nil {
		return nil, fmt.Errorf("ask how durable the database is: %w", err)
	}
	var told []string
	if fsync == "off" {
		told = append(told, "PostgreSQL runs with fsync=off: a power loss may take entries of the ledger whose answers were sent, or damage the database. Set fsync=on.")
	}
	if pages == "off" {
		told = append(told, "PostgreSQL runs with full_page_writes=off: a power loss may damage the database, unless the file system never writes a page by halves. Set full_page_writes=on.")
	}
	return told, nil
}

// TakesWrites reports why the server of each handle cannot be written, nil where it
// can. Connections to one that cannot are dropped, so that the next ones find the
// server that can.
func (db *Database) TakesWrites(ctx context.Context) error {
	if db.Dialect != Postgres {
		return db.Writable()
	}
	var readOnly string
	if err := db.Write.WithContext(ctx).Raw("SELECT current_setting('transaction_read_only')").Row().Scan(&readOnly); err != nil {
		return fmt.Errorf("ask whether the database takes writes: %w", err)
	}
	if readOnly == "on" {
		db.Renew()
		return ErrReadOnly
	}
	return nil
}
