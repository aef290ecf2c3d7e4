package view

import (
	"database/sql"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/words"
	"gorm.io/gorm"
)

// links are the columns of one entity that say how its records hang together,
// as arrays by id. Id 0 is nobody.
type links struct {
	entity catalog.Entity
	size   int // one more than the highest id
	live   *roaring.Bitmap
	alive  bits                     // the same, for those who ask of every link
	names  []string                 // sourcedIds, where others refer to the entity
	one    map[string][]uint32      // what a Reference points at
	many   map[string]*lists        // what a References points at
	words  map[string]*words.Column // type, role, grades and endDate, and those of nested records
}

// lists keeps a list of ids per record in one array.
type lists struct {
	start []uint32 // by id; a record's list ends where the next one starts
	ids   []uint32
}

// of is the list of a record.
func (l *lists) of(id uint32) []uint32 {
	if int(id)+1 >= len(l.start) {
		return nil
	}
	return l.ids[l.start[id]:l.start[id+1]]
}

// linking are the stored fields that links keeps: references, the words by which a scope or
// a route chooses records, and all that nested records show.
func linking(e catalog.Entity) []catalog.Field {
	var kept []catalog.Field
	for _, f := range roster.Contents(e) {
		if f.Kind.Refers() || spoken(e, f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// spoken reports whether routes or scopes ask for the field's words, or nested records show
// them: those are many and say much the same.
func spoken(e catalog.Entity, f catalog.Field) bool {
	_, nested := e.Holder()
	return nested || f.Kind == catalog.Token && f.Class == catalog.Structural ||
		e.Plural == "users" && f.Name == "grades" || e.Plural == "enrollments" && f.Name == "endDate"
}

func loadLinks(tx *gorm.DB, e catalog.Entity, size int) (*links, error) {
	fields := linking(e)
	l := newLinks(e, fields, size)
	query := "SELECT id, status = 'active'"
	if l.names != nil {
		query += ", sourced_id"
	}
	for _, f := range fields {
		query += ", " + roster.Quoted(f)
	}
	rows, err := tx.Raw(query + " FROM " + e.Table() + " ORDER BY id").Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	read := linkRow{cells: make([]sql.RawBytes, len(fields))}
	into := []any{&read.id, &read.live}
	if l.names != nil {
		into = append(into, &read.name)
	}
	for i := range read.cells {
		into = append(into, &read.cells[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		l.add(read, fields)
	}
	l.finish(size)
	return l, rows.Err()
}

// linkRow is one row as it is read.
type linkRow struct {
	id    uint32
	live  bool
	name  string
	cells []sql.RawBytes
}

func newLinks(e catalog.Entity, fields []catalog.Field, size int) *links {
	l := &links{entity: e, size: size, live: roaring.New(), one: map[string][]uint32{}, many: map[string]*lists{}, words: map[string]*words.Column{}}
	if catalog.ReferredTo(e.Plural, catalog.Both) {
		l.names = make([]string, size)
	}
	for _, f := range fields {
		switch f.Kind {
		case catalog.Reference:
			l.one[f.Name] = make([]uint32, size)
		case catalog.References:
			l.many[f.Name] = &lists{start: make([]uint32, 1, size+1)}
		default:
			l.words[f.Name] = words.New(size)
		}
	}
	return l
}

// add keeps a row; rows come in the order of their ids.
func (l *links) add(r linkRow, fields []catalog.Field) {
	if r.live {
		l.live.Add(r.id)
	}
	if l.names != nil {
		l.names[r.id] = r.name
	}
	for i, f := range fields {
		text := string(r.cells[i])
		switch f.Kind {
		case catalog.Reference:
			l.one[f.Name][r.id] = codec.ID(text)
		case catalog.References:
			l.many[f.Name].set(r.id, text)
		default:
			l.words[f.Name].Set(r.id, text)
		}
	}
}

func (l *lists) set(id uint32, text string) {
	l.fill(int(id) + 1)
	if text == "" {
		return
	}
	for word := range strings.SplitSeq(text, ",") {
		l.ids = append(l.ids, codec.ID(word))
	}
}

// fill gives the records before n that have none an empty list.
func (l *lists) fill(n int) {
	for len(l.start) < n {
		l.start = append(l.start, uint32(len(l.ids)))
	}
}

func (l *links) finish(size int) {
	l.live.RunOptimize()
	l.alive = bitsOf(l.live, size)
	for _, many := range l.many {
		many.fill(size + 1)
	}
}

// having is the set of active records whose word in the field is one of values.
func (l *links) having(field string, values []string) *roaring.Bitmap {
	set := roaring.New()
	w := l.words[field]
	l.live.Iterate(func(id uint32) bool {
		if slices.Contains(values, w.Of(id)) {
			set.Add(id)
		}
		return true
	})
	set.RunOptimize()
	return set
}

// Size is one more than the highest id that a record of an entity has.
func (s *Snapshot) Size(entity string) int { return s.links[entity].size }
