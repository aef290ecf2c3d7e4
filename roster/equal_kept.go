package roster

import (
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
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
	for i, f := range contents(s.layout.entity) {
		if f.Kind == catalog.Identifiers {
			for kind, ids := range decodeBag(cells[5+i]) {
				s.equal.typed(kind, ids)
			}
		}
	}
	if s.layout.entity.Metadata {
		for key, value := range decodeBag(cells[len(cells)-1]) {
			if number, known := slices.BinarySearch(s.layout.keys, key); known {
				s.equal.key(number, plain(value))
			}
		}
	}
	s.equal.row(cells)
}

// storeEqual replaces the pairs of the entities that the package has.
func (imp *importing) storeEqual(tx *gorm.DB) error {
	for _, s := range imp.stages {
		e := s.layout.entity.Plural
		err := tx.Where("entity = ?", e).Delete(&equalRow{}).Error
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
