package roster

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// Equal says that a column tells the same as another one of its entity: what is
// hidden of one can be read in the other.
type Equal struct {
	Name    string // of the other: as a field, metadata.KEY or userIds.TYPE
	Records int64  // that have both
	Equal   int64  // in which the values are the same, but for case
}

// equalRow is a pair of columns of an entity.
type equalRow struct {
	Entity  string
	Name    string
	Other   string
	Records int64
	Equal   int64
}

// TableName is the table of the pairs.
func (equalRow) TableName() string { return "equal_columns" }

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

// readEqual finds the equal columns of an entity, by the name of either.
func readEqual(tx *gorm.DB, e catalog.Entity) (map[string][]Equal, error) {
	var rows []equalRow
	if err := tx.Where("entity = ?", e.Plural).Order("name, other").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the equal columns of %s: %w", e.Plural, err)
	}
	pairs := map[string][]Equal{}
	for _, row := range rows {
		pairs[row.Name] = append(pairs[row.Name], Equal{row.Other, row.Records, row.Equal})
		pairs[row.Other] = append(pairs[row.Other], Equal{row.Name, row.Records, row.Equal})
	}
	return pairs, nil
}
