package apps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
)

// TokenLife is how long an access token works.
const TokenLife = time.Hour

// IssueToken makes an access token for a caller that Authenticate let in: 43
// characters that say nothing, good for the scopes until the returned instant, which is
// no later than the end of the credential.
// Tokens of the app that have expired are removed in passing. A caller that was
// suspended, or whose secret was rotated, meanwhile is a fault.Unauthenticated; a
// scope that does not exist, or none at all, is a fault.Invalid.
func (r *Registry) IssueToken(ctx context.Context, caller Caller, scopes []catalog.TokenScope) (string, time.Time, error) {
	for _, scope := range scopes {
		if !slices.Contains(catalog.TokenScopes(), scope) {
			return "", time.Time{}, fault.New(fault.Invalid, "no scope is called %q", likeness.Echo(string(scope)))
		}
	}
	if len(scopes) == 0 {
		return "", time.Time{}, fault.New(fault.Invalid, "a token needs a scope")
	}
	word, err := r.randomWord()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("make a token for %s: %w", caller.App, err)
	}
	expires := r.Clock().Add(TokenLife).UTC().Truncate(time.Millisecond)
	if !caller.Expires.IsZero() && caller.Expires.Before(expires) {
		expires = caller.Expires
	}
	row := credentials.Token{Hash: credentials.Hash(word), AppID: caller.App, CredentialID: caller.Credential, Scopes: joined(scopes), ExpiresAt: moment.Of(expires)}
	err = r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return r.save(tx, row) })
	if err != nil {
		return "", time.Time{}, err
	}
	return word, expires, nil
}

// save keeps a token. It holds the app before any token of it, as those do who rotate its
// secret or delete it: two who come at once wait for one another's end, never both.
func (r *Registry) save(tx *gorm.DB, row credentials.Token) error {
	_, err := find(tx, row.AppID, clause.Locking{Strength: "KEY SHARE"})
	if fault.Is(err, fault.NotFound) {
		return wrongCredentials()
	}
	if err != nil {
		return err
	}
	var working int64
	err = tx.Model(&credentials.Credential{}).Joins("JOIN apps ON apps.id = credentials.app_id").
		Where("credentials.id = ? AND credentials.app_id = ? AND revoked_at IS NULL AND (ends_at = '' OR ends_at > ?) AND apps.state = ?", row.CredentialID, row.AppID, r.now(), Enabled).
		Count(&working).Error
	if err != nil {
		return fmt.Errorf("look up the credential of %s: %w", row.AppID, err)
	}
	if working == 0 {
		return wrongCredentials()
	}
	if err := credentials.Wipe(tx, row.AppID, r.now()); err != nil {
		return err
	}
	if err := tx.Where("app_id = ? AND expires_at <= ?", row.AppID, r.now()).Delete(&credentials.Token{}).Error; err != nil {
		return fmt.Errorf("drop the expired tokens of %s: %w", row.AppID, err)
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("save a token of %s: %w", row.AppID, err)
	}
	return nil
}

func joined(scopes []catalog.TokenScope) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	return strings.Join(words, " ")
}
