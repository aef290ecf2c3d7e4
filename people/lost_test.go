package people_test

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

// rounds is how often two changes meet. Without a lock, one in six was lost.
const rounds = 24

// meanwhile runs deed, and change again and again, once at least, until deed has ended.
func meanwhile(deed, change func() error) (err error) {
	done := make(chan error)
	go func() { done <- deed() }()
	for {
		if err := change(); err != nil {
			<-done
			return err
		}
		select {
		case err := <-done:
			return err
		default:
		}
	}
}

// turning gives a person the one role and the other, and tells which it was last.
func (h *house) turning(id string) (turn func() error, last func() people.Role) {
	h.t.Helper()
	now, err := h.Find(ctx, id)
	if err != nil {
		h.t.Fatal(err)
	}
	role := now.Role
	return func() error {
		role = map[people.Role]people.Role{people.Auditor: people.Admin, people.Admin: people.Auditor}[role]
		return h.SetRole(ctx, id, role, ada)
	}, func() people.Role { return role }
}

func (h *house) has(p people.Person, role people.Role) {
	h.t.Helper()
	if now, err := h.Find(ctx, p.ID); err != nil || now.Role != role {
		h.t.Errorf("the role that was confirmed is %q, the one that is kept %q, err %v", role, now.Role, err)
	}
}

func TestARoleThatWasConfirmedSurvivesWhateverThePersonDoesMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Cost = people.New(h.store.DB, h.key, h.clock, rand.Reader).Cost // so that there is time for a change in a deed's middle
		h.add(ada, people.Admin)
		p := h.add(bo, people.Auditor)
		mine, next := password, other
		deeds := map[string]func() error{
			"accepting an invitation": func() error {
				token, err := h.Invite(ctx, p.ID, ada)
				if err == nil {
					_, err = h.Accept(ctx, token, people.Acceptance{Password: mine, Name: "Bo"})
				}
				return err
			},
			"changing the password": func() error {
				_, err := h.ChangePassword(ctx, p.ID, mine, next)
				if err == nil {
					mine, next = next, mine
				}
				return err
			},
			"signing out everywhere": func() error { return h.SignOutEverywhere(ctx, p.ID, bo) },
			"signing in": func() error {
				_, err := h.SignIn(ctx, bo, mine, people.Origin{Client: home})
				return err
			},
		}
		for name, deed := range deeds {
			for range rounds / len(deeds) {
				turn, last := h.turning(p.ID)
				if err := meanwhile(deed, turn); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				h.has(p, last())
				if _, err := h.SignIn(ctx, bo, mine, people.Origin{Client: home}); err != nil {
					t.Fatalf("%s: the password is lost: %v", name, err)
				}
			}
		}
	})
}

// between is a registry of which the first statement that begins so waits for a deed
// of somebody else: until it is done, or has to wait itself.
func (h *house) between(statement string, deed func() error) (*people.Registry, <-chan error) {
	h.t.Helper()
	done := make(chan error, 1)
	var once sync.Once
	db, err := database.Open(ctx, h.store.URL, database.Options{Trace: func(sql string, _ []any) {
		if strings.HasPrefix(sql, statement) {
			once.Do(func() { h.asFarAsItGets(deed, done) })
		}
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = db.Close() })
	return people.New(db, h.key, h.clock, rand.Reader), done
}

func (h *house) asFarAsItGets(deed func() error, done chan<- error) {
	ended := make(chan struct{})
	go func() {
		done <- deed()
		close(ended)
	}()
	for waits := false; !waits; {
		select {
		case <-ended:
			return
		default:
		}
		row := h.store.DB.Read.Raw("SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Row()
		if err := row.Scan(&waits); err != nil {
			h.t.Error(err)
			return
		}
	}
}

func TestWhatIsDoneWhileALinkIsBeingUsedIsNotUndone(t *testing.T) {
	for name, deed := range map[string]func(h *house, p people.Person) error{
		"a role":    func(h *house, p people.Person) error { return h.SetRole(ctx, p.ID, people.Admin, ada) },
		"a removal": func(h *house, p people.Person) error { return h.Remove(ctx, p.ID, ada) },
	} {
		h := newHouse(t, dbtest.New(t, database.Postgres))
		h.add(ada, people.Admin)
		p, token, err := h.Add(ctx, people.NewPerson{Email: bo, Role: people.Auditor}, ada)
		if err != nil {
			t.Fatal(err)
		}
		slow, done := h.between(`UPDATE "people"`, func() error { return deed(h, p) })
		if _, err := slow.Accept(ctx, token, people.Acceptance{Password: password}); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		now, err := h.Find(ctx, p.ID)
		if lasts := err == nil && now.Role == people.Admin || fault.Is(err, fault.NotFound); !lasts {
			t.Errorf("%s was confirmed and is undone: %+v, %v", name, now, err)
		}
	}
}

func TestOfTwoServersThatStartOneLinkOfTheFirstAdminWorks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range rounds {
			links := make(chan string)
			for range 2 {
				go func() {
					token, err := h.InviteFirst(ctx, "cli:test")
					if err != nil {
						t.Error(err)
					}
					links <- token
				}()
			}
			works := 0
			for _, token := range []string{<-links, <-links} {
				if _, err := h.Invited(ctx, token); err == nil {
					works++
				}
			}
			if works > 1 {
				t.Fatalf("%d links of the first admin work", works)
			}
		}
	})
}

