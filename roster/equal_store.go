package roster

import (
	"fmt"

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

// EqualPair is a pair of columns of an entity.
type EqualPair struct {
	Entity  string
	Name    string
	Other   string
	Records int64
	Equal   int64
}

// TableName is the table of the pairs.
func (EqualPair) TableName() string { return "equal_columns" }

// readEqual finds the equal columns of an entity, by the name of either.
func readEqual(tx *gorm.DB, e catalog.Entity) (map[string][]Equal, error) {
	var rows []EqualPair
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
