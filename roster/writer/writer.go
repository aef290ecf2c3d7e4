package writer

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/spool"
)

// Writer writes the rows of an entity. Rows of the spools have ids for places and cells as
// roster.Columns lists them, the hash as the second one.
type Writer struct {
	Dialect        database.Dialect
	Entity         catalog.Entity
	Fresh, Changed *spool.Spool
	Gone           *roaring.Bitmap        // the ids of records that are removed
	Date           string                 // of the import, as rows have it
	Tell           func(done int64) error // is told how many rows are written; an error ends it

	names  []string // of the columns
	stored int64    // rows that are written
}

// hashSize is how many bytes the hash of a row has.
const hashSize = 16

// Write writes all rows in a transaction, tx, on the connection conn: COPY goes to the
// driver's own.
func (w *Writer) Write(conn, tx *gorm.DB) error {
	w.names = roster.Columns(w.Entity)
	for _, step := range []func() error{
		func() error { return w.Tell(0) },
		func() error { return w.put(conn, tx) },
		func() error { return w.remove(tx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// put writes the rows that are new or changed.
func (w *Writer) put(conn, tx *gorm.DB) error {
	if w.Dialect == database.Postgres {
		return w.copyRows(conn, tx)
	}
	return w.insertRows(tx)
}

// reread reads a spool from its start.
func (w *Writer) reread(from *spool.Spool) (*storingRows, error) {
	in, err := from.Reread()
	return &storingRows{Reading: in, tell: w.Tell, done: w.stored}, err
}

// storingRows reads a spool for the database, and tells how many of its rows that
// has.
type storingRows struct {
	*spool.Reading
	tell func(done int64) error
	done int64
	read int64
}

// Next is the next row, io.EOF behind the last.
func (r *storingRows) Next() (spool.Row, error) {
	const often = 512
	row, err := r.Reading.Next()
	if errors.Is(err, io.EOF) && r.read > 0 || err == nil && r.read > 0 && r.read%often == 0 {
		if stopped := r.tell(r.done + r.read); stopped != nil {
			return spool.Row{}, stopped
		}
	}
	if err == nil {
		r.read++
	}
	return row, err
}

// remove empties the rows of records that are gone. Id, sourcedId and references
// stay: who a record was about must remain answerable.
func (w *Writer) remove(tx *gorm.DB) error {
	e, dialect := w.Entity, w.Dialect
	set := []string{"status = 'tobedeleted'", "date_last_modified = ?", "hash = ?"}
	for _, f := range roster.Contents(e) {
		if !f.Kind.Refers() {
			set = append(set, roster.Quoted(f)+" = NULL")
		}
	}
	if e.Metadata {
		set = append(set, string(catalog.Metadata)+" = NULL")
	}
	statement := "UPDATE " + e.Table() + " SET " + strings.Join(set, ", ") + " WHERE " + roster.IDIn(dialect)
	const chunk = 10000
	for some := range slices.Chunk(w.Gone.ToArray(), chunk) {
		none := [hashSize]byte{}
		done := tx.Exec(statement, w.Date, none[:], roster.IDList(dialect, some))
		if done.Error != nil {
			return fmt.Errorf("remove: %w", done.Error)
		}
		if err := tookAll("remove", done.RowsAffected, int64(len(some))); err != nil {
			return err
		}
		w.stored += int64(len(some))
		if err := w.Tell(w.stored); err != nil {
			return err
		}
	}
	return nil
}

// ErrMeddled is a database that did not take what it was given and called that well.
var ErrMeddled = errors.New("a trigger or a rule that is not Rostergate's seems to keep rows away; remove it and import again")

// tookAll compares how many rows the database took with how many it was given. What the
// report counts is in the store, or nothing is.
func tookAll(what string, got, given int64) error {
	if got == given {
		return nil
	}
	return fmt.Errorf("%s: the database took %d of %d rows, and nothing was stored: %w", what, got, given, ErrMeddled)
}
