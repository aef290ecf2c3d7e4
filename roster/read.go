package roster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
)

// Selection says which cells of an entity to read: the columns of Fields, which
// must be stored, and of the bags only the members named. Nothing else leaves
// the database.
type Selection struct {
	Entity catalog.Entity
	Fields []catalog.Field
	Types  []string // of userIds
	Keys   []string // of metadata

	// Version, where set, is that of whoever reads: a word that it does not have is no
	// value, where the entity can do without one.
	Version catalog.Version
}

// words are those that a field has in the version, by the place of the field; nil of a
// field that has no others in any version, or must have a value.
func (s Selection) words() [][]string {
	words := make([][]string, len(s.Fields))
	for i, f := range s.Fields {
		if s.Version == catalog.V11 && f.Kind == catalog.Token && f.Class != catalog.Structural && (f.Extends || len(f.More) > 0) {
			words[i] = f.Values
		}
	}
	return words
}

// silent are what the fields say in the version where a record says nothing, by the place of
// the field.
func (s Selection) silent() [][]byte {
	silent := make([][]byte, len(s.Fields))
	for i, f := range s.Fields {
		if s.Version == catalog.V12 && f.Silent != "" {
			silent[i] = []byte(f.Silent)
		}
	}
	return silent
}

// Width is the number of cells of a record: one per field, then one per type,
// then one per key.
func (s Selection) Width() int { return len(s.Fields) + len(s.Types) + len(s.Keys) }

// Read calls each for every record of ids, in ascending order, with its cells as
// the database wrote them, nil where there is no value; they hold until the next
// call. It returns the stamp of the state that was read, in the same statement,
// also where ids is empty.
//
// Records that are not there are left out: a caller whose stamp is the one that
// ids came from may count on all of them.
func (r *Roster) Read(ctx context.Context, s Selection, ids []uint32, each func(id uint32, cells [][]byte) error) (revision.Stamp, error) {
	conn, release, err := r.DB.Conn(ctx)
	if err != nil {
		return revision.Stamp{}, fmt.Errorf("read %s: %w", s.Entity.Plural, err)
	}
	defer release()
	page := page{query: s.statement(r.DB.Dialect, ids), args: s.args(r.DB.Dialect, ids), ids: ids, width: s.Width(), words: s.words(), silent: s.silent(), each: each}
	if r.DB.Dialect == database.Postgres {
		err = conn.Raw(func(driver any) error { return page.readPostgres(ctx, driver) })
	} else {
		err = page.readSQLite(ctx, conn)
	}
	if err != nil {
		return revision.Stamp{}, fmt.Errorf("read %s: %w", s.Entity.Plural, err)
	}
	if !page.known {
		return revision.Stamp{}, fmt.Errorf("read %s: the database does not say which state it read", s.Entity.Plural)
	}
	return page.stamp, nil
}

// statement selects the stamp, as a row without an id, and the allowed cells of a
// window: both of one state of the store, as the statement is one.
func (s Selection) statement(dialect database.Dialect, ids []uint32) string {
	var b strings.Builder
	b.WriteString("SELECT s.*, NULL AS id" + strings.Repeat(", NULL", s.Width()) + " FROM " + revision.Table(dialect) + " s UNION ALL SELECT " + strings.Repeat("NULL, ", revision.Width) + "id")
	for _, f := range s.Fields {
		b.WriteString(", " + Quoted(f))
	}
	arg := 0
	mark := func() string {
		arg++
		if dialect == database.Postgres {
			return fmt.Sprintf("$%d", arg)
		}
		return "?"
	}
	cast := ""
	if dialect == database.Postgres {
		cast = "::text"
	}
	for i := range s.Types {
		fmt.Fprintf(&b, ", user_ids -> %s%s AS type_%d", mark(), cast, i)
	}
	for i := range s.Keys {
		fmt.Fprintf(&b, ", metadata ->> %s%s AS key_%d", mark(), cast, i)
	}
	b.WriteString(" FROM " + s.Entity.Table() + " WHERE ")
	switch {
	case dense(ids):
		b.WriteString("id BETWEEN " + mark() + " AND " + mark())
	case dialect == database.Postgres:
		b.WriteString("id = ANY(" + mark() + "::bigint[])")
	default:
		b.WriteString("id IN (SELECT value FROM json_each(" + mark() + "))")
	}
	b.WriteString(" ORDER BY id")
	return b.String()
}

