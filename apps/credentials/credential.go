package credentials

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/moment"
)

// Credential is a row. A revoked one stays, without its secret, so that who came with it
// can still be told.
type Credential struct {
	ID           string
	AppID        string
	ClientID     string
	SealedSecret []byte
	CreatedAt    moment.Moment
	RevokedAt    *string
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

// Current is the credential that an app has, as tx sees it.
func Current(tx *gorm.DB, app string) (Credential, error) {
	var row Credential
	err := tx.Where("app_id = ? AND revoked_at IS NULL", app).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, fmt.Errorf("read the credential of %s: there is none", app)
	}
	if err != nil {
		return row, fmt.Errorf("read the credential of %s: %w", app, err)
	}
	return row, nil
}

// Revoke ends a credential, and the tokens that were made with it.
func Revoke(tx *gorm.DB, old Credential, now moment.Moment) error {
	gone := map[string]any{"revoked_at": now, "sealed_secret": nil}
	if err := tx.Model(&old).Updates(gone).Error; err != nil {
		return fmt.Errorf("revoke a credential of %s: %w", old.AppID, err)
	}
	if err := tx.Where("credential_id = ?", old.ID).Delete(&Token{}).Error; err != nil {
		return fmt.Errorf("drop the tokens of %s: %w", old.AppID, err)
	}
	return nil
}
