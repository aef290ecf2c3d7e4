package apps_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/secret"
)

var ada = apps.By{Actor: "cli:ada", Reason: "contract 12 was signed"}

// district is a store with a registry, on a clock that stands still.
type district struct {
	*apps.Registry
	t     testing.TB
	ctx   context.Context
	store dbtest.Store
	clock *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func each(t *testing.T, fn func(t *testing.T, d district)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) { fn(t, open(t, s)) })
}

func open(t testing.TB, s dbtest.Store) district {
	t.Helper()
	c := &clock{now: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
	registry := &apps.Registry{DB: s.DB, Key: newKey(t), Clock: c.read, Rand: rand.Reader, Engine: rules}
	return district{Registry: registry, t: t, ctx: context.Background(), store: s, clock: c}
}

func newKey(t testing.TB) secret.Key {
	t.Helper()
	key, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// must ends the test on an error.
func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// add registers an app, enabled.
func (d district) add(preset string) apps.Credentials {
	d.t.Helper()
	app, credentials, err := d.Create(d.ctx, apps.NewApp{Preset: preset}, ada)
	if err != nil {
		d.t.Fatal(err)
	}
	d.check(d.Enable(d.ctx, app.ID, ada))
	return credentials
}

func (d district) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// token signs in and takes a token for every scope.
func (d district) token(c apps.Credentials) string {
	d.t.Helper()
	caller, err := d.Authenticate(d.ctx, c.ClientID, c.Secret)
	d.check(err)
	token, _, err := d.IssueToken(d.ctx, caller, catalog.TokenScopes())
	d.check(err)
	return token
}

// seen tells the roster of keys that an import found and nobody reviewed.
func (d district) seen(keys ...roster.Key) {
	d.t.Helper()
	for _, k := range keys {
		k.FirstSeen, k.LastSeen = "2026-08-01T00:00:00.000Z", "2026-08-01T00:00:00.000Z"
		d.check(d.DB.Write.Create(&k).Error)
	}
}

// reviewed lists the names of the keys that somebody reviewed for an app.
func (d district) reviewed(app string) []string {
	d.t.Helper()
	var names []string
	for _, k := range must[[]roster.Key](d.t)(d.Keys(d.ctx, app)) {
		if k.Reviewed {
			names = append(names, k.Name)
		}
	}
	return names
}

func (d district) stamp() revision.Stamp {
	d.t.Helper()
	return must[revision.Stamp](d.t)(revision.Read(d.DB.Read))
}

func key(name string) roster.Key {
	return roster.Key{Entity: "demographics", Bag: catalog.Metadata, Name: name, Present: true}
}

func idType(name string) roster.Key {
	return roster.Key{Entity: "users", Bag: catalog.UserIDs, Name: name, Present: true}
}

func wantFault(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("the error is %v; want the fault %q", err, kind)
	}
}

// sqlite opens a district on SQLite alone, for what no database changes.
func sqlite(t testing.TB) district {
	t.Helper()
	return open(t, dbtest.New(t, database.SQLite))
}
