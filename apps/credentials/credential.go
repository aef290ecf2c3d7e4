package credentials

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/moment"
)

// Credential is a row. A revoked one stays, without its secret, so that who came with it
// can still be told. One that ended by itself keeps its sealed secret until the app's next
// token or rotation; it opens nothing any more.
type Credential struct {
	ID           string        `json:"-"`
	AppID        string        `json:"-"`
	ClientID     string        `json:"client_id"`
	SealedSecret []byte        `json:"-"`
	CreatedAt    moment.Moment `json:"created_at"`
	EndsAt       moment.Moment `json:"ends_at,omitempty"`      // of one that another has followed
	UsedAt       moment.Moment `json:"last_used_at,omitempty"` // to the minute
	RevokedAt    *string       `json:"-"`
}

// Token is a row. The token itself is not in it, only its SHA-256.
type Token struct {
	Hash         []byte `gorm:"primaryKey"`
	AppID        string
	CredentialID string
	Scopes       string // with blanks between
	ExpiresAt    moment.Moment
}

// Place is where a credential's secret is kept: a sealed secret that is copied into another
// row does not open.
func Place(id string) string { return "credentials/" + id + "/sealed_secret" }

// Current is the credential that an app has and that does not end, as tx sees it.
func Current(tx *gorm.DB, app string) (Credential, error) {
	var row Credential
	err := tx.Where("app_id = ? AND revoked_at IS NULL AND ends_at = ''", app).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, fmt.Errorf("read the credential of %s: there is none", app)
	}
	if err != nil {
		return row, fmt.Errorf("read the credential of %s: %w", app, err)
	}
	return row, nil
}

// Live are the credentials of an app that work at an instant: the current one, and behind it
// the one that is ending, if any.
func Live(tx *gorm.DB, app string, now moment.Moment) ([]Credential, error) {
	var rows []Credential
	err := tx.Where("app_id = ? AND revoked_at IS NULL AND (ends_at = '' OR ends_at > ?)", app, now).Order("ends_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the credentials of %s: %w", app, err)
	}
	return rows, nil
}

// Retire makes room for another credential of an app. The current one works until it ends,
// which is now where ends is empty. One that was ending already ends now, so that an app never
// has more than two.
func Retire(tx *gorm.DB, app string, now, ends moment.Moment) error {
	var rows []Credential
	if err := tx.Where("app_id = ? AND revoked_at IS NULL", app).Order("id").Find(&rows).Error; err != nil {
		return fmt.Errorf("read the credentials of %s: %w", app, err)
	}
	for _, row := range rows {
		if row.EndsAt != "" || ends == "" {
			if err := revoke(tx, row, now); err != nil {
				return err
			}
			continue
		}
		if err := tx.Model(&Credential{ID: row.ID}).Update("ends_at", ends).Error; err != nil {
			return fmt.Errorf("end a credential of %s: %w", app, err)
		}
	}
	return nil
}

// Wipe takes the secrets of those credentials of an app that have ended.
func Wipe(tx *gorm.DB, app string, now moment.Moment) error {
	gone := map[string]any{"revoked_at": gorm.Expr("ends_at"), "sealed_secret": nil}
	err := tx.Model(&Credential{}).Where("app_id = ? AND revoked_at IS NULL AND ends_at <> '' AND ends_at <= ?", app, now).Updates(gone).Error
	if err != nil {
		return fmt.Errorf("take the secrets of %s that have ended: %w", app, err)
	}
	return nil
}

// revoke ends a credential, and the tokens that were made with it.
func revoke(tx *gorm.DB, old Credential, now moment.Moment) error {
	gone := map[string]any{"revoked_at": now, "sealed_secret": nil}
	if err := tx.Model(&old).Updates(gone).Error; err != nil {
		return fmt.Errorf("revoke a credential of %s: %w", old.AppID, err)
	}
	if err := tx.Where("credential_id = ?", old.ID).Delete(&Token{}).Error; err != nil {
		return fmt.Errorf("drop the tokens of %s: %w", old.AppID, err)
	}
	return nil
}
