package roster

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/RoaringBitmap/roaring/v2/roaring64"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// pairs are the references that came or went, by field: who refers in the upper
// half, the target in the lower. Who does not see the target must not notice.
type pairs map[string]*roaring64.Bitmap

func (p pairs) add(field string, from, to uint32) {
	set, ok := p[field]
	if !ok {
		set = roaring64.New()
		p[field] = set
	}
	set.Add(uint64(from)<<32 | uint64(to))
}

// addMoved adds what only one of two lists of ids has, and all of them where
// what both have stands in another order.
func (p pairs) addMoved(field string, from uint32, old, now string) {
	before, after := idsIn(old), idsIn(now)
	reordered := !slices.Equal(common(before, after), common(after, before))
	for _, to := range append(before, after...) {
		if reordered || slices.Contains(before, to) != slices.Contains(after, to) {
			p.add(field, from, to)
		}
	}
}

// common is what other has of a list, in the list's order.
func common(list, other []uint32) []uint32 {
	return slices.DeleteFunc(slices.Clone(list), func(id uint32) bool { return !slices.Contains(other, id) })
}

// idsIn reads a stored reference, or a list of them.
func idsIn(cell string) []uint32 {
	var ids []uint32
	if cell != "" {
		for word := range strings.SplitSeq(cell, ",") {
			ids = append(ids, number(word))
		}
	}
	return ids
}

// sources are the records that refer in one of the pairs.
func sources(set *roaring64.Bitmap) *roaring.Bitmap {
	from := roaring.New()
	for it := set.Iterator(); it.HasNext(); {
		id := uint32(it.Next() >> 32)
		it.AdvanceIfNeeded(uint64(id)<<32 | 0xffffffff)
		from.Add(id)
	}
	return from
}

// feed is a computed field that the rows of an entity make up: the record that
// the column of refers to shows what the column member refers to, or the row
// itself where member is 0.
type feed struct {
	owner, field string
	of, member   int
}

// feeds are the computed fields that the rows of e make up.
func feeds(e catalog.Entity) []feed {
	column := func(name string) int {
		f, ok := e.Field(name)
		if !ok {
			return 0
		}
		return slices.Index(columns(e), quoted(f))
	}
	var all []feed
	for _, owner := range catalog.Tables(catalog.V11) {
		for _, f := range owner.In(catalog.V11) {
			if f.Through != nil && f.Through.Entity == e.Plural {
				all = append(all, feed{owner.Plural, f.Name, column(f.Through.Field), column(f.Through.Member)})
			}
		}
	}
	return all
}

// pairsOf are the pairs noted of an entity.
func (imp *importing) pairsOf(plural string) pairs {
	noted, ok := imp.pairs[plural]
	if !ok {
		noted = pairs{}
		imp.pairs[plural] = noted
	}
	return noted
}

// feed notes what a row, whose cells stand as columns lists them, makes others
// show.
func (s *stage) feed(id uint32, cells []string) {
	for _, f := range s.feeds {
		member := id
		if f.member > 0 {
			member = number(cells[f.member])
		}
		if owner := number(cells[f.of]); owner > 0 && member > 0 {
			s.imp.pairsOf(f.owner).add(f.field, owner, member)
		}
	}
}

// refeed is feed for a row that changed.
func (s *stage) refeed(id uint32, old, now []string) {
	if slices.ContainsFunc(s.feeds, func(f feed) bool { return old[f.of] != now[f.of] || old[f.member] != now[f.member] }) {
		s.feed(id, old)
		s.feed(id, now)
	}
}

// unfeed is feed for rows that are gone. What they referred to stays stored.
func (s *stage) unfeed(tx *gorm.DB, ids []uint32) error {
	if len(s.feeds) == 0 {
		return nil
	}
	rows, err := tx.Raw("SELECT "+strings.Join(s.names, ", ")+" FROM "+s.layout.entity.Table()+" WHERE "+
		idIn(s.imp.roster.DB.Dialect), idList(s.imp.roster.DB.Dialect, ids)).Rows()
	if err != nil {
		return fmt.Errorf("read what is gone: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		cells, err := rowText(rows, len(s.names))
		if err != nil {
			return fmt.Errorf("read what is gone: %w", err)
		}
		s.feed(number(cells[0]), cells)
	}
	return rows.Err()
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

// storePairs keeps which references came or went.
func (imp *importing) storePairs(tx *gorm.DB, generation int64) error {
	for plural, noted := range imp.pairs {
		for field, set := range noted {
			records, err := set.ToBytes()
			if err != nil {
				return err
			}
			if err := storeChange(tx, changeRow{generation, plural, field, records}); err != nil {
				return err
			}
		}
	}
	return nil
}