// On PostgreSQL a link may be made while the first admin is being added.
func TestALinkOfTheFirstAdminThatCameTooLateMakesNobodyAnAdmin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token, err := h.InviteFirst(ctx, "cli:test")
		if err != nil {
			t.Fatal(err)
		}
		var kept []map[string]any
		if err := h.store.DB.Read.Table("invitations").Find(&kept).Error; err != nil {
			t.Fatal(err)
		}
		h.add(ada, people.Admin) // which withdraws the link
		if err := h.store.DB.Write.Table("invitations").Create(&kept).Error; err != nil {
			t.Fatal(err)
		}
		if _, err := h.Accept(ctx, token, people.Acceptance{Email: bo, Password: password}); !fault.Is(err, fault.NotFound) {
			t.Errorf("beside an admin the link of the first one: %v", err)
		}
		if all, err := h.List(ctx); err != nil || len(all) != 1 {
			t.Errorf("%d people, err %v", len(all), err)
		}
	})
}

func TestOfTwoWhoSaveTheSettingsAtOnceOneIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range rounds {
			shown, err := h.District(ctx)
			if err != nil {
				t.Fatal(err)
			}
			named, moved := shown, shown
			named.Name += "x"
			moved.TimeZone = map[bool]string{true: "UTC", false: "America/Denver"}[shown.TimeZone != "UTC"]
			told := make(chan error, 2)
			for _, wanted := range []people.District{named, moved} {
				go func() { told <- h.SaveDistrictOver(ctx, shown, wanted, ada) }()
			}
			one, two := <-told, <-told
			if fault.Is(one, fault.Conflict) == fault.Is(two, fault.Conflict) {
				t.Fatalf("told %v and %v: want a conflict of one of them", one, two)
			}
		}
	})
}

// What a person does meets what admins do in rows that both hold: neither may end in
// a deadlock, which PostgreSQL tells as an error.
func TestSignInsAndChangesOfOnePersonNeverLockOneAnotherOut(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.Postgres))
	h.add(ada, people.Admin)
	p := h.add(bo, people.Admin)
	ended := make(chan error)
	busy, stop := context.WithCancel(ctx)
	for range 3 {
		go func() {
			var err error
			for err == nil && busy.Err() == nil {
				_, err = h.SignIn(ctx, bo, password, people.Origin{Client: home})
			}
			ended <- err
		}()
	}
	for range 3 * rounds {
		if err := h.SignOutEverywhere(ctx, p.ID, ada); err != nil {
			t.Error(err)
		}
	}
	stop()
	for range 3 {
		// A sign-in that met the end of all sessions is told that, and no more.
		if err := <-ended; err != nil && err != people.ErrWrong {
			t.Error(err)
		}
	}
}
