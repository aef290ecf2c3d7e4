package writer

import (
	"cmp"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster/spool"
)

// copyRows hands the spools to PostgreSQL: new rows into the table, changed ones into
// a temporary copy that the table is updated from.
func (w *Writer) copyRows(conn, tx *gorm.DB) error {
	table, names := w.Entity.Table(), w.names
	if w.Fresh.Rows > 0 {
		if err := w.copyFrom(conn, table, w.Fresh); err != nil {
			return err
		}
	}
	if w.Changed.Rows == 0 {
		return nil
	}
	if err := tx.Exec("CREATE TEMPORARY TABLE changed_" + table + " ON COMMIT DROP AS SELECT * FROM " + table + " WITH NO DATA").Error; err != nil {
		return fmt.Errorf("make room for changed rows: %w", err)
	}
	if err := w.copyFrom(conn, "changed_"+table, w.Changed); err != nil {
		return err
	}
	set := make([]string, 0, len(names))
	for _, n := range names[1:] {
		set = append(set, n+" = c."+n)
	}
	done := tx.Exec("UPDATE " + table + " t SET " + strings.Join(set, ", ") + " FROM changed_" + table + " c WHERE c.id = t.id")
	if done.Error != nil {
		return fmt.Errorf("update changed rows: %w", database.Redact(done.Error))
	}
	return tookAll("update changed rows", done.RowsAffected, int64(w.Changed.Rows))
}

// copyFrom streams a spool into a table on conn's connection, in its transaction.
func (w *Writer) copyFrom(conn *gorm.DB, table string, from *spool.Spool) error {
	pinned, ok := conn.Statement.ConnPool.(*sql.Conn)
	if !ok {
		return fmt.Errorf("copy into %s: the connection is not pinned", table)
	}
	rows, err := w.reread(from)
	if err != nil {
		return err
	}
	return pinned.Raw(func(driver any) error {
		raw, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("copy into %s: the connection is not PostgreSQL's", table)
		}
		text := &copyText{rows: rows}
		done, err := raw.Conn().PgConn().CopyFrom(conn.Statement.Context, text, "COPY "+table+" ("+strings.Join(w.names, ", ")+") FROM STDIN")
		if err = cmp.Or(text.stopped, database.Redact(err)); err != nil {
			return fmt.Errorf("copy into %s: %w", table, err)
		}
		w.stored += int64(from.Rows)
		return tookAll("copy into "+table, done.RowsAffected(), int64(from.Rows))
	})
}

// copyText is the rows of a spool as COPY reads text: a line a row, a tab between
// cells, \N for no value. Cells have no control characters.
type copyText struct {
	rows    *storingRows
	text    []byte // that was not read yet
	buffer  []byte
	stopped error // what ended the reading, but for the end
}

// Read reads on.
func (c *copyText) Read(into []byte) (int, error) {
	if len(c.text) == 0 {
		if err := c.fill(len(into)); err != nil {
			return 0, err
		}
	}
	n := copy(into, c.text)
	c.text = c.text[n:]
	return n, nil
}

// fill writes rows, until there are about as many bytes as are asked for.
func (c *copyText) fill(size int) error {
	text := c.buffer[:0]
	for len(text) < size {
		row, err := c.rows.Next()
		if err != nil && len(text) == 0 || err != nil && !errors.Is(err, io.EOF) {
			if !errors.Is(err, io.EOF) {
				c.stopped = err
			}
			return err
		}
		if err != nil {
			break
		}
		text = appendCopyRow(text, row)
	}
	c.text, c.buffer = text, text
	return nil
}

func appendCopyRow(text []byte, row spool.Row) []byte {
	text = strconv.AppendUint(text, uint64(row.Place), 10)
	text = hex.AppendEncode(append(text, "\t\\\\x"...), []byte(row.Cells[1]))
	for _, cell := range row.Cells[2:] {
		text = append(text, '\t')
		switch {
		case cell == "":
			text = append(text, `\N`...)
		case strings.Contains(cell, `\`):
			text = append(text, strings.ReplaceAll(cell, `\`, `\\`)...)
		default:
			text = append(text, cell...)
		}
	}
	return append(text, '\n')
}
