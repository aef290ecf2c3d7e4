package history

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/roster/codec"
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

// ByField are the records that changed, by field.
type ByField map[string]*roaring.Bitmap

func (c ByField) Add(field string, id uint32) {
	set, ok := c[field]
	if !ok {
		set = roaring.New()
		c[field] = set
	}
	set.Add(id)
}

// Store keeps which records of an entity a generation changed, by field.
func (c ByField) Store(tx *gorm.DB, generation int64, entity string) error {
	for field, set := range c {
		records, err := codec.Pack(set)
		if err != nil {
			return err
		}
		if err := storeChange(tx, changeRow{generation, entity, field, records}); err != nil {
			return err
		}
	}
	return nil
}
