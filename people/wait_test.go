package people_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

// Who changes a password ends the sessions of one person, and then forgets those that are
// over of everybody; so does who signs in. Neither may wait for what the other ended.
func TestASignInWaitsForNobodyWhoEndsSessionsThatAreOver(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.Postgres))
	h.add(ada, people.Admin)
	h.add(bo, people.Auditor)
	ended := h.signIn(ada)
	h.signIn(bo)
	h.pass(people.AbsoluteTime + time.Hour)
	ending := h.store.DB.Write.Begin()
	defer ending.Rollback()
	if err := ending.Exec("DELETE FROM sessions WHERE person_id = (SELECT id FROM people WHERE email = ?)", ada).Error; err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	h.asFarAsItGets(func() error { _, err := h.SignIn(ctx, bo, password, people.Origin{Client: home}); return err }, done)
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("signing in: %v", err)
		}
	default:
		t.Error("a sign-in waits for somebody else's end of a session")
	}
	var kept int
	if err := ending.Raw("SELECT count(*) FROM sessions").Row().Scan(&kept); err != nil || kept != 1 || h.in(ended) {
		t.Errorf("%d sessions are kept, %v: the one that is over of who signs in, or that of somebody else", kept, err)
	}
}

// Whoever adds an admin ends the link of the first one; whoever uses that adds an admin.
func TestTheFirstAdminCanBeAddedWhileTheLinkOfTheFirstIsUsed(t *testing.T) {
	h := newHouse(t, dbtest.New(t, database.Postgres))
	if _, err := h.InviteFirst(ctx, "cli:test"); err != nil {
		t.Fatal(err)
	}
	using := h.store.DB.Write.Begin()
	defer using.Rollback()
	for _, statement := range []string{"SELECT 1 FROM district FOR UPDATE", "DELETE FROM invitations WHERE person_id IS NULL"} {
		if err := using.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	added := make(chan error, 1)
	h.asFarAsItGets(func() error {
		_, _, err := h.Add(ctx, people.NewPerson{Email: ada, Role: people.Admin}, "cli:test")
		return err
	}, added)
	err := using.Exec("INSERT INTO people (id, email, name, role, password_hash, epoch, created_at, signed_in_at) VALUES (gen_random_uuid()::text, ?, '', 'admin', 'set', 0, '2026-09-01T08:00:00.000Z', '') ON CONFLICT DO NOTHING", ada).Error
	if err == nil {
		err = using.Commit().Error
	}
	if err != nil {
		t.Errorf("using the link: %v", err)
	}
	if err := <-added; !fault.Is(err, fault.Conflict) {
		t.Errorf("adding the same person: %v", err)
	}
}
