package roster

import (
	"cmp"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// SkipIDs keeps ids up to the highest ones given, by entity, from being given to new
// records: elsewhere they stand for others already.
func SkipIDs(tx *gorm.DB, highest map[string]uint32) error {
	last, err := LastIDs(tx)
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
		if err := StoreLastID(tx, entity, id); err != nil {
			return fmt.Errorf("skip the ids of %s: %w", entity, err)
		}
	}
	return nil
}
