package people_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

var ctx = context.Background()

func each(t *testing.T, story func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) { story(t, newHouse(t, s)) })
}

func TestAPersonIsAddedSetsAPasswordAndSignsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, token, err := h.Add(ctx, people.NewPerson{Email: "  Ada@Example.org ", Name: "Ada", Role: people.Auditor}, "cli:test")
		if err != nil || p.Email != ada || !p.Waiting {
			t.Fatalf("added %+v, err %v", p, err)
		}
		if _, err := h.SignIn(ctx, ada, "", people.Origin{Client: home}); err != people.ErrWrong {
			t.Errorf("before a password is set: %v", err)
		}
		h.accept(token, people.Acceptance{Name: "Ada L.", Email: "someone@else.example", Password: password})
		in, err := h.SignIn(ctx, "ADA@example.org", password, people.Origin{Client: home})
		p = in.Person
		if err != nil || p.Email != ada || p.Name != "Ada L." || p.Role != people.Auditor || p.Waiting {
			t.Errorf("signed in as %+v, err %v", p, err)
		}
	})
}

func TestWhatWillNotDoIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, wanted := range []people.NewPerson{
			{Email: "", Role: people.Admin},
			{Email: "ada", Role: people.Admin},
			{Email: "a b@example.org", Role: people.Admin},
			{Email: "a\x00@example.org", Role: people.Admin},
			{Email: ada, Role: "owner"},
			{Email: ada, Role: ""},
			{Email: ada, Role: people.Admin, Name: "two\nlines"},
		} {
			if _, _, err := h.Add(ctx, wanted, "cli:test"); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+q: %v", wanted, err)
			}
		}
		h.add(ada, people.Admin)
		if _, _, err := h.Add(ctx, people.NewPerson{Email: "ADA@example.org", Role: people.Admin}, "cli:test"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same address again: %v", err)
		}
		_, token, err := h.Add(ctx, people.NewPerson{Email: bo, Role: people.Auditor}, "cli:test")
		if err != nil {
			t.Fatal(err)
		}
		for _, weak := range []string{"", "short", strings.Repeat("a", 40), "   bo@EXAMPLE.org  ", strings.Repeat("ab", 200)} {
			if _, err := h.Accept(ctx, token, people.Acceptance{Password: weak}); !fault.Is(err, fault.Invalid) {
				t.Errorf("the password %q: %v", weak, err)
			}
		}
		h.accept(token, people.Acceptance{Password: password})
	})
}

func TestALinkWorksOnceAndForTwoDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.add(ada, people.Admin)
		first, err := h.Invite(ctx, p.ID, ada)
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.Invite(ctx, p.ID, ada)
		if err != nil {
			t.Fatal(err)
		}
		gone := func(why, token string) {
			t.Helper()
			if _, err := h.Invited(ctx, token); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: shown, %v", why, err)
			}
			if _, err := h.Accept(ctx, token, people.Acceptance{Password: other}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: used, %v", why, err)
			}
		}
		gone("a link that was replaced", first)
		gone("no link", "")
		gone("a guess", strings.Repeat("A", 43))
		h.accept(second, people.Acceptance{Password: password})
		gone("a used link", second)
		late, err := h.Invite(ctx, p.ID, ada)
		if err != nil {
			t.Fatal(err)
		}
		h.pass(47 * time.Hour)
		if _, err := h.Invited(ctx, late); err != nil {
			t.Errorf("after 47 hours: %v", err)
		}
		h.pass(time.Hour)
		gone("a link of two days", late)
	})
}

func TestALinkThatIsAskedForTwiceIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.add(ada, people.Admin)
		until := func() string {
			t.Helper()
			text, err := h.LinkUntil(ctx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		if had := until(); had != "" {
			t.Fatalf("a link works until %q before one was made", had)
		}
		token, err := h.InviteAfter(ctx, p.ID, "", ada)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.InviteAfter(ctx, p.ID, "", ada); !fault.Is(err, fault.Conflict) {
			t.Errorf("again: %v", err)
		}
		if _, err := h.Invited(ctx, token); err != nil {
			t.Errorf("the link that was told: %v", err)
		}
		had := until()
		h.pass(time.Hour)
		if _, err := h.InviteAfter(ctx, p.ID, had, ada); err != nil {
			t.Errorf("by somebody who saw that link: %v", err)
		}
		h.pass(48 * time.Hour)
		if had := until(); had != "" {
			t.Errorf("a link that is too old works until %q", had)
		}
	})
}

func TestTheFirstAdminNamesThemselves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old, err := h.InviteFirst(ctx, "cli:test")
		if err != nil || old == "" {
			t.Fatalf("token %q, err %v", old, err)
		}
		token, err := h.InviteFirst(ctx, "cli:test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Invited(ctx, old); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link of an earlier start: %v", err)
		}
		if _, err := h.Accept(ctx, token, people.Acceptance{Password: password}); !fault.Is(err, fault.Invalid) {
			t.Errorf("without an address: %v", err)
		}
		p := h.accept(token, people.Acceptance{Email: ada, Name: "Ada", Password: password})
		if p.Role != people.Admin || p.Email != ada {
			t.Errorf("the first admin is %+v", p)
		}
		if again, err := h.InviteFirst(ctx, "cli:test"); again != "" || err != nil {
			t.Errorf("with an admin there: token %q, err %v", again, err)
		}
	})
}

