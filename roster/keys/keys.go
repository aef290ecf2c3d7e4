package keys

import (
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster"
)

// Turnover is what an import changes of the members of bags.
type Turnover struct {
	Known []roster.Key // that were ever found, as the store has them

	found map[roster.Key]int64 // bare, with how many records have a value
	gone  []roster.Key         // bare
}

// Read begins with those that are stored.
func Read(tx *gorm.DB) (*Turnover, error) {
	known, err := roster.Keys(tx)
	return &Turnover{Known: known, found: map[roster.Key]int64{}}, err
}

// Find notes that the import found a member, and in how many records it has a value.
func (t *Turnover) Find(k roster.Key, filled int64) { t.found[k] = filled }

// Compare ends the finding, and names the members that appeared and those that vanished: of
// the entities that the package covers.
func (t *Turnover) Compare(covers func(entity string) bool) (came, vanished roster.Members) {
	came, vanished, present := roster.Members{}, roster.Members{}, map[string]bool{}
	for _, k := range t.Known {
		if !k.Present {
			continue
		}
		present[k.FullName()] = true
		if _, still := t.found[k.Bare()]; !still && covers(k.Entity) {
			vanished = append(vanished, k.FullName())
			t.gone = append(t.gone, k.Bare())
		}
	}
	for k := range t.found {
		if !present[k.FullName()] {
			came = append(came, k.FullName())
		}
	}
	slices.Sort(came)
	slices.Sort(vanished)
	return came, vanished
}

// Store brings the table of keys up to date. A key that vanished is reviewed
// for no app any longer, so that it stays hidden should it return, until somebody is
// shown it again.
// Each key is one statement, in the order in which reviews take them, so that a
// review at the same time is not lost and neither waits for the other for ever.
func (t *Turnover) Store(tx *gorm.DB, date moment.Moment) error {
	all := slices.AppendSeq(slices.Clone(t.gone), maps.Keys(t.found))
	for _, k := range slices.SortedFunc(slices.Values(all), roster.CompareKeys) {
		filled, here := t.found[k]
		store := storeGone
		if here {
			k.FirstSeen, k.LastSeen, k.Filled, k.Present = date, date, filled, true
			store = storeFound
		}
		if err := store(tx, k); err != nil {
			return fmt.Errorf("store a key of %s: %w", k.Entity, database.Redact(err))
		}
	}
	return nil
}

func storeFound(tx *gorm.DB, k roster.Key) error {
	key := []clause.Column{{Name: "entity"}, {Name: "bag"}, {Name: "name"}}
	again := clause.AssignmentColumns([]string{"last_seen", "filled", "present"})
	return tx.Clauses(clause.OnConflict{Columns: key, DoUpdates: again}).Create(&k).Error
}

func storeGone(tx *gorm.DB, k roster.Key) error {
	over := map[string]any{"present": false, "filled": 0}
	if err := tx.Model(&roster.Key{}).Where("entity = ? AND bag = ? AND name = ?", k.Entity, k.Bag, k.Name).Updates(over).Error; err != nil {
		return err
	}
	return roster.EndReviews(tx, k)
}
