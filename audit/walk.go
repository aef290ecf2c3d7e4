package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/database"
	"gorm.io/gorm"
)

const (
	// pageRows is how many entries a question holds in memory.
	pageRows = 200

	// searchRows is how many sets of records one statement looks through.
	searchRows = 20_000
)

func (l *Ledger) walk(ctx context.Context, kind Kind, q Question, fn func(Entry) error) error {
	c, after, last, err := l.within(ctx, kind, q)
	for err == nil && after < last {
		var page []Entry
		if page, after, err = l.page(ctx, c, after, last); err == nil {
			err = c.each(page, fn)
		}
	}
	return err
}

// within is what a question asks for, and the span of ids in which all of it lies.
func (l *Ledger) within(ctx context.Context, kind Kind, q Question) (c conditions, after, last int64, err error) {
	if c, err = q.conditions(kind); err == nil {
		after, last, err = l.span(ctx, c)
	}
	return c, after, last, err
}

// span finds the ids between which all entries of the times asked for lie: after
// the first number, up to the second. The sums keep a database from looking for
// the lowest id by walking up from the first one.
func (l *Ledger) span(ctx context.Context, c conditions) (after, last int64, err error) {
	within := l.ledger.Read.WithContext(ctx).Model(&Entry{})
	if c.from == "" && c.to == "" {
		within = within.Select("0, coalesce(max(id), 0)")
	} else {
		within = within.Select("coalesce(min(id + 0) - 1, 0), coalesce(max(id + 0), 0)")
	}
	if c.from != "" {
		within = within.Where("time >= ?", c.from)
	}
	if c.to != "" {
		within = within.Where("time < ?", c.to)
	}
	if err := within.Row().Scan(&after, &last); err != nil {
		return 0, 0, fmt.Errorf("find where in the ledger to begin: %w", err)
	}
	return after, last, nil
}

// page reads the next entries that may match, and says up to which id it looked.
func (l *Ledger) page(ctx context.Context, c conditions, after, last int64) (page []Entry, reached int64, err error) {
	some := l.narrowed(ctx, c).Where("id > ? AND id <= ?", after, last).Order("id")
	if c.about == nil {
		some = some.Limit(pageRows)
		reached = last
	} else {
		var ids []int64
		if ids, reached, err = c.search(some.Session(&gorm.Session{}), last); err != nil {
			return nil, 0, fmt.Errorf("search the ledger after entry %d: %w", after, err)
		}
		if len(ids) == 0 {
			return nil, reached, nil
		}
		some = some.Where("id IN ?", ids)
	}
	if err := some.Find(&page).Error; err != nil {
		return nil, 0, fmt.Errorf("read the ledger after entry %d: %w", after, err)
	}
	if c.about == nil && len(page) == pageRows {
		reached = page[pageRows-1].ID
	}
	return page, reached, nil
}

// narrowed is what SQL can decide, times apart: asked for them too, a database
// might go by them and sort at every page.
func (l *Ledger) narrowed(ctx context.Context, c conditions) *gorm.DB {
	// The kind is written out: an index that holds one kind is found by it.
	some := l.ledger.Read.WithContext(ctx).Model(&Entry{}).Where(fmt.Sprintf("kind = '%s'", c.kind))
	if c.app != "" {
		some = some.Where("app = ?", c.app)
	}
	if c.action != "" {
		some = some.Where("action = ?", c.action)
	}
	switch {
	case c.received && c.kind == KindRefusal:
		some = some.Where("door <> ?", DoorPreview)
	case c.received:
		some = some.Where(left)
	case c.shown:
		some = some.Where("NOT (" + left + ")")
	}
	if c.students != nil {
		some = some.Where(namesStudents)
	}
	if c.filled {
		some = some.Where("count > 0")
	}
	if !c.every {
		some = some.Where("entity IN ?", c.entities)
	}
	if c.list == "" {
		return some
	}
	// The name's JSON may also be the end of a longer name: match looks again.
	quoted, _ := json.Marshal(c.name) // of a string: never an error
	find := "strpos"
	if l.ledger.Dialect == database.SQLite {
		find = "instr"
	}
	return some.Where(fmt.Sprintf("%s(%s, ?) > 0", find, c.list), string(quoted))
}

// search looks through sets of records without reading the rest of the entries,
// and returns the ids of at most a page of those that share a record with what
// was asked for, and the id up to which it looked.
func (c conditions) search(some *gorm.DB, last int64) (ids []int64, reached int64, err error) {
	rows, err := some.Select("id, entity, records").Limit(searchRows).Rows()
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	seen := 0
	for len(ids) < pageRows && rows.Next() {
		seen++
		hit, err := c.hit(rows, &reached)
		if err != nil {
			return nil, 0, err
		}
		if hit {
			ids = append(ids, reached)
		}
	}
	if len(ids) < pageRows && seen < searchRows {
		reached = last
	}
	return ids, reached, rows.Err()
}

// hit reads a row's id and tells whether its set meets what was asked for.
func (c conditions) hit(rows *sql.Rows, id *int64) (bool, error) {
	var entity string
	var records sql.RawBytes
	if err := rows.Scan(id, &entity, &records); err != nil {
		return false, err
	}
	sent := roaring.New()
	if err := sent.UnmarshalBinary(records); err != nil {
		return false, fmt.Errorf("read the records of ledger entry %d: %w", *id, err)
	}
	asked := c.about[entity]
	return asked != nil && sent.Intersects(asked), nil
}

func (c conditions) each(page []Entry, fn func(Entry) error) error {
	for _, e := range page {
		if !c.match(e) {
			continue
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// match decides what SQL left open.
func (c conditions) match(e Entry) bool {
	if e.Time < c.from || c.to != "" && e.Time >= c.to {
		return false
	}
	if !c.names(e) {
		return false
	}
	lists := map[string]Names{"fields": e.Fields, "metadata": e.Metadata, "types": e.Types}
	return c.list == "" || slices.Contains(lists[c.list], c.name)
}
