package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"gorm.io/gorm"
)

// digest is the hash of a record's content; the zero digest is that of a record
// without any.
type digest [16]byte

// entry is what an import knows of a record before it compares it.
type entry struct {
	id     uint32
	hash   digest
	stored bool // it has a row
	live   bool // and the row is active
	seen   bool // the package has it
}

// index finds the records of an entity by sourcedId, which is case-sensitive.
type index struct {
	entity  catalog.Entity
	entries map[string]entry
	absent  bool   // the package has no file of it, so what is stored stays
	last    uint32 // the highest id given
	coming  []newcomer
}

// newcomer is a record that has no id yet. Group is the id of the school (or
// the person) that it belongs to.
type newcomer struct {
	sourcedID string
	group     uint32
}

// loadIndex reads what is stored of an entity.
func loadIndex(ctx context.Context, tx *gorm.DB, e catalog.Entity, last uint32) (*index, error) {
	x := &index{entity: e, entries: map[string]entry{}, last: last}
	rows, err := tx.WithContext(ctx).Raw("SELECT id, sourced_id, hash, status FROM " + e.Table()).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the stored %s: %w", e.Plural, err)
	}
	defer rows.Close()
	for rows.Next() {
		var sourcedID, status string
		var hash []byte
		var found entry
		if err := rows.Scan(&found.id, &sourcedID, &hash, &status); err != nil {
			return nil, fmt.Errorf("read the stored %s: %w", e.Plural, err)
		}
		copy(found.hash[:], hash)
		found.stored, found.live = true, status == "active"
		x.entries[sourcedID] = found
	}
	return x, rows.Err()
}

// resolve finds the id of a record that the roster will have after the import.
func (x *index) resolve(sourcedID string) (uint32, bool) {
	found, ok := x.entries[sourcedID]
	return found.id, ok && (found.seen || x.absent && found.live)
}

// number gives ids to the newcomers, those of one school beside one another, so
// that what one app may see lies in few dense runs.
func (x *index) number() {
	slices.SortStableFunc(x.coming, func(a, b newcomer) int { return cmp.Compare(a.group, b.group) })
	for _, n := range x.coming {
		x.last++
		x.entries[n.sourcedID] = entry{id: x.last, seen: true}
	}
	x.coming = nil
}
