package roster

import (
	"fmt"

	"github.com/rostergate/rostergate/catalog"
	"gorm.io/gorm"
)

// Key is a member of a bag that some import found: a metadata key, or a type of
// userIds. Names are case-sensitive and flat: metadata.a.b is the key "a.b".
type Key struct {
	Entity    string      `gorm:"primaryKey"`
	Bag       catalog.Bag `gorm:"primaryKey"`
	Name      string      `gorm:"primaryKey"`
	FirstSeen string      // when an import first found it; UTC, like dateLastModified
	LastSeen  string      // when an import last found it
	Filled    int64       // in how many records it has a value
	Present   bool        // the current roster has it
	Reviewed  bool        // a person saw it since it last appeared
}

// TableName is the table of the keys.
func (Key) TableName() string { return "bag_keys" }

// Keys lists every key ever found, by entity, bag and name.
func Keys(tx *gorm.DB) ([]Key, error) {
	var keys []Key
	if err := tx.Order("entity, bag, name").Find(&keys).Error; err != nil {
		return nil, fmt.Errorf("list the metadata keys: %w", err)
	}
	return keys, nil
}

// Review marks keys that are present as seen by a person. Whoever reviews moves
// the permission revision, for a grant that names the key now shows it.
func Review(tx *gorm.DB, keys []Key) error {
	for _, k := range keys {
		err := tx.Model(&Key{}).
			Where("entity = ? AND bag = ? AND name = ? AND present", k.Entity, k.Bag, k.Name).
			Update("reviewed", true).Error
		if err != nil {
			return fmt.Errorf("review the key %s.%s.%s: %w", k.Entity, k.Bag, k.Name, err)
		}
	}
	return nil
}
