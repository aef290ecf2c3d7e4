package roster

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
)

// Key is a member of a bag that some import found: a metadata key, or a type of
// userIds. Names are case-sensitive and flat: metadata.a.b is the key "a.b".
type Key struct {
	Entity    string        `gorm:"primaryKey"`
	Bag       catalog.Bag   `gorm:"primaryKey"`
	Name      string        `gorm:"primaryKey"`
	FirstSeen moment.Moment // when an import first found it; UTC, like dateLastModified
	LastSeen  moment.Moment // when an import last found it
	Filled    int64         // in how many records it has a value
	Present   bool          // the current roster has it
	Accepted  bool          // an admin accepted the name, or the catalog knows it: until then the name counts as a value of the roster
	Reviewed  bool          `gorm:"->"` // of KeysFor: an admin was shown it for the app since it last appeared, and said so
}

// TableName is the table of the keys.
func (Key) TableName() string { return "bag_keys" }

// Keys lists every key ever found, by entity, bag and name. None of them is
// Reviewed, for a review is about one app: KeysFor.
func Keys(tx *gorm.DB) ([]Key, error) { return listKeys(tx.Select("bag_keys.*")) }

// KeysFor is Keys with what was reviewed for an app.
func KeysFor(tx *gorm.DB, app string) ([]Key, error) {
	return listKeys(tx.
		Select("bag_keys.*, reviews.app_id IS NOT NULL AS reviewed").
		Joins("LEFT JOIN reviews ON reviews.app_id = ? AND reviews.entity = bag_keys.entity AND reviews.bag = bag_keys.bag AND reviews.name = bag_keys.name", app))
}

func listKeys(chosen *gorm.DB) ([]Key, error) {
	var keys []Key
	if err := chosen.Order("bag_keys.entity, bag_keys.bag, bag_keys.name").Find(&keys).Error; err != nil {
		return nil, fmt.Errorf("list the metadata keys: %w", err)
	}
	for i, k := range keys {
		keys[i].Accepted = k.Accepted || k.Bag == catalog.Metadata && catalog.KnowsKey(k.Entity, k.Name)
	}
	return keys, nil
}

// Review is that an admin was shown a key for an app, and said that the app may
// have it. It is none for another app, and ends when an import makes the key vanish.
type Review struct {
	App        string        `gorm:"column:app_id;primaryKey"`
	Entity     string        `gorm:"primaryKey"`
	Bag        catalog.Bag   `gorm:"primaryKey"`
	Name       string        `gorm:"primaryKey"`
	ReviewedAt moment.Moment // UTC with milliseconds
	Actor      string
}

// Store stores the review, and accepts the name of the key with it. It reports
// whether that is new: a key that is not present cannot be reviewed, and one that is
// reviewed stays as it is. Whoever reviews moves the permission revision, for a
// grant that ticks the key now shows it.
//
// The key's row comes first, and is held: an import that makes the key vanish comes
// before, and there is nothing to review, or after, and ends this review.
func (r Review) Store(tx *gorm.DB) (bool, error) {
	held := tx.Model(&Key{}).
		Where("entity = ? AND bag = ? AND name = ? AND present", r.Entity, r.Bag, r.Name).
		Update("accepted", true)
	if held.Error == nil && held.RowsAffected == 0 {
		return false, nil
	}
	if held.Error != nil {
		return false, fmt.Errorf("accept a key of %s: %w", r.Entity, held.Error)
	}
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r)
	if done.Error != nil {
		return false, fmt.Errorf("review a key of %s for %s: %w", r.Entity, r.App, done.Error)
	}
	return done.RowsAffected == 1, nil
}

// EndReviews ends every app's review of a key.
func EndReviews(tx *gorm.DB, k Key) error {
	if err := tx.Where("entity = ? AND bag = ? AND name = ?", k.Entity, k.Bag, k.Name).Delete(&Review{}).Error; err != nil {
		return fmt.Errorf("end the reviews of a key of %s: %w", k.Entity, err)
	}
	return nil
}

// FullName is the key as grants and reports write it.
func (k Key) FullName() string { return k.Member().String() }

// Bare is the key without what imports found out about it.
func (k Key) Bare() Key { return Key{Entity: k.Entity, Bag: k.Bag, Name: k.Name} }

// CompareKeys orders keys by entity, bag and name: the order in which transactions
// take their rows.
func CompareKeys(a, b Key) int {
	return a.Member().Compare(b.Member())
}
