package roster

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
)

// OutsideCount is one count of an entity.
type OutsideCount struct {
	Entity  string
	Name    string
	Records int64
}

// TableName is the table of the counts.
func (OutsideCount) TableName() string { return "outside_codes" }

func readOutside(tx *gorm.DB, e catalog.Entity) (map[string]int64, error) {
	var rows []OutsideCount
	if err := tx.Where("entity = ?", e.Plural).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("count the values of %s that are no codes: %w", e.Plural, err)
	}
	counts := map[string]int64{}
	for _, row := range rows {
		counts[row.Name] = row.Records
	}
	return counts, nil
}
