package people_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

func TestAWrongPasswordAndAnUnknownAddressGetOneAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		if _, _, err := h.Add(ctx, people.NewPerson{Email: bo, Role: people.Auditor}, "cli:test"); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{ada, bo, "nobody@example.org", "no address", "", "a\x00b@example.org"} {
			in, err := h.SignIn(ctx, email, "wrong", people.Origin{Client: home})
			if err != people.ErrWrong || in != (people.Entry{}) {
				t.Errorf("%q: %+v %v", email, in, err)
			}
		}
	})
}

func TestAHashIsMadeAtTodaysCost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Registry = people.New(h.store.DB, h.key, h.clock, rand.Reader)
		h.add(ada, people.Admin)
		var hash string
		if err := h.store.DB.Read.Raw("SELECT password_hash FROM people").Row().Scan(&hash); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("the hash begins with %.30q", hash)
		}
	})
}

func TestEverySignInGivesANewSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		one, two := h.signIn(ada), h.signIn(ada)
		if one == two || !h.in(one) || !h.in(two) {
			t.Error("two sign-ins share a session, or one of them ended")
		}
		if err := h.SignOut(ctx, one, ada); err != nil {
			t.Fatal(err)
		}
		if h.in(one) || !h.in(two) {
			t.Error("signing out ended the other session, or not its own")
		}
		for _, made := range []string{"", "chosen-by-somebody-else", one + "x"} {
			if h.in(made) {
				t.Errorf("the token %q is a session", made)
			}
		}
	})
}

func TestASessionEndsWhenIdleAndInTheEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		idle := h.signIn(ada)
		h.pass(people.IdleTime - time.Second)
		if !h.in(idle) {
			t.Error("over before the time")
		}
		h.pass(people.IdleTime)
		if h.in(idle) {
			t.Error("still there after an idle hour")
		}
		busy := h.signIn(ada)
		pages := 0
		for h.in(busy) {
			h.pass(30 * time.Minute)
			pages++
		}
		if lasted := time.Duration(pages) * 30 * time.Minute; lasted != people.AbsoluteTime {
			t.Errorf("a busy session lasted %s, want %s", lasted, people.AbsoluteTime)
		}
	})
}

func TestWhatEndsEverySessionOfAPerson(t *testing.T) {
	deeds := map[string]func(h *house, p people.Person) error{
		"signing out everywhere": func(h *house, p people.Person) error { return h.SignOutEverywhere(ctx, p.ID, ada) },
		"being removed":          func(h *house, p people.Person) error { return h.Remove(ctx, p.ID, ada) },
		"changing the password": func(h *house, p people.Person) error {
			fresh, err := h.ChangePassword(ctx, p.ID, password, other)
			if err == nil && !h.in(fresh) {
				return fmt.Errorf("who changed it is signed out too")
			}
			return err
		},
		"setting one by link": func(h *house, p people.Person) error {
			link, err := h.Invite(ctx, p.ID, ada)
			if err != nil {
				return err
			}
			_, err = h.Accept(ctx, link, people.Acceptance{Password: other})
			return err
		},
	}
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		mine := h.signIn(ada)
		for name, deed := range deeds {
			p := h.add(fmt.Sprintf("%d@example.org", len(name)), people.Auditor)
			one, two := h.signIn(p.Email), h.signIn(p.Email)
			if err := deed(h, p); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if h.in(one) || h.in(two) {
				t.Errorf("%s left a session", name)
			}
			if !h.in(mine) {
				t.Errorf("%s ended the session of somebody else", name)
			}
		}
	})
}

func TestANewRoleHoldsForTheNextPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		p := h.add(bo, people.Admin)
		session := h.signIn(bo)
		if err := h.SetRole(ctx, p.ID, people.Auditor, ada); err != nil {
			t.Fatal(err)
		}
		if now, err := h.SignedIn(ctx, session); err != nil || now.Role != people.Auditor {
			t.Errorf("the session is of %+v, err %v", now, err)
		}
	})
}

func TestChangingAPasswordNeedsTheCurrentOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.add(ada, people.Admin)
		if _, err := h.ChangePassword(ctx, p.ID, "wrong", other); err != people.ErrWrong {
			t.Errorf("a wrong one: %v", err)
		}
		if _, err := h.ChangePassword(ctx, p.ID, password, "short"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a short new one: %v", err)
		}
		h.signIn(ada)
		if _, err := h.ChangePassword(ctx, p.ID, password, other); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(ctx, ada, password, people.Origin{Client: home}); err != people.ErrWrong {
			t.Errorf("the old one still works: %v", err)
		}
	})
}
