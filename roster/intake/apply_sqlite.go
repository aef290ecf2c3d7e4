package intake

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"gorm.io/gorm"
)

// insertRows writes the spools row by row with one prepared statement.
func (s *stage) insertRows(_, tx *gorm.DB) error {
	table, names := s.layout.Entity.Table(), roster.Columns(s.layout.Entity)
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")
	set := make([]string, 0, len(names))
	for _, n := range names[1:] {
		set = append(set, n+" = excluded."+n)
	}
	statement := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + marks +
		") ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
	pool, ok := tx.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return errors.New("insert rows: not in a transaction")
	}
	prepared, err := pool.PrepareContext(tx.Statement.Context, statement)
	if err != nil {
		return fmt.Errorf("prepare to insert rows: %w", err)
	}
	defer prepared.Close()
	for _, spool := range []*spool{s.fresh, s.changed} {
		rows, err := s.storing(spool)
		if err != nil {
			return err
		}
		if err := insertFrom(tx.Statement.Context, rows, prepared, len(names)); err != nil {
			return err
		}
		s.stored += int64(spool.rows)
	}
	return nil
}

// insertFrom asks by itself whether ctx has ended: the driver would start a
// goroutine for every row to find out.
func insertFrom(ctx context.Context, from *storing, prepared *sql.Stmt, width int) error {
	in := csv.NewReader(from)
	in.ReuseRecord, in.FieldsPerRecord = true, width
	args := make([]any, width)
	for took := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return taken("insert rows", took, int64(from.spool.rows))
		}
		if err != nil {
			return fmt.Errorf("read staged rows: %w", err)
		}
		for i, cell := range cells {
			args[i] = cell
			if cell == "" {
				args[i] = nil
			}
		}
		if args[1], err = hex.DecodeString(cells[1][2:]); err != nil {
			return fmt.Errorf("read staged rows: %w", err)
		}
		done, err := prepared.Exec(args...)
		if err != nil {
			return fmt.Errorf("insert rows: %w", database.Redact(err))
		}
		n, _ := done.RowsAffected() // SQLite always tells
		took += n
	}
}
