package apps

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// Credentials are what a vendor is given: the id and secret of OAuth 2 client
// credentials, and the consumer key and secret of OAuth 1.0a. The secret is in
// the JSON, and in no other form that prints.
type Credentials struct {
	ClientID string `json:"client_id"`     // a random UUID
	Secret   string `json:"client_secret"` // 43 characters that need no escaping in a URL
}

// String names the credentials without their secret.
func (c Credentials) String() string { return "apps.Credentials(" + c.ClientID + ")" }

// Format writes String whatever the verb.
func (c Credentials) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue is String, for slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Rotate gives the app a new client id and secret, told here and never again. The
// old ones stop working at once, and so do the tokens that were made with them.
func (r *Registry) Rotate(ctx context.Context, id string, by By) (Credentials, error) {
	return r.rotate(ctx, id, 0, by, func(credentials.Credential) error { return nil })
}

// RotateFrom is Rotate for a person who was looking at the credentials with the
// client id, which work on for an overlap, and their tokens with them; whatever else worked
// ends at once. If those do not work any more, or are ending, the error is a fault.Conflict and
// nothing changes: a form that is sent twice does not end the secret that its
// first time told. An overlap that will not do is a fault.Invalid.
func (r *Registry) RotateFrom(ctx context.Context, id, clientID string, overlap time.Duration, by By) (Credentials, error) {
	if err := credentials.CheckOverlap(overlap); err != nil {
		return Credentials{}, err
	}
	return r.rotate(ctx, id, overlap, by, func(current credentials.Credential) error {
		if current.ClientID != clientID {
			return fault.New(fault.Conflict, "These credentials were rotated already. The secret that was shown then works; if it is lost, rotate again from the app's credentials.")
		}
		return nil
	})
}

func (r *Registry) rotate(ctx context.Context, id string, overlap time.Duration, by By, check func(credentials.Credential) error) (Credentials, error) {
	var made Credentials
	err := r.changeAfter(ctx, r.keepKey, id, by, func(tx *gorm.DB, app *App) (change audit.Change, err error) {
		old, err := credentials.Current(tx, app.ID)
		if err == nil {
			err = check(old)
		}
		if err == nil {
			made, change, err = r.reissue(tx, app.ID, overlap)
		}
		return change, err
	})
	if err != nil {
		return Credentials{}, err
	}
	return made, nil
}

// inForce is what the ledger is told of the credentials of an app: the current one, and the
// one that is ending with its end.
type inForce struct {
	Credential string        `json:"credential"`
	Ending     string        `json:"ending,omitempty"`
	Ends       moment.Moment `json:"ends,omitempty"`
}

func inForceOf(live []credentials.Credential) inForce {
	var told inForce
	for _, one := range live {
		if one.EndsAt == "" {
			told.Credential = one.ID
		} else {
			told.Ending, told.Ends = one.ID, one.EndsAt
		}
	}
	return told
}

// reissue puts a new credential in the place of an app's current one, which works on for an
// overlap.
func (r *Registry) reissue(tx *gorm.DB, app string, overlap time.Duration) (Credentials, audit.Change, error) {
	now, ends := r.now(), moment.Moment("")
	if overlap > 0 {
		ends = moment.Of(r.Clock().Add(overlap))
	}
	before, err := credentials.Live(tx, app, now)
	if err == nil {
		err = credentials.Retire(tx, app, now, ends)
	}
	if err != nil {
		return Credentials{}, audit.Change{}, err
	}
	made, err := r.issue(tx, app)
	if err != nil {
		return Credentials{}, audit.Change{}, err
	}
	after, err := credentials.Live(tx, app, now)
	return made, audit.Change{Action: "app.rotate", Before: inForceOf(before), After: inForceOf(after)}, err
}

// issue makes an app's credential.
func (r *Registry) issue(tx *gorm.DB, app string) (Credentials, error) {
	var ids [2]uuid.UUID
	for i := range ids {
		id, err := uuid.NewRandomFromReader(r.Rand)
		if err != nil {
			return Credentials{}, fmt.Errorf("make an id for a credential of %s: %w", app, err)
		}
		ids[i] = id
	}
	word, err := r.randomWord()
	if err != nil {
		return Credentials{}, fmt.Errorf("make a secret for %s: %w", app, err)
	}
	row := credentials.Credential{ID: ids[0].String(), AppID: app, ClientID: ids[1].String(), CreatedAt: r.now()}
	if row.SealedSecret, err = r.Key.Seal([]byte(word), credentials.Place(row.ID)); err != nil {
		return Credentials{}, fmt.Errorf("seal the secret of %s: %w", app, err)
	}
	if err := tx.Create(&row).Error; err != nil {
		return Credentials{}, fmt.Errorf("save a credential of %s: %w", app, err)
	}
	return Credentials{ClientID: row.ClientID, Secret: word}, nil
}

// randomWord is 32 random bytes as 43 URL-safe characters.
func (r *Registry) randomWord() (string, error) {
	var raw [32]byte
	if _, err := io.ReadFull(r.Rand, raw[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}
