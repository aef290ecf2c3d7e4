package roster

import (
	"cmp"
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/revision"
)

// Behind reports whether some reader was shown a later state than the database has.
// So it is where a backup of the store was put back and the ledger is newer: on
// SQLite these are two files.
func (r *Roster) Behind(ctx context.Context) (bool, error) {
	var shown []horizonRow // read first, for others may go on meanwhile
	if err := r.Horizons.Read.WithContext(ctx).Find(&shown).Error; err != nil {
		return false, fmt.Errorf("read what readers saw: %w", err)
	}
	now, err := revision.Read(r.DB.Read.WithContext(ctx))
	if err != nil {
		return false, err
	}
	for _, h := range shown {
		if h.Epoch == now.Epoch && (h.Permission > now.Permission || h.Generation > now.Generation || twice(h.stamp(), now)) {
			return true, nil
		}
	}
	return false, nil
}

// twice reports whether a number of one stamp stands for something else in the other.
func twice(a, b revision.Stamp) bool {
	given := func(x, y, markX, markY int64) bool { return x == y && markX != markY && markX != 0 && markY != 0 }
	return given(a.Permission, b.Permission, a.Marks.Permission, b.Marks.Permission) ||
		given(a.Generation, b.Generation, a.Marks.Generation, b.Marks.Generation)
}

// SkipIDs keeps ids up to the highest ones given, by entity, from being given to new
// records: elsewhere they stand for others already.
func SkipIDs(tx *gorm.DB, highest map[string]uint32) error {
	last, err := lastIDs(tx)
	if err != nil {
		return err
	}
	for plural, id := range highest {
		e, _ := catalog.Find(plural)
		entity := cmp.Or(e.Describes, plural) // whose ids it has
		if id <= last[entity] {
			continue
		}
		last[entity] = id
		if err := storeLastID(tx, entity, id); err != nil {
			return fmt.Errorf("skip the ids of %s: %w", entity, err)
		}
	}
	return nil
}
