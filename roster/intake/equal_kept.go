package intake

import (
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
	"gorm.io/gorm"
)

// equalKept counts the records whose stored version stays, their row being
// refused.
func (s *stage) equalKept() error {
	for some := range slices.Chunk(s.kept, batchSize) {
		rows, err := s.rowsOf(some)
		if err != nil {
			return fmt.Errorf("read the stored versions of refused rows: %w", err)
		}
		for _, cells := range rows {
			s.equalStored(cells)
		}
	}
	return nil
}

// equalStored counts a record as it is stored.
func (s *stage) equalStored(cells []string) {
	for i, f := range roster.Contents(s.layout.Entity) {
		if f.Kind == catalog.Identifiers {
			for kind, ids := range codec.Bag(cells[5+i]) {
				s.equal.typed(kind, ids)
			}
		}
	}
	if s.layout.Entity.Metadata {
		for key, value := range codec.Bag(cells[len(cells)-1]) {
			if number, known := slices.BinarySearch(s.layout.Keys, key); known {
				s.equal.key(number, plain(value))
			}
		}
	}
	s.equal.row(cells)
}

// storeEqual replaces the pairs of the entities that the package has.
func (imp *importing) storeEqual(tx *gorm.DB) error {
	for _, s := range imp.stages {
		e := s.layout.Entity.Plural
		err := tx.Where("entity = ?", e).Delete(&roster.EqualPair{}).Error
		for _, row := range s.equal.found() {
			if row.Entity = e; err == nil {
				err = tx.Create(&row).Error
			}
		}
		if err != nil {
			return fmt.Errorf("store which columns of %s are equal: %w", e, err)
		}
	}
	return nil
}
