package intake

import (
	"cmp"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"gorm.io/gorm"
)

// copyRows hands the spools to PostgreSQL as they are: new rows into the table,
// changed ones into a temporary copy that the table is updated from.
func (s *stage) copyRows(conn, tx *gorm.DB) error {
	table, names := s.layout.Entity.Table(), roster.Columns(s.layout.Entity)
	if s.fresh.rows > 0 {
		if err := s.copyFrom(conn, table, names, s.fresh); err != nil {
			return err
		}
	}
	if s.changed.rows == 0 {
		return nil
	}
	if err := tx.Exec("CREATE TEMPORARY TABLE changed_" + table + " ON COMMIT DROP AS SELECT * FROM " + table + " WITH NO DATA").Error; err != nil {
		return fmt.Errorf("make room for changed rows: %w", err)
	}
	if err := s.copyFrom(conn, "changed_"+table, names, s.changed); err != nil {
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
	return taken("update changed rows", done.RowsAffected, int64(s.changed.rows))
}

// copyFrom streams a spool into a table on conn's connection, in its transaction.
func (s *stage) copyFrom(conn *gorm.DB, table string, names []string, from *spool) error {
	pinned, ok := conn.Statement.ConnPool.(*sql.Conn)
	if !ok {
		return fmt.Errorf("copy into %s: the connection is not pinned", table)
	}
	rows, err := s.storing(from)
	if err != nil {
		return err
	}
	return pinned.Raw(func(driver any) error {
		raw, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("copy into %s: the connection is not PostgreSQL's", table)
		}
		done, err := raw.Conn().PgConn().CopyFrom(conn.Statement.Context, rows,
			"COPY "+table+" ("+strings.Join(names, ", ")+") FROM STDIN WITH (FORMAT csv)")
		if err = cmp.Or(rows.stopped, database.Redact(err)); err != nil {
			return fmt.Errorf("copy into %s: %w", table, err)
		}
		s.stored += int64(from.rows)
		return taken("copy into "+table, done.RowsAffected(), int64(from.rows))
	})
}
