package people_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/secret"
)

// The people of the tests, and a password that does.
const (
	ada      = "ada@example.org"
	bo       = "bo@example.org"
	password = "correct horse battery"
	other    = "staple battery horse"
	home     = "192.0.2.1"
)

// house is a registry with a clock that tests move.
type house struct {
	*people.Registry

	t     *testing.T
	store dbtest.Store
	key   secret.Key
	mu    sync.Mutex
	now   time.Time
}

func newHouse(t *testing.T, s dbtest.Store) *house {
	h := &house{t: t, store: s, now: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
	key, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h.key = key
	h.Registry = h.server()
	return h
}

// server is one more server on the store. Who waits there lets the clock go on, and
// passwords are cheap.
func (h *house) server() *people.Registry {
	r := people.New(h.store.DB, h.key, h.clock, rand.Reader)
	r.Cost = people.Cost{MemoryKiB: 64, Passes: 1}
	r.Wait = func(_ context.Context, d time.Duration) error {
		h.pass(d)
		return nil
	}
	return r
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// add adds a person who has set the password.
func (h *house) add(email string, role people.Role) people.Person {
	h.t.Helper()
	_, token, err := h.Add(context.Background(), people.NewPerson{Email: email, Role: role}, "cli:test")
	if err != nil {
		h.t.Fatal(err)
	}
	return h.accept(token, people.Acceptance{Password: password})
}

func (h *house) accept(token string, said people.Acceptance) people.Person {
	h.t.Helper()
	p, err := h.Accept(context.Background(), token, said)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) signIn(email string) string {
	h.t.Helper()
	in, err := h.SignIn(context.Background(), email, password, people.Origin{Client: home})
	if err != nil {
		h.t.Fatal(err)
	}
	return in.Session
}

// in reports whether a session lasts.
func (h *house) in(session string) bool {
	h.t.Helper()
	_, err := h.SignedIn(context.Background(), session)
	return err == nil
}

// row is a change as it waits in the outbox.
type row struct{ Actor, Action, Subject, Before, After string }

func (h *house) record() []row {
	h.t.Helper()
	var rows []row
	if err := h.store.DB.Read.Table("outbox").Order("id").Find(&rows).Error; err != nil {
		h.t.Fatal(err)
	}
	return rows
}
