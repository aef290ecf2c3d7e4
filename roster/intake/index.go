package intake

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/near"
	"gorm.io/gorm"
)

// digest is the hash of a record's content; the zero digest is that of a record
// without any.
type digest [16]byte

// record is what an import knows of a record before it compares it.
type record struct {
	id     uint32
	hash   digest
	stored bool // it has a row
	live   bool // and the row is active
	seen   bool // the package has it
	gone   bool // a row says that it is gone, or it went with a record that it refers to
}

// index finds the records of an entity by sourcedId, which is case-sensitive.
type index struct {
	entity  catalog.Entity
	places  map[string]uint32 // by sourcedId, in records
	records []record
	absent  bool   // the package has no file of it, so what is stored stays
	partial bool   // its file is a delta, so what is stored and not in it stays
	last    uint32 // the highest id given
	coming  []newcomer
	fates   fates             // of rows that are refused, and of others that are missed
	marked  map[uint64]uint32 // the lines of rows that say that their record is gone, by the hash of its sourcedId
	names   strings.Builder   // what is left of it is room for sourcedIds
	freed   *roaring.Bitmap   // stored records that stay without a reference to what is gone; nil for none
	byID    []string          // the sourcedIds; nil until one is asked for
	near    *near.IDs         // nil until a reference is looked for in vain
}

// newcomer is a record that has no id yet. Group is the id of the school (or
// the person) that it belongs to.
type newcomer struct{ place, group uint32 }

// loadIndex reads what is stored of an entity.
func loadIndex(ctx context.Context, tx *gorm.DB, e catalog.Entity, last uint32) (*index, error) {
	x := &index{entity: e, places: map[string]uint32{}, last: last, fates: fates{}, marked: map[uint64]uint32{}}
	rows, err := tx.WithContext(ctx).Raw("SELECT id, sourced_id, hash, status FROM " + e.Table()).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the stored %s: %w", e.Plural, err)
	}
	defer rows.Close()
	x.expect(int(last)) // ids are dense: there are about as many rows
	var sourcedID, status, hash sql.RawBytes
	for rows.Next() {
		found := record{stored: true}
		if err := rows.Scan(&found.id, &sourcedID, &hash, &status); err != nil {
			return nil, fmt.Errorf("read the stored %s: %w", e.Plural, err)
		}
		copy(found.hash[:], hash)
		found.live = string(status) == "active"
		x.add(string(sourcedID), found)
	}
	return x, rows.Err()
}

// add puts a record into the index.
func (x *index) add(sourcedID string, r record) (place uint32) {
	place = uint32(len(x.records))
	x.records = append(x.records, r)
	x.places[x.keep(sourcedID)] = place
	return place
}

// keep is a copy of a sourcedId. Copies share pieces of memory, for there are as many
// as records.
func (x *index) keep(sourcedID string) string {
	const piece = 16 << 10
	if x.names.Cap()-x.names.Len() < len(sourcedID) {
		x.names = strings.Builder{}
		x.names.Grow(max(piece, len(sourcedID)))
	}
	from := x.names.Len()
	x.names.WriteString(sourcedID)
	return x.names.String()[from:]
}

// expect makes room for so many records at once, where that is many more than there
// are: a map that grows is written anew each time. It makes no more room than a large
// district needs, for what is expected is what a package says of itself.
func (x *index) expect(records int) {
	const most = 1 << 21
	if records = min(records, most); records < 2*len(x.records) {
		return
	}
	places := make(map[string]uint32, records)
	maps.Copy(places, x.places)
	x.places, x.records = places, slices.Grow(x.records, max(records-len(x.records), 0))
}

// find is the record of a sourcedId, nil where there is none.
func (x *index) find(sourcedID string) *record {
	place, known := x.places[sourcedID]
	if !known {
		return nil
	}
	return &x.records[place]
}

// standing are the stored records that the roster will still have.
func (x *index) standing() *roaring.Bitmap {
	ids := roaring.New()
	for _, r := range x.records {
		if r.live && x.stays(r) {
			ids.Add(r.id)
		}
	}
	return ids
}

