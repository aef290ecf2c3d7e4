package credentials

import (
	"context"
	"crypto/sha256"
	"database/sql"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
)

// The statements of the checks answer with one row whether or not anything is
// found, for a refusal carries the stamp as well: what they select goes before it,
// where they look behind it. The names stand for the stamp (s) and the tables
// credentials (c), apps (a) and tokens (t).
type statement struct{ selects, joins string }

var (
	clientStatement = statement{
		"a.id, a.state, c.id, c.revoked_at, c.ends_at, c.sealed_secret, NULL, NULL",
		"LEFT JOIN credentials AS c ON c.client_id = ? LEFT JOIN apps AS a ON a.id = c.app_id",
	}
	tokenStatement = statement{
		"a.id, a.state, c.id, c.revoked_at, c.ends_at, NULL, t.scopes, t.expires_at",
		"LEFT JOIN tokens AS t ON t.hash = ?" +
			" LEFT JOIN credentials AS c ON c.id = t.credential_id LEFT JOIN apps AS a ON a.id = c.app_id",
	}
)

func (s statement) text(d database.Dialect) string {
	return "SELECT " + s.selects + ", s.* FROM " + revision.Table(d) + " AS s " + s.joins
}

// Found is what a check finds; what it did not find is not Valid.
type Found struct {
	App, State, Credential sql.NullString
	Sealed                 []byte         // the secret, of a client id
	Scopes                 sql.NullString // of a token
	Stamp                  revision.Stamp

	revoked, ends, expires sql.NullString
}

// Working reports whether a credential was found that was not revoked, and a token that has
// not expired where one was looked for.
func (f Found) Working(now moment.Moment) bool {
	end := f.End()
	return f.Credential.Valid && !f.revoked.Valid && (end == "" || now < end)
}

// End is when what was found stops working: a token when it expires, or before that with its
// credential. It is empty where that is not known.
func (f Found) End() moment.Moment {
	token, credential := moment.Moment(f.expires.String), moment.Moment(f.ends.String)
	if token == "" || credential != "" && credential < token {
		return credential
	}
	return token
}

// ByClient finds whose a client id is, which must be a text that a database takes.
func ByClient(ctx context.Context, db *database.Database, clientID string) (Found, error) {
	return find(ctx, db, clientStatement, clientID)
}

// ByToken finds whose a token is.
func ByToken(ctx context.Context, db *database.Database, token string) (Found, error) {
	return find(ctx, db, tokenStatement, Hash(token))
}

// Hash is all that is kept of a token.
func Hash(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

func find(ctx context.Context, db *database.Database, s statement, arg any) (Found, error) {
	var f Found
	var now revision.Reading
	ctx, stop := database.Lookup(ctx)
	defer stop()
	err := db.Row(ctx, s.text(db.Dialect), arg).Scan(append([]any{
		&f.App, &f.State, &f.Credential, &f.revoked, &f.ends, &f.Sealed, &f.Scopes, &f.expires,
	}, now.Columns()...)...)
	if err == nil {
		f.Stamp, err = now.Stamp()
	}
	return f, err
}
