package apps_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// TestATokenAndTheEndOfItsAppNeverWaitForEachOther lets both come to an expired token that
// somebody else holds, in both orders, and lets go: whoever was first goes first.
func TestATokenAndTheEndOfItsAppNeverWaitForEachOther(t *testing.T) {
	type deed func(d district) func() error
	ends := map[string]deed{
		"delete": func(d district) func() error {
			return func() error { return d.Delete(d.ctx, "amplify", ada) }
		},
		"rotate": func(d district) func() error {
			return func() error { _, err := d.Rotate(d.ctx, "amplify", ada); return err }
		},
	}
	issue := func(d district, c apps.Credentials) func() error {
		caller, err := d.Authenticate(d.ctx, c.ClientID, c.Secret)
		d.check(err)
		return func() error { _, _, err := d.IssueToken(d.ctx, caller, catalog.TokenScopes()); return err }
	}
	for name, end := range ends {
		t.Run("a token before "+name, func(t *testing.T) {
			d := open(t, dbtest.New(t, database.Postgres)).sealed()
			issued, ended := d.inTurn(issue(d, d.expiring()), end(d))
			d.check(issued)
			d.check(ended)
		})
		t.Run(name+" before a token", func(t *testing.T) {
			d := open(t, dbtest.New(t, database.Postgres)).sealed()
			ended, issued := d.inTurn(end(d), issue(d, d.expiring()))
			d.check(ended)
			wantFault(t, issued, fault.Unauthenticated)
		})
	}
}

// expiring makes an app with a token that has expired.
func (d district) expiring() apps.Credentials {
	c := d.add("amplify")
	d.token(c)
	d.clock.pass(apps.TokenLife + time.Second)
	return c
}

// inTurn holds every token until the first and then the second wait, and lets both end.
func (d district) inTurn(first, second func() error) (error, error) {
	d.t.Helper()
	holder := d.DB.Write.Begin()
	d.check(holder.Exec("SELECT 1 FROM tokens FOR UPDATE").Error)
	one, two := make(chan error, 1), make(chan error, 1)
	go func() { one <- first() }()
	d.waiting(1)
	go func() { two <- second() }()
	d.waiting(2)
	d.check(holder.Commit().Error)
	return <-one, <-two
}

// waiting waits until so many wait for a lock of the database.
func (d district) waiting(wanted int) {
	d.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		var waiting int
		d.check(d.DB.Read.Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Row().Scan(&waiting))
		if waiting == wanted {
			return
		}
	}
	d.t.Fatalf("no %d wait for a lock", wanted)
}
