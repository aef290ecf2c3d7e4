package apps

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
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
	Expires     time.Time            // of a token, or of a credential that is ending; zero otherwise
	Stamp       revision.Stamp
}

// refused is a Caller to record and nothing more.
func refused(f credentials.Found) Caller {
	return Caller{App: f.App.String, State: State(f.State.String), Stamp: f.Stamp}
}

func callerOf(f credentials.Found) (c Caller, err error) {
	c = refused(f)
	c.Credential = f.Credential.String
	if end := f.End(); end != "" {
		if c.Expires, err = end.Time(); err != nil {
			return refused(f), fmt.Errorf("read the end of a credential of %s: %w", c.App, err)
		}
	}
	return c, nil
}

// Authenticate checks OAuth 2 client credentials. An unknown id, one that
// was revoked or has ended and a wrong secret are the same fault.Unauthenticated. Right credentials of an
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
	found, err := credentials.ByClient(ctx, r.DB, storable(clientID))
	if err != nil {
		return "", Caller{}, fmt.Errorf("look up a credential: %w", err)
	}
	if !found.Working(r.now()) {
		return "", refused(found), wrongCredentials()
	}
	known, err := r.Key.Open(found.Sealed, credentials.Place(found.Credential.String))
	if err != nil {
		if held := r.HoldsKey(r.DB.Read.WithContext(ctx)); held != nil {
			err = held // what another key sealed says nothing about the credential
		}
		return "", refused(found), fmt.Errorf("look up a credential of %s: %w", found.App.String, err)
	}
	caller, err := callerOf(found)
	if err != nil {
		return "", caller, err
	}
	return string(known), caller, caller.admit()
}

// Bearer checks an access token. An unknown token, an expired one and one of a
// credential that was revoked or has ended are the same fault.Unauthenticated. A token of an app that
// is not enabled is a fault.Denied.
func (r *Registry) Bearer(ctx context.Context, token string) (Caller, error) {
	found, err := credentials.ByToken(ctx, r.DB, token)
	if err != nil {
		return Caller{}, fmt.Errorf("look up a token: %w", err)
	}
	if !found.Working(r.now()) {
		return refused(found), fault.New(fault.Unauthenticated, "the token is unknown, or it has expired")
	}
	caller, err := callerOf(found)
	if err != nil {
		return caller, err
	}
	for scope := range strings.FieldsSeq(found.Scopes.String) {
		caller.TokenScopes = append(caller.TokenScopes, catalog.TokenScope(scope))
	}
	return caller, caller.admit()
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
