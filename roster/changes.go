package roster

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"
)

// changeRow is what a generation changed in one field: records or, of a field
// that refers, pairs.
type changeRow struct {
	Generation    int64
	Entity, Field string
	Records       []byte
}

func storeChange(tx *gorm.DB, row changeRow) error {
	if err := tx.Table("changes").Create(&row).Error; err != nil {
		return fmt.Errorf("store what changed: %w", err)
	}
	return nil
}

// changes are the records that changed, by field.
type changes map[string]*roaring.Bitmap

func (c changes) add(field string, id uint32) {
	set, ok := c[field]
	if !ok {
		set = roaring.New()
		c[field] = set
	}
	set.Add(id)
}

// store keeps which records of an entity a generation changed, by field.
func (c changes) store(tx *gorm.DB, generation int64, entity string) error {
	for field, set := range c {
		records, err := packed(set)
		if err != nil {
			return err
		}
		if err := storeChange(tx, changeRow{generation, entity, field, records}); err != nil {
			return err
		}
	}
	return nil
}
