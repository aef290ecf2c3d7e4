package apps

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
)

// setting is a row of the settings.
type setting struct {
	Name  string `gorm:"primaryKey"`
	Value string
}

// keySetting names the setting that holds the id of the key under which the
// store's secrets are sealed.
const keySetting = "encryption_key_id"

// CheckKey is called before a process uses a store. The first key that a store
// meets is its key for good; a process that was given another one gets a
// fault.Invalid that names both by their ids.
func (r *Registry) CheckKey(ctx context.Context) error {
	if r.Key.ID() == "" {
		return errors.New("check the encryption key: there is none")
	}
	known, err := r.keyID(ctx)
	if err != nil {
		return err
	}
	if known != r.Key.ID() {
		return fault.New(fault.Invalid, "this store is sealed with the encryption key %s, and the key given is %s: start with the store's own key", known, r.Key.ID())
	}
	return nil
}

// keyID reads the id of the store's key, which is this process's where the store
// had none.
func (r *Registry) keyID(ctx context.Context) (string, error) {
	var row setting
	err := r.DB.Read.WithContext(ctx).Where("name = ?", keySetting).Take(&row).Error
	if err == nil {
		return row.Value, nil
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return "", fmt.Errorf("read the id of the encryption key: %w", err)
	}
	return pinKey(ctx, r.DB, r.Key.ID())
}

// pinKey keeps the id unless another process was faster, and reads what is kept.
func pinKey(ctx context.Context, db *database.Database, id string) (string, error) {
	row := setting{Name: keySetting, Value: id}
	if err := db.Write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return "", fmt.Errorf("keep the id of the encryption key: %w", err)
	}
	var kept setting
	if err := db.Write.WithContext(ctx).Where("name = ?", keySetting).Take(&kept).Error; err != nil {
		return "", fmt.Errorf("read the id of the encryption key: %w", err)
	}
	return kept.Value, nil
}
