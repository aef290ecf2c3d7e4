package gateway_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/roster/intake"
)

// Answers that are computed again in one state of the database keep a connection
// each, and wait for the links of a new generation, whose reader needs one more.
func TestMoreClientsThanConnectionsAreAnsweredWhateverIsSavedAndImported(t *testing.T) {
	t.Parallel()
	const connections, clients = 5, 24
	wanted := *stormSaves / 2
	d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), stamped(t, 0).Folder(t))
	narrow := d.Narrow(connections)
	token := d.Token("eduready360")
	answered := make(chan struct{}, clients)
	people := newLoops()
	for range clients {
		people.do(func() {
			if a := narrow.Bearer(token).Get("/users?limit=20"); a.Status != 200 {
				t.Errorf("%d %s", a.Status, a.Raw)
			}
			answered <- struct{}{}
		})
	}
	var saves, imports int64
	people.do(func() { saves++; d.Edit("eduready360", ticks(saves)) })
	people.do(func() {
		imports++
		if report, err := d.Intake.Import(context.Background(), stamped(t, imports).Folder(t), anyway()); err != nil || report.Verdict != intake.Stored {
			t.Errorf("%+v, %v", report, err)
		}
	})
	for n := range wanted {
		select {
		case <-answered:
		case <-time.After(30 * time.Second):
			t.Fatalf("nothing is answered any more, after %d answers, %d saves and %d imports", n, saves, imports)
		}
	}
	done := make(chan struct{})
	go func() { defer close(done); people.end() }()
	for ended := false; !ended; {
		select {
		case <-answered:
		case <-done:
			ended = true
		}
	}
}

// However many pages an app asks for at a time, there are turns and connections for
// others, though not one of its own can be answered.
func TestAnAppsPagesLeaveRoomForOthers(t *testing.T) {
	t.Parallel()
	d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), cedar(t).Folder(t))
	loud, quiet := d.As("amplify"), d.As("eduready360")
	want(t, loud.Get("/users"), 200)
	want(t, quiet.Get("/orgs"), 200)
	locked := d.Store.DB.Write.Begin()
	if err := locked.Exec("LOCK TABLE users IN ACCESS EXCLUSIVE MODE").Error; err != nil {
		t.Fatal(err)
	}
	d.Store.Trace.Take()
	const flood = 40 // the pool has 16 connections
	var asking sync.WaitGroup
	for range flood {
		asking.Go(func() { want(t, loud.Get("/users?limit=3"), 200) })
	}
	arrive(t, d, flood)
	for range 20 {
		want(t, quiet.Get("/orgs"), 200)
	}
	if err := locked.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	asking.Wait()
}

// A request that waits for its app's turn was identified before what is saved meanwhile,
// and is answered after it.
func TestWhatIsSavedWhileARequestWaitsHoldsForIt(t *testing.T) {
	t.Parallel()
	const (
		shown  = "/users?filter=identifier%3D'none'"
		hidden = "/users?filter=email%3D'none'"
	)
	for _, c := range []struct {
		name      string
		meanwhile func(d *gatewaytest.District)
		wanted    map[string]int // the status of each path
	}{
		{"nothing", func(*gatewaytest.District) {}, map[string]int{"/orgs": 200, shown: 200, hidden: 400, "/nothing": 404}},
		{"a field is shared and another hidden", func(d *gatewaytest.District) {
			d.Edit("amplify", apps.Edit{Share: []string{"users.email"}, Hide: []string{"users.identifier"}})
		}, map[string]int{"/orgs": 200, shown: 400, hidden: 200, "/nothing": 404}},
		{"the app is suspended", func(d *gatewaytest.District) {
			if err := d.Apps.Suspend(t.Context(), "amplify", apps.By{Actor: "cli:test"}); err != nil {
				t.Error(err)
			}
		}, map[string]int{"/orgs": 401, shown: 401, hidden: 401, "/nothing": 401}},
		{
			"the token expires", func(d *gatewaytest.District) { d.Clock.Pass(3 * time.Hour) },
			map[string]int{"/orgs": 401, shown: 401, hidden: 401, "/nothing": 401},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), cedar(t).Folder(t))
			d.Edit("amplify", apps.Edit{Share: []string{"users.identifier"}, Hide: []string{"users.email"}})
			client := d.As("amplify")
			want(t, client.Get(shown), 200)
			want(t, client.Get(hidden), 400)
			locked := d.Store.DB.Write.Begin()
			if err := locked.Exec("LOCK TABLE users IN ACCESS EXCLUSIVE MODE").Error; err != nil {
				t.Fatal(err)
			}
			d.Store.Trace.Take()
			const flood = 40 // more than the app has turns
			var asking sync.WaitGroup
			for range flood {
				asking.Go(func() { client.Get("/users?limit=3") })
			}
			arrive(t, d, flood)
			for path, status := range c.wanted {
				asking.Go(func() { want(t, client.Get(path), status) })
			}
			arrive(t, d, len(c.wanted))
			c.meanwhile(d)
			if err := locked.Rollback().Error; err != nil {
				t.Fatal(err)
			}
			asking.Wait()
		})
	}
}
