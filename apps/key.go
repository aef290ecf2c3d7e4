package apps

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
)

// setting is a row of the settings.
type setting struct {
	Name  string `gorm:"primaryKey"`
	Value string
}

// overValue puts a setting's value in the place of the one that is there.
func overValue() clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"value"})}
}

// The settings that have to do with the key.
const (
	keySetting     = "encryption_key_id" // the id of the key that seals the store's secrets
	workKeySetting = "work_key"          // the work key, sealed; a store that keeps to its first key has none
)

// CheckKey is called before a process uses a store. The first key that a store
// meets is its key until Rekey gives it another; a process that was given another one
// gets a fault.Invalid that names both by their ids.
func (r *Registry) CheckKey(ctx context.Context) error {
	if r.Key.ID() == "" {
		return errors.New("check the encryption key: there is none")
	}
	known, err := SealedWith(r.DB.Read.WithContext(ctx))
	if err == nil && known == "" {
		known, err = pinKey(ctx, r.DB, r.Key.ID())
	}
	if err != nil {
		return err
	}
	if known != r.Key.ID() {
		return fault.New(fault.Invalid, "this store is sealed with the encryption key %s, and the key given is %s: start with the store's own key; if it is lost, see rostergate rekey --help", known, r.Key.ID())
	}
	return nil
}

// SealedWith reads the id of the store's key, which is empty where it had none yet.
func SealedWith(tx *gorm.DB) (string, error) {
	return readSetting(tx, keySetting)
}

func readSetting(tx *gorm.DB, name string) (string, error) {
	var row setting
	err := tx.Where("name = ?", name).Take(&row).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return "", fmt.Errorf("read the setting %s: %w", name, err)
	}
	return row.Value, nil
}

// pinKey keeps the id unless another process was faster, and reads what is kept.
func pinKey(ctx context.Context, db *database.Database, id string) (string, error) {
	row := setting{Name: keySetting, Value: id}
	if err := db.Write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return "", fmt.Errorf("keep the id of the encryption key: %w", err)
	}
	return SealedWith(db.Write.WithContext(ctx))
}

// HoldsKey is nil while the store, as tx sees it, is sealed with this process's key. Once
// Rekey gave the store another one it is a fault.Unavailable: a process that holds the
// old key answers nothing more, and seals nothing.
func (r *Registry) HoldsKey(tx *gorm.DB) error {
	known, err := SealedWith(tx)
	if err == nil && known != "" && known != r.Key.ID() {
		err = fault.New(fault.Unavailable, "the store was given another encryption key, %s, and this process holds %s: start it again with the new one", known, r.Key.ID())
	}
	return err
}

// keepKey is HoldsKey until tx ends: Rekey waits for it, or it for Rekey. It comes first
// in a transaction that seals, before the rows of apps are locked, for Rekey locks in
// this order.
func (r *Registry) keepKey(tx *gorm.DB) error {
	return r.HoldsKey(tx.Clauses(clause.Locking{Strength: "SHARE"}))
}

// WorkKey is the key for what is not kept in the store: cursors and pseudonyms. It is the
// store's first key, and stays when the store is sealed anew, so that apps notice nothing.
// Call it after CheckKey.
func (r *Registry) WorkKey(ctx context.Context) (secret.Key, error) {
	return r.workKey(r.DB.Read.WithContext(ctx))
}

func (r *Registry) workKey(tx *gorm.DB) (secret.Key, error) {
	sealed, err := readSetting(tx, workKeySetting)
	if err != nil || sealed == "" {
		return r.Key, err
	}
	return openKey(r.Key, sealed)
}