// unresolved is that a value refers to no record of an entity that there will be.
func (x *index) unresolved(target string) cell.Flaw {
	if x.partial {
		return cell.Nowhere(target + ".csv")
	}
	return cell.Unresolved(target + ".csv")
}

// resolve finds the id of a record that the roster will have after the import.
func (x *index) resolve(sourcedID string) (uint32, bool) {
	found := x.find(sourcedID)
	if found == nil || !x.stays(*found) {
		return 0, false
	}
	return found.id, true
}

// stays reports whether the roster will have a record after the import.
func (x *index) stays(r record) bool {
	return !r.gone && (r.seen || r.live && x.keeps())
}

// leaving are the stored records that the roster will no longer have.
func (x *index) leaving() *roaring.Bitmap {
	gone := roaring.New()
	for _, r := range x.records {
		if r.live && !x.stays(r) {
			gone.Add(r.id)
		}
	}
	return gone
}

// seems says how a sourcedId that leads to no record differs from one that does.
func (x *index) seems(sourcedID string) near.Seeming {
	there := func(sourcedID string) bool { _, is := x.resolve(sourcedID); return is }
	if x.near == nil {
		x.near = near.Of(func(yield func(string) bool) {
			for sourcedID := range x.places {
				if there(sourcedID) && !yield(sourcedID) {
					return
				}
			}
		})
	}
	return x.near.Seems(sourcedID, there)
}

// giveIDs gives ids to the newcomers, those of one school beside one another, so
// that what one app may see lies in few dense runs.
func (x *index) giveIDs() {
	slices.SortStableFunc(x.coming, func(a, b newcomer) int { return cmp.Compare(a.group, b.group) })
	for _, n := range x.coming {
		x.last++
		x.records[n.place].id = x.last
	}
	x.coming = nil
}

// forget takes a newcomer back. It is false where the record is none.
func (x *index) forget(sourcedID string) bool {
	place := x.places[sourcedID]
	at := slices.IndexFunc(x.coming, func(n newcomer) bool { return n.place == place })
	if at < 0 {
		return false
	}
	x.coming = slices.Delete(x.coming, at, at+1)
	x.records[place] = record{}
	delete(x.places, sourcedID)
	return true
}

// resolved is a reference as it was resolved last: in many columns the next one is
// the same.
type resolved struct {
	sourcedID string
	id        uint32
	text      string // the id
}

// resolve turns the sourcedIds in a cell into ids, each once, and leaves out what
// cannot be resolved. A list is sound while one of it is; first is the id of its
// first.
func (s *survey) resolve(line int, c *column, text string) (ids string, first uint32, bad cell.Flaw) {
	lost, seems := false, near.Nothing
	text = s.separated(line, c.target, c.Field, text)
	for sourcedID := range references(c.Field, text) {
		if c.last.sourcedID != sourcedID || c.last.id == 0 {
			id, ok := c.target.resolve(sourcedID)
			if !ok {
				if !lost {
					lost, seems = true, c.target.seems(sourcedID)
				}
				continue
			}
			c.last = resolved{sourcedID, id, strconv.FormatUint(uint64(id), 10)}
		}
		if first == 0 {
			first = c.last.id
		}
		ids = joined(ids, c.last.text)
	}
	switch {
	case lost && first > 0:
		s.add(bundle.Warning, line, c.Header(), s.lost(c.target, c.Field, text, seems.Add(c.one, s.file, c.target.entity.File())))
	case lost:
		bad = s.lost(c.target, c.Field, text, seems.Add(c.lost, s.file, c.target.entity.File()))
	}
	return ids, first, bad
}

// joined is a list of ids with one more, unless it has that already.
func joined(ids, id string) string {
	switch {
	case ids == "":
		return id
	case strings.Contains(","+ids+",", ","+id+","):
		return ids
	}
	return ids + "," + id
}

// references are the sourcedIds in a cell that was cleaned.
func references(f catalog.Field, text string) iter.Seq[string] {
	switch {
	case text == "":
		return func(func(string) bool) {}
	case f.Kind == catalog.Reference:
		return func(yield func(string) bool) { yield(text) }
	}
	return strings.SplitSeq(text, ",")
}
