package writer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/spool"
)

// rowsAtOnce is how many rows a statement writes: each statement costs about what two
// rows cost, and SQLite binds no more than 32,766 values to one.
const rowsAtOnce = 32

// insertRows writes the spools with two prepared statements: one that writes many
// rows, and one for what is left.
func (w *Writer) insertRows(tx *gorm.DB) error {
	pool, ok := tx.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return errors.New("insert rows: not in a transaction")
	}
	ctx := tx.Statement.Context
	var prepared [2]*sql.Stmt
	for i, rows := range []int{rowsAtOnce, 1} {
		var err error
		if prepared[i], err = pool.PrepareContext(ctx, w.statement(rows)); err != nil {
			return fmt.Errorf("prepare to insert rows: %w", err)
		}
		defer prepared[i].Close()
	}
	for _, from := range []*spool.Spool{w.Fresh, w.Changed} {
		rows, err := w.reread(from)
		if err != nil {
			return err
		}
		in := &insertion{many: prepared[0], one: prepared[1], refers: w.refers()}
		if err := in.insert(ctx, rows); err != nil {
			return err
		}
		if err := tookAll("insert rows", in.took, int64(from.Rows)); err != nil {
			return err
		}
		w.stored += int64(from.Rows)
	}
	return nil
}

// statement writes so many rows, each anew or over the one with its id.
func (w *Writer) statement(rows int) string {
	names := w.names
	marks, set := make([]string, len(names)), make([]string, len(names))
	for i, n := range names {
		marks[i], set[i] = "?", n+" = excluded."+n
	}
	marks[roster.StatusAt], marks[roster.DateAt] = "'active'", "'"+w.Date+"'"
	values := "(" + strings.Join(marks, ", ") + ")"
	return "INSERT INTO " + w.Entity.Table() + " (" + strings.Join(names, ", ") + ") VALUES " +
		strings.TrimSuffix(strings.Repeat(values+", ", rows), ", ") +
		" ON CONFLICT (id) DO UPDATE SET " + strings.Join(set[1:], ", ")
}

// refers says which columns from roster.ContentAt on hold one reference, a number.
func (w *Writer) refers() []bool {
	refers := make([]bool, len(w.names)-roster.ContentAt)
	for i, f := range roster.Contents(w.Entity) {
		refers[i] = f.Kind == catalog.Reference
	}
	return refers
}

// insertion is the writing of a spool.
type insertion struct {
	many, one *sql.Stmt
	refers    []bool
	args      []any
	took      int64 // rows that the database took
}

// insert asks by itself whether ctx has ended: the driver would start a goroutine
// for every statement to find out.
func (in *insertion) insert(ctx context.Context, rows *storingRows) error {
	full := rowsAtOnce * in.width()
	err := spool.Ahead(rows.Next, spool.Row.Keep, func(row spool.Row) error {
		in.bind(row)
		if len(in.args) < full {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		err := in.exec(in.many, in.args)
		in.args = in.args[:0]
		return err
	})
	if err != nil {
		return err
	}
	return in.rest()
}

// width is how many values are bound for a row: all but the status and the date, which
// are the same for every row.
func (in *insertion) width() int { return roster.ContentAt - 2 + len(in.refers) }

// rest writes the last rows one by one.
func (in *insertion) rest() error {
	for width := in.width(); len(in.args) > 0; in.args = in.args[width:] {
		if err := in.exec(in.one, in.args[:width]); err != nil {
			return err
		}
	}
	return nil
}

// bind puts a row behind the arguments.
func (in *insertion) bind(row spool.Row) {
	in.args = append(in.args, int64(row.Place), []byte(row.Cells[1]), row.Cells[2])
	for i, cell := range row.Cells[roster.ContentAt:] {
		var value any
		switch {
		case cell == "":
		case in.refers[i]:
			value, _ = strconv.ParseInt(cell, 10, 64) // it was a number before
		default:
			value = cell
		}
		in.args = append(in.args, value)
	}
}

func (in *insertion) exec(prepared *sql.Stmt, args []any) error {
	done, err := prepared.Exec(args...)
	if err != nil {
		return fmt.Errorf("insert rows: %w", database.Redact(err))
	}
	n, _ := done.RowsAffected() // SQLite always tells
	in.took += n
	return nil
}
