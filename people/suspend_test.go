package people_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

func TestWhoIsSuspendedIsOutAtOnceAndComesBackWithTheSamePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(ada, people.Admin)
		p := h.add(bo, people.Auditor)
		session := h.signIn(bo)
		link, err := h.Invite(ctx, p.ID, ada)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time changes nothing
			if err := h.Suspend(ctx, p.ID, "cli:test"); err != nil {
				t.Fatal(err)
			}
		}
		if h.in(session) {
			t.Error("the session goes on")
		}
		_, wrong := h.SignIn(ctx, bo, "not the password at all", people.Origin{Client: home})
		if _, err := h.SignIn(ctx, bo, password, people.Origin{Client: home}); !errors.Is(err, people.ErrWrong) || !errors.Is(wrong, people.ErrWrong) {
			t.Errorf("the right password is answered %v, a wrong one %v", err, wrong)
		}
		if _, err := h.Accept(ctx, link, people.Acceptance{Password: other}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link: %v", err)
		}
		if _, err := h.Invite(ctx, p.ID, ada); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "suspended") {
			t.Errorf("a new link: %v", err)
		}
		if found, err := h.Find(ctx, p.ID); err != nil || found.SuspendedAt == "" {
			t.Errorf("found %+v, %v", found, err)
		}

		for range 2 {
			if err := h.LetIn(ctx, p.ID, "cli:test"); err != nil {
				t.Fatal(err)
			}
		}
		if h.in(session) {
			t.Error("the old session is back")
		}
		if !h.in(h.signIn(bo)) {
			t.Error("the password no longer works")
		}
		var told []string
		for _, r := range h.record() {
			if r.Actor == "cli:test" && r.Subject == bo && r.Action != "person.add" {
				told = append(told, r.Action)
			}
		}
		if strings.Join(told, " ") != "person.suspend person.enable" {
			t.Errorf("on record is %q", told)
		}
	})
}

func TestTheLastAdminWhoCanSignInIsNotSuspended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, second := h.add(ada, people.Admin), h.add(bo, people.Admin)
		if err := h.Suspend(ctx, second.ID, ada); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"suspended":       h.Suspend(ctx, first.ID, ada),
			"removed":         h.Remove(ctx, first.ID, ada),
			"made an auditor": h.SetRole(ctx, first.ID, people.Auditor, ada),
		} {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s beside one who is suspended: %v", name, err)
			}
		}
		if err := h.LetIn(ctx, second.ID, ada); err != nil {
			t.Fatal(err)
		}
		if err := h.Suspend(ctx, first.ID, bo); err != nil {
			t.Error(err)
		}
	})
}

func TestTheStoreKnowsHowTheServerThatStartedLastIsReached(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, expected := range []string{"", "http://127.0.0.1:8080", "https://roster.example.org", "https://roster.example.org"} {
			if expected != "" {
				if err := h.KeepPublicURL(ctx, expected); err != nil {
					t.Fatal(err)
				}
			}
			if url, err := h.PublicURL(ctx); err != nil || url != expected {
				t.Errorf("it is %q, %v, wanted %q", url, err, expected)
			}
		}
		if _, err := h.District(ctx); err != nil {
			t.Error(err)
		}
	})
}

// A suspension, or whatever else ends every session, that comes while a new password is
// worked out: the change would begin a session behind it.
func TestWhoseSessionsEndWhileTheyChangeTheirPasswordIsOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Cost = people.New(h.store.DB, h.key, h.clock, rand.Reader).Cost // so that there is time for a change in its middle
		h.add(ada, people.Admin)
		p := h.add(bo, people.Auditor)
		session := ""
		err := meanwhile(func() (err error) {
			session, err = h.ChangePassword(ctx, p.ID, password, other)
			return err
		}, func() error {
			if err := h.Suspend(ctx, p.ID, "cli:test"); err != nil {
				return err
			}
			return h.LetIn(ctx, p.ID, "cli:test")
		})
		if !fault.Is(err, fault.Conflict) || session != "" {
			t.Errorf("the password is changed behind it: %v", err)
		}
		if !h.in(h.signIn(bo)) {
			t.Error("the old password no longer works")
		}
	})
}

func TestAnAdminWhoCannotSignInYetIsNotTheLastOneWhoCan(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mistyped, _, err := h.Add(ctx, people.NewPerson{Email: "adda@example.org", Role: people.Admin}, "cli:test")
		if err == nil {
			err = h.Remove(ctx, mistyped.ID, "cli:test")
		}
		if err != nil {
			t.Error(err)
		}
		p := h.add(ada, people.Admin)
		if err := h.Remove(ctx, p.ID, "cli:test"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the last who can sign in is removed: %v", err)
		}
	})
}
