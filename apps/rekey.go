package apps

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/secret"
)

// workPlace is where the work key is kept.
const workPlace = "settings/" + workKeySetting

// keyNames is what the ledger is told of a key.
type keyNames struct {
	Key string `json:"key"` // its public fingerprint
}

// Rekey seals everything that the store keeps sealed with another key, in one
// transaction, and is on record. Secrets, tokens, cursors and pseudonyms stay what they
// are. Processes that hold the old key answer nothing from then on. If the store's key is
// not the registry's, the error is a fault.Conflict and nothing changes.
func (r *Registry) Rekey(ctx context.Context, next secret.Key, by By) error {
	return r.replaceKey(ctx, next, r.Key.ID(), by, func(tx *gorm.DB) error {
		if err := r.resealSecrets(tx, next); err != nil {
			return err
		}
		return r.resealWorkKey(tx, next)
	})
}

// RekeyLost gives a store another key of which nobody has the old one. What was sealed
// cannot be opened any more, so every app, whatever its state, gets a new client id and
// secret, which are told here and never again; its tokens end, and its cursors and
// pseudonyms become others, which begins an epoch. The registry's key becomes the
// store's. If that is the store's already the error is a fault.Conflict.
func (r *Registry) RekeyLost(ctx context.Context, by By) (map[string]Credentials, error) {
	made := map[string]Credentials{}
	lost, err := SealedWith(r.DB.Read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	err = r.replaceKey(ctx, r.Key, lost, by, func(tx *gorm.DB) error {
		var ids []string
		if err := tx.Model(&App{}).Order("id").Pluck("id", &ids).Error; err != nil {
			return fmt.Errorf("list the apps: %w", err)
		}
		for _, id := range ids {
			if made[id], err = r.replaceSecret(tx, id, by); err != nil {
				return err
			}
		}
		if err := tx.Where("name = ?", workKeySetting).Delete(&setting{}).Error; err != nil {
			return fmt.Errorf("drop the work key: %w", err)
		}
		return revision.Renew(tx, r.Rand)
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// replaceKey runs do in a transaction in which the store's key becomes another, with the
// change on record.
func (r *Registry) replaceKey(ctx context.Context, next secret.Key, old string, by By, do func(*gorm.DB) error) error {
	if err := by.Check(); err != nil {
		return err
	}
	switch {
	case next.ID() == "":
		return errors.New("replace the encryption key: there is no other")
	case next.ID() == old:
		return fault.New(fault.Conflict, "the store is sealed with the key %s already", old)
	}
	return r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		done := tx.Model(&setting{}).Where("name = ? AND value = ?", keySetting, old).Update("value", next.ID())
		switch {
		case done.Error != nil:
			return fmt.Errorf("replace the id of the encryption key: %w", done.Error)
		case done.RowsAffected != 1:
			return fault.New(fault.Conflict, "the store is not sealed with the key %s, or is no longer", old)
		}
		if err := do(tx); err != nil {
			return err
		}
		change := audit.Change{Action: "key.replace", Subject: "the encryption key", Before: keyNames{old}, After: keyNames{next.ID()}}
		return record(tx, "", by, change)
	})
}

// resealSecrets seals the secrets of all apps with another key.
func (r *Registry) resealSecrets(tx *gorm.DB, next secret.Key) error {
	var rows []credentials.Credential
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("sealed_secret IS NOT NULL").Order("id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("read the sealed secrets: %w", err)
	}
	for _, row := range rows {
		plain, err := r.Key.Open(row.SealedSecret, credentials.Place(row.ID))
		if err != nil {
			return fmt.Errorf("open the secret of %s: %w", row.AppID, err)
		}
		sealed, err := next.Seal(plain, credentials.Place(row.ID))
		if err == nil {
			err = tx.Model(&credentials.Credential{ID: row.ID}).Update("sealed_secret", sealed).Error
		}
		if err != nil {
			return fmt.Errorf("seal the secret of %s: %w", row.AppID, err)
		}
	}
	return nil
}

// resealWorkKey keeps the work key, sealed with another key.
func (r *Registry) resealWorkKey(tx *gorm.DB, next secret.Key) error {
	work, err := r.workKey(tx)
	if err != nil {
		return err
	}
	sealed, err := next.Seal([]byte(work.Text()), workPlace)
	if err != nil {
		return fmt.Errorf("seal the work key: %w", err)
	}
	row := setting{Name: workKeySetting, Value: base64.StdEncoding.EncodeToString(sealed)}
	if err := tx.Clauses(overValue()).Create(&row).Error; err != nil {
		return fmt.Errorf("keep the work key: %w", err)
	}
	return nil
}

// openKey reads a key that was sealed for the settings.
func openKey(with secret.Key, sealed string) (secret.Key, error) {
	bytes, err := base64.StdEncoding.DecodeString(sealed)
	var plain []byte
	if err == nil {
		plain, err = with.Open(bytes, workPlace)
	}
	if err != nil {
		return secret.Key{}, fmt.Errorf("open the work key: %w", err)
	}
	return secret.Parse(string(plain))
}

// replaceSecret gives an app a new client id and secret, on record.
func (r *Registry) replaceSecret(tx *gorm.DB, id string, by By) (Credentials, error) {
	made, change, err := r.reissue(tx, id, 0)
	if err != nil {
		return Credentials{}, err
	}
	return made, record(tx, id, by, change)
}
