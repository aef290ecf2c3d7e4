package apps

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
)

// Caller is who a request comes from, as of one stamp.
//
// The checks return one beside their errors, too, so that a refusal can be
// recorded: its Stamp is always set, and its App and State are those of the app
// that the id or the token belongs to, if any. Such a Caller has no Credential
// and no TokenScopes, and can do nothing.
type Caller struct {
	App         string
	State       State
	Credential  string               // the id of the credential's row
	TokenScopes []catalog.TokenScope // of a token; without one all that the grant gives
	Expires     time.Time            // of a token; zero otherwise
	Stamp       revision.Stamp
}

// The statements of the checks answer with one row whether or not anything is
// found, for a refusal carries the stamp as well: what they select goes before it,
// where they look behind it. The names stand for the stamp (s) and the tables
// credentials (c), apps (a) and tokens (t).
type statement struct{ selects, joins string }

var (
	clientStatement = statement{
		"a.id, a.state, c.id, c.revoked_at, c.sealed_secret, NULL, NULL",
		"LEFT JOIN credentials AS c ON c.client_id = ? LEFT JOIN apps AS a ON a.id = c.app_id",
	}
	tokenStatement = statement{
		"a.id, a.state, c.id, c.revoked_at, NULL, t.scopes, t.expires_at",
		"LEFT JOIN tokens AS t ON t.hash = ?" +
			" LEFT JOIN credentials AS c ON c.id = t.credential_id LEFT JOIN apps AS a ON a.id = c.app_id",
	}
)

func (s statement) text(d database.Dialect) string {
	return "SELECT " + s.selects + ", s.* FROM " + revision.Table(d) + " AS s " + s.joins
}

// answer is what the statements answer; what was not found is not Valid.
type answer struct {
	app, state, credential, revoked, scopes, expires sql.NullString
	sealed                                           []byte
	stamp                                            revision.Stamp
}

// working reports whether a credential was found that was not revoked.
func (a answer) working() bool { return a.credential.Valid && !a.revoked.Valid }

// refused is a Caller to record and nothing more.
func (a answer) refused() Caller {
	return Caller{App: a.app.String, State: State(a.state.String), Stamp: a.stamp}
}

func (a answer) caller() Caller {
	c := a.refused()
	c.Credential = a.credential.String
	return c
}

// Authenticate checks OAuth 2 client credentials. An unknown id, a revoked one
// and a wrong secret are the same fault.Unauthenticated. Right credentials of an
// app that is not enabled are a fault.Denied.
func (r *Registry) Authenticate(ctx context.Context, clientID, secretText string) (Caller, error) {
	known, caller, err := r.ConsumerSecret(ctx, clientID)
	if err != nil && !fault.Is(err, fault.Denied) {
		return caller, err
	}
	if subtle.ConstantTimeCompare([]byte(known), []byte(secretText)) != 1 {
		return Caller{App: caller.App, State: caller.State, Stamp: caller.Stamp}, wrongCredentials()
	}
	return caller, err
}

// ConsumerSecret finds the secret by which an OAuth 1.0a signature is checked.
// Errors are those of Authenticate. With a fault.Denied the secret is returned as
// well: whoever checks the signature first can tell a suspended app from somebody
// who only knows its id.
func (r *Registry) ConsumerSecret(ctx context.Context, clientID string) (string, Caller, error) {
	found, err := r.ask(ctx, clientStatement, storable(clientID))
	if err != nil {
		return "", Caller{}, fmt.Errorf("look up a credential: %w", err)
	}
	if !found.working() {
		return "", found.refused(), wrongCredentials()
	}
	known, err := r.Key.Open(found.sealed, place(found.credential.String))
	if err != nil {
		if held := r.HoldsKey(r.DB.Read.WithContext(ctx)); held != nil {
			err = held // what another key sealed says nothing about the credential
		}
		return "", found.refused(), fmt.Errorf("look up a credential of %s: %w", found.app.String, err)
	}
	caller := found.caller()
	return string(known), caller, caller.admit()
}

// Bearer checks an access token. An unknown token, an expired one and one of a
// revoked credential are the same fault.Unauthenticated. A token of an app that
// is not enabled is a fault.Denied.
func (r *Registry) Bearer(ctx context.Context, token string) (Caller, error) {
	hash := sha256.Sum256([]byte(token))
	found, err := r.ask(ctx, tokenStatement, hash[:])
	if err != nil {
		return Caller{}, fmt.Errorf("look up a token: %w", err)
	}
	if !found.working() || moment.Moment(found.expires.String) <= r.now() {
		return found.refused(), fault.New(fault.Unauthenticated, "the token is unknown, or it has expired")
	}
	caller := found.caller()
	for scope := range strings.FieldsSeq(found.scopes.String) {
		caller.TokenScopes = append(caller.TokenScopes, catalog.TokenScope(scope))
	}
	if caller.Expires, err = moment.Moment(found.expires.String).Time(); err != nil {
		return found.refused(), fmt.Errorf("read the expiry of a token of %s: %w", caller.App, err)
	}
	return caller, caller.admit()
}

func (r *Registry) ask(ctx context.Context, s statement, arg any) (answer, error) {
	var a answer
	var now revision.Reading
	ctx, stop := database.Lookup(ctx)
	defer stop()
	err := r.DB.Row(ctx, s.text(r.DB.Dialect), arg).Scan(append([]any{
		&a.app, &a.state, &a.credential, &a.revoked, &a.sealed, &a.scopes, &a.expires,
	}, now.Columns()...)...)
	if err == nil {
		a.stamp, err = now.Stamp()
	}
	return a, err
}

// admit refuses whoever is known but not enabled.
func (c Caller) admit() error {
	switch c.State {
	case Enabled:
		return nil
	case Pending:
		return fault.New(fault.Denied, "the app has not been enabled yet")
	}
	return fault.New(fault.Denied, "the app is suspended")
}

func wrongCredentials() error {
	return fault.New(fault.Unauthenticated, "the credentials are unknown or wrong")
}

// storable is a text that any database takes as an argument: one that none could
// hold becomes empty, and finds nothing.
func storable(text string) string {
	if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
		return ""
	}
	return text
}
