package database

import (
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// redacted is what may be told of a database's error. Its code stays with it.
type redacted struct{ text, code string }

// Error is what may be told.
func (r redacted) Error() string { return r.text }

// Unwrap is the error without a word of its own.
func (r redacted) Unwrap() error { return &pgconn.PgError{Code: r.code} }

// Redact keeps a database's error from quoting the row it fell over: only the
// code, the table and the column pass, and the words where they are about the
// server: its disk and memory (class 53), its operator (57), its system (58).
func Redact(err error) error {
	var pg *pgconn.PgError
	switch {
	case !errors.As(err, &pg):
		return err
	case slices.Contains([]string{"53", "57", "58"}, pg.Code[:min(2, len(pg.Code))]):
		return redacted{"PostgreSQL error " + pg.Code + ": " + pg.Message, pg.Code}
	}
	return redacted{"PostgreSQL error " + pg.Code + " at " + pg.TableName + "." + pg.ColumnName, pg.Code}
}
