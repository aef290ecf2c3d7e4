package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/history"
)

// compare reads the stored versions of the waiting rows, notes by field what
// changed, and stages the rows.
func (s *stage) compare(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	waiting := map[uint32]staged{}
	ids := make([]uint32, 0, len(s.batch))
	for _, r := range s.batch {
		waiting[r.id] = r
		ids = append(ids, r.id)
	}
	rows, err := s.table.rowsOf(ctx, ids)
	if err != nil {
		return fmt.Errorf("compare with the stored %s: %w", s.layout.Entity.Plural, err)
	}
	for _, old := range rows {
		id := codec.ID(old[0])
		s.difference(id, old, waiting[id].cells)
	}
	for _, r := range s.batch {
		if err := s.changed.write(spooled{place: r.id, cells: r.cells}); err != nil {
			return err
		}
	}
	s.batch = s.batch[:0]
	return nil
}

// difference notes the fields in which a stored row differs from what it becomes.
func (s *stage) difference(id uint32, old, now []string) {
	for i, f := range roster.Contents(s.layout.Entity) {
		s.diff(id, f, old[contentAt+i], now[contentAt+i])
	}
	s.refeed(id, old, now)
	if s.layout.Entity.Metadata {
		last := len(s.table.names) - 1
		s.diffBag(id, string(catalog.Metadata), old[last], now[last])
	}
}

func (s *stage) diff(id uint32, f catalog.Field, old, now string) {
	switch {
	case f.Kind == catalog.Identifiers:
		s.diffBag(id, f.Name, old, now)
	case old == now:
	case f.Kind.Refers():
		s.diffReferences(id, f.Name, codec.IDs(old), codec.IDs(now))
	case f.Kind.Form().Spared(old, now):
		s.changes.Add(f.Name+history.Spared+string(f.Kind.Form()), id)
	default:
		s.changes.Add(f.Name, id)
	}
	if f.Kind == catalog.Text && (old == "") != (now == "") {
		s.changes.Add(f.Name+history.Presence, id)
	}
}

// diffReferences notes which targets came or went, and the order of those that
// stayed if some of them changed places.
func (s *stage) diffReferences(id uint32, field string, before, after []uint32) {
	in := history.Site{Entity: s.layout.Entity.Plural, Field: field}
	for _, to := range before {
		if !slices.Contains(after, to) {
			s.turnover.PairsIn(in.Noted(history.Left)).Add(history.Pair(id, to))
		}
	}
	for _, to := range after {
		if !slices.Contains(before, to) {
			s.turnover.PairsIn(in.Noted(history.Arrived)).Add(history.Pair(id, to))
		}
	}
	if stood, stand := common(before, after), common(after, before); !slices.Equal(stood, stand) {
		s.turnover.Orders[in] = s.turnover.Orders[in].Add(id, stood, stand)
	}
}

// diffBag notes the members of a bag that differ, each by bag.member.
func (s *stage) diffBag(id uint32, bag, old, now string) {
	before, after := codec.Bag(old), codec.Bag(now)
	for member, value := range before {
		if after[member] != value {
			s.changes.Add(bag+"."+member, id)
		}
	}
	for member := range after {
		if _, had := before[member]; !had {
			s.changes.Add(bag+"."+member, id)
		}
	}
}

// common is what other has of a list, in the list's order.
func common(list, other []uint32) []uint32 {
	return slices.DeleteFunc(slices.Clone(list), func(id uint32) bool { return !slices.Contains(other, id) })
}

// table is what is stored of an entity.
type table struct {
	db     *database.Database
	entity catalog.Entity
	names  []string // of the columns, as roster.Columns
}

func tableOf(db *database.Database, e catalog.Entity) table { return table{db, e, roster.Columns(e)} }

// rowsOf reads rows as text, in the order of the columns.
func (t table) rowsOf(ctx context.Context, ids []uint32) ([][]string, error) {
	rows, err := t.db.Read.WithContext(ctx).
		Raw("SELECT "+strings.Join(t.names, ", ")+" FROM "+t.entity.Table()+" WHERE "+roster.IDIn(t.db.Dialect), roster.IDList(t.db.Dialect, ids)).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found [][]string
	for rows.Next() {
		cells, err := rowText(rows, len(t.names))
		if err != nil {
			return nil, err
		}
		found = append(found, cells)
	}
	return found, rows.Err()
}

// each calls fn for the rows of some records, as rowsOf has them.
func (t table) each(ctx context.Context, ids []uint32, fn func(cells []string)) error {
	for some := range slices.Chunk(ids, batchSize) {
		rows, err := t.rowsOf(ctx, some)
		if err != nil {
			return fmt.Errorf("read what is stored of %s: %w", t.entity.Plural, err)
		}
		for _, cells := range rows {
			fn(cells)
		}
	}
	return nil
}

// rowText is the row at hand as text, empty where there is no value.
func rowText(rows *sql.Rows, width int) ([]string, error) {
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

// parents are the sourcedIds of the active records' parents.
func (t table) parents(ctx context.Context, up catalog.Field) (map[string]string, error) {
	name := t.entity.Table()
	rows, err := t.db.Read.WithContext(ctx).
		Raw("SELECT c.sourced_id, p.sourced_id FROM " + name + " c JOIN " + name + " p ON p.id = c." + roster.Quoted(up)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the stored parents of %s: %w", t.entity.Plural, err)
	}
	defer rows.Close()
	parents := map[string]string{}
	for rows.Next() {
		var child, of string
		if err := rows.Scan(&child, &of); err != nil {
			return nil, fmt.Errorf("read the stored parents of %s: %w", t.entity.Plural, err)
		}
		parents[child] = of
	}
	return parents, rows.Err()
}

// links calls each for every active row that refers by both of two columns.
func (t table) links(ctx context.Context, column, other string, each func(id, to, otherTo uint32)) error {
	rows, err := t.db.Read.WithContext(ctx).Raw("SELECT id, " + column + ", " + other + " FROM " + t.entity.Table() +
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