// dense reports whether reading a whole span and skipping costs less than
// naming each id.
func dense(ids []uint32) bool {
	if len(ids) == 0 {
		return true
	}
	span, many := uint64(ids[len(ids)-1]-ids[0])+1, uint64(len(ids))
	// Naming ids by the ten thousand costs more than skipping over nine in ten.
	return span*2 < many*3 || many > 10_000 && span < many*10
}

func (s Selection) args(dialect database.Dialect, ids []uint32) []any {
	args := make([]any, 0, len(s.Types)+len(s.Keys)+2)
	for _, name := range append(append([]string(nil), s.Types...), s.Keys...) {
		if dialect == database.SQLite {
			name = `$."` + name + `"`
		}
		args = append(args, name)
	}
	switch {
	case len(ids) == 0:
		return append(args, 1, 0)
	case dense(ids):
		return append(args, int64(ids[0]), int64(ids[len(ids)-1]))
	}
	return append(args, IDList(dialect, ids))
}

// Find is the id of the record of entity with a sourcedId, 0 where there is
// none, with the stamp of the state that was read. The record need not be
// active.
func (r *Roster) Find(ctx context.Context, e catalog.Entity, sourcedID string) (uint32, revision.Stamp, error) {
	var now revision.Reading
	var id uint32
	ctx, stop := database.Lookup(ctx)
	defer stop()
	query := "SELECT s.*, COALESCE(r.id, 0) FROM " + revision.Table(r.DB.Dialect) + " s LEFT JOIN (SELECT id FROM " +
		e.Table() + " WHERE sourced_id = ?) r ON true"
	err := r.DB.Row(ctx, query, sourcedID).Scan(append(now.Columns(), &id)...)
	if err != nil {
		return 0, revision.Stamp{}, fmt.Errorf("find one of %s: %w", e.Plural, database.Redact(err))
	}
	stamp, err := now.Stamp()
	return id, stamp, err
}

// page is one reading below GORM, of the driver's own values.
type page struct {
	query  string
	args   []any
	ids    []uint32 // that were asked for and did not come yet
	width  int
	words  [][]string // see Selection.words
	silent [][]byte   // see Selection.silent
	each   func(id uint32, cells [][]byte) error

	known bool // stamp was read
	stamp revision.Stamp
}

func (p *page) readPostgres(ctx context.Context, driver any) error {
	conn, ok := driver.(*stdlib.Conn)
	if !ok {
		return errors.New("the connection is not PostgreSQL's")
	}
	// As text, for a page copies what it reads.
	rows, err := conn.Conn().Query(ctx, p.query, append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, p.args...)...)
	if err != nil {
		return database.Redact(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := p.row(rows.RawValues()); err != nil {
			return err
		}
	}
	return database.Redact(rows.Err())
}

func (p *page) readSQLite(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, p.query, p.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	raw := make([]sql.RawBytes, revision.Width+1+p.width)
	into := make([]any, len(raw))
	cells := make([][]byte, len(raw))
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := range raw {
			cells[i] = raw[i]
		}
		if err := p.row(cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row reads the stamp, or hands a record on if it was asked for: a span may hold others.
func (p *page) row(cells [][]byte) error {
	stamp, cells := cells[:revision.Width], cells[revision.Width:]
	if cells[0] == nil {
		return p.date(stamp)
	}
	id := uint32(integer(cells[0]))
	for len(p.ids) > 0 && p.ids[0] < id {
		p.ids = p.ids[1:]
	}
	if len(p.ids) == 0 || p.ids[0] != id {
		return nil
	}
	cells = cells[1:]
	for i, words := range p.words {
		if words != nil && cells[i] != nil && !slices.Contains(words, string(cells[i])) {
			cells[i] = nil
		}
	}
	for i, said := range p.silent {
		if said != nil && cells[i] == nil {
			cells[i] = said
		}
	}
	return p.each(id, cells)
}

// date reads the stamp.
func (p *page) date(stamp [][]byte) (err error) {
	var now revision.Reading
	now.Raw(stamp)
	p.known = true
	p.stamp, err = now.Stamp()
	return err
}

// integer reads decimal digits.
func integer(digits []byte) int64 {
	var n int64
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	return n
}
