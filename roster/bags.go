package roster

import (
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/revision"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// name is the key as grants and reports write it.
func (k Key) name() string { return fmt.Sprintf("%s.%s.%s", k.Entity, k.Bag, k.Name) }

// compareKeys reports the members of bags that appeared or vanished.
func (imp *importing) compareKeys() {
	found := imp.foundKeys()
	present := map[string]bool{}
	for _, k := range imp.keys {
		if k.Present {
			present[k.name()] = true
		}
		if _, still := found[k.bare()]; k.Present && !still && imp.covers(k) {
			imp.report.VanishedKeys = append(imp.report.VanishedKeys, k.name())
		}
	}
	for k := range found {
		if !present[k.name()] {
			imp.report.NewKeys = append(imp.report.NewKeys, k.name())
		}
	}
	slices.Sort(imp.report.NewKeys)
	slices.Sort(imp.report.VanishedKeys)
}

// bare is the key without what imports found out about it.
func (k Key) bare() Key { return Key{Entity: k.Entity, Bag: k.Bag, Name: k.Name} }

// covers reports whether the package has the file that a key would stand in.
func (imp *importing) covers(k Key) bool {
	x, ok := imp.indexes[k.Entity]
	return ok && !x.absent
}

// storeKeys brings the table of keys up to date. A key that vanished is no
// longer reviewed, so that it stays hidden should it return; since a plan may
// have shown it, the permission revision moves.
func (imp *importing) storeKeys(tx *gorm.DB) error {
	found := imp.foundKeys()
	old := map[Key]Key{}
	for _, k := range imp.keys {
		old[k.bare()] = k
	}
	for k, filled := range found {
		k.FirstSeen, k.LastSeen, k.Filled, k.Present = imp.at, imp.at, filled, true
		if before, had := old[k.bare()]; had {
			k.FirstSeen, k.Reviewed = before.FirstSeen, before.Reviewed && before.Present
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&k).Error; err != nil {
			return fmt.Errorf("store the key %s: %w", k.name(), err)
		}
	}
	for _, k := range imp.keys {
		if _, still := found[k.bare()]; still || !k.Present || !imp.covers(k) {
			continue
		}
		k.Present, k.Reviewed, k.Filled = false, false, 0
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&k).Error; err != nil {
			return fmt.Errorf("store the key %s: %w", k.name(), err)
		}
	}
	if len(imp.report.NewKeys)+len(imp.report.VanishedKeys) == 0 {
		return nil
	}
	return revision.MovePermission(tx)
}
