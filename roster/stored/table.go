package stored

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
)

// AtOnce is how many rows are read at once.
const AtOnce = 500

// Table is what is stored of an entity.
type Table struct {
	DB     *database.Database
	Entity catalog.Entity
	Names  []string // of the columns, as roster.Columns
}

// Of is what is stored of e in db.
func Of(db *database.Database, e catalog.Entity) Table { return Table{db, e, roster.Columns(e)} }

// Rows reads rows as text, in the order of the columns.
func (t Table) Rows(ctx context.Context, ids []uint32) ([][]string, error) {
	rows, err := t.DB.Read.WithContext(ctx).
		Raw("SELECT "+strings.Join(t.Names, ", ")+" FROM "+t.Entity.Table()+" WHERE "+roster.IDIn(t.DB.Dialect), roster.IDList(t.DB.Dialect, ids)).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found [][]string
	for rows.Next() {
		cells, err := Text(rows, len(t.Names))
		if err != nil {
			return nil, err
		}
		found = append(found, cells)
	}
	return found, rows.Err()
}

// Each calls fn for the rows of some records, as Rows has them.
func (t Table) Each(ctx context.Context, ids []uint32, fn func(cells []string)) error {
	for some := range slices.Chunk(ids, AtOnce) {
		rows, err := t.Rows(ctx, some)
		if err != nil {
			return fmt.Errorf("read what is stored of %s: %w", t.Entity.Plural, err)
		}
		for _, cells := range rows {
			fn(cells)
		}
	}
	return nil
}

// Text is the row at hand as text, empty where there is no value.
func Text(rows *sql.Rows, width int) ([]string, error) {
	cells, into := make([]sql.NullString, width), make([]any, width)
	for i := range cells {
		into[i] = &cells[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	text := make([]string, width)
	for i, cell := range cells {
		text[i] = cell.String
	}
	return text, nil
}

// Parents are the sourcedIds of the active records' parents.
func (t Table) Parents(ctx context.Context, up catalog.Field) (map[string]string, error) {
	name := t.Entity.Table()
	rows, err := t.DB.Read.WithContext(ctx).
		Raw("SELECT c.sourced_id, p.sourced_id FROM " + name + " c JOIN " + name + " p ON p.id = c." + roster.Quoted(up)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the stored parents of %s: %w", t.Entity.Plural, err)
	}
	defer rows.Close()
	parents := map[string]string{}
	for rows.Next() {
		var child, of string
		if err := rows.Scan(&child, &of); err != nil {
			return nil, fmt.Errorf("read the stored parents of %s: %w", t.Entity.Plural, err)
		}
		parents[child] = of
	}
	return parents, rows.Err()
}

// Links calls each for every active row that refers by both of two columns.
func (t Table) Links(ctx context.Context, column, other string, each func(id, to, otherTo uint32)) error {
	rows, err := t.DB.Read.WithContext(ctx).Raw("SELECT id, " + column + ", " + other + " FROM " + t.Entity.Table() +
		" WHERE status = 'active' AND " + column + " > 0 AND " + other + " > 0").Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, to, otherTo uint32
		if err := rows.Scan(&id, &to, &otherTo); err != nil {
			return err
		}
		each(id, to, otherTo)
	}
	return rows.Err()
}

// All calls fn for the active rows of some records, as Rows has them.
func (t Table) All(ctx context.Context, ids *roaring.Bitmap, fn func(cells []string)) error {
	if ids.IsEmpty() {
		return nil
	}
	rows, err := t.DB.Read.WithContext(ctx).Raw("SELECT " + strings.Join(t.Names, ", ") + " FROM " + t.Entity.Table() + " WHERE status = 'active'").Rows()
	if err != nil {
		return fmt.Errorf("read what is stored of %s: %w", t.Entity.Plural, err)
	}
	defer rows.Close()
	for rows.Next() {
		cells, err := Text(rows, len(t.Names))
		if err != nil {
			return fmt.Errorf("read what is stored of %s: %w", t.Entity.Plural, err)
		}
		if ids.Contains(codec.ID(cells[0])) {
			fn(cells)
		}
	}
	return rows.Err()
}

// IDs are those that a query finds.
func (t Table) IDs(ctx context.Context, query string) (*roaring.Bitmap, error) {
	var ids []uint32
	if err := t.DB.Read.WithContext(ctx).Raw(query).Scan(&ids).Error; err != nil {
		return nil, err
	}
	return roaring.BitmapOf(ids...), nil
}