func TestAnAdminAddedMeanwhileEndsTheFirstAdminsLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token, err := h.InviteFirst(ctx, "cli:test")
		if err != nil {
			t.Fatal(err)
		}
		h.add(ada, people.Admin)
		if _, err := h.Accept(ctx, token, people.Acceptance{Email: bo, Password: password}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link still works: %v", err)
		}
	})
}

func TestTheLastAdminStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.add(ada, people.Admin)
		refused := func(why string) {
			t.Helper()
			if err := h.Remove(ctx, first.ID, ada); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: removed, %v", why, err)
			}
			if err := h.SetRole(ctx, first.ID, people.Auditor, ada); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: made an auditor, %v", why, err)
			}
		}
		refused("alone")
		h.add("cy@example.org", people.Auditor)
		refused("beside an auditor")
		second, token, err := h.Add(ctx, people.NewPerson{Email: bo, Role: people.Admin}, ada)
		if err != nil {
			t.Fatal(err)
		}
		refused("beside an admin who never set a password")
		h.accept(token, people.Acceptance{Password: password})
		if err := h.SetRole(ctx, first.ID, people.Auditor, second.Email); err != nil {
			t.Errorf("beside another admin: %v", err)
		}
		if err := h.Remove(ctx, first.ID, second.Email); err != nil {
			t.Error(err)
		}
		if _, err := h.Find(ctx, first.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("found after being removed: %v", err)
		}
	})
}

func TestOfTwoAdminsWhoRemoveEachOtherOneRemains(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, b := h.add(ada, people.Admin), h.add(bo, people.Admin)
		done := make(chan error, 2)
		for _, pair := range [][2]people.Person{{a, b}, {b, a}} {
			go func() { done <- h.Remove(ctx, pair[0].ID, pair[1].Email) }()
		}
		one, two := <-done, <-done
		if (one == nil) == (two == nil) {
			t.Errorf("errors %v and %v: want one of them", one, two)
		}
		if left, err := h.List(ctx); err != nil || len(left) != 1 {
			t.Errorf("%d remain, err %v", len(left), err)
		}
	})
}

func TestTheDistrictIsSavedAndOnRecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, wrong := range []people.District{{Name: "D", TimeZone: "Mars/Base"}, {Name: "D"}, {Name: "D", TimeZone: "Local"}, {Name: "a\nb", TimeZone: "UTC"}} {
			if err := h.SaveDistrict(ctx, wrong, ada); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		want := people.District{Name: "Green Valley", TimeZone: "America/Denver"}
		for range 2 {
			if err := h.SaveDistrict(ctx, want, ada); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := h.District(ctx); err != nil || got != want || got.Zone().String() != "America/Denver" {
			t.Errorf("got %+v, err %v", got, err)
		}
		if rows := h.record(); len(rows) != 1 || rows[0].Action != "district.save" {
			t.Errorf("on record: %+v, want one change", rows)
		}
	})
}

func TestNothingSecretIsInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.add(ada, people.Admin)
		session := h.signIn(ada)
		link, err := h.Invite(ctx, p.ID, ada)
		if err != nil {
			t.Fatal(err)
		}
		var stored strings.Builder
		for _, table := range []string{"people", "invitations", "sessions", "outbox"} {
			var rows []map[string]any
			if err := h.store.DB.Read.Table(table).Find(&rows).Error; err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&stored, "%s %s\n", rows, rows)
		}
		for _, secret := range []string{password, session, link} {
			if strings.Contains(stored.String(), secret) {
				t.Errorf("the database holds %q", secret)
			}
		}
	})
}

func TestEverythingIsOnRecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.add(ada, people.Admin)
		h.add(bo, people.Admin)
		session := h.signIn(ada)
		_, _ = h.SignIn(ctx, ada, "wrong", people.Origin{Client: home})
		_, _ = h.SignIn(ctx, "stranger@example.org", "wrong", people.Origin{Client: home})
		changed, err := h.ChangePassword(ctx, a.ID, password, other)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			h.SignOut(ctx, session, ada), h.SignOut(ctx, changed, ada), h.SignOutEverywhere(ctx, a.ID, bo),
			h.SetRole(ctx, a.ID, people.Auditor, bo), h.SetRole(ctx, a.ID, people.Auditor, bo), h.Remove(ctx, a.ID, bo),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		var got []string
		for _, r := range h.record() {
			got = append(got, r.Actor+" "+r.Action+" "+r.Subject)
			if strings.Contains(fmt.Sprint(r), "stranger") || strings.Contains(fmt.Sprint(r), "wrong") {
				t.Errorf("the record tells what a stranger typed: %+v", r)
			}
		}
		want := []string{
			"cli:test person.add " + ada, ada + " password.set " + ada, "cli:test person.add " + bo, bo + " password.set " + bo,
			ada + " person.signin " + ada, ada + " password.change " + ada, ada + " person.signout " + ada, bo + " person.signout-everywhere " + ada,
			bo + " person.role " + ada, bo + " person.remove " + ada,
		}
		if !slices.Equal(got, want) {
			t.Errorf("on record:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
