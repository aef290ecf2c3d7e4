package frame_test

import (
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

func TestAPageWhoseRouteDoesNotSayThatItShowsValuesIsNotShown(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	d := gatewaytest.Start(t, s)
	f, err := frame.New(frame.Parts{DB: s.DB, Apps: d.Apps, Roster: d.Roster, Views: d.Views, Intake: d.Intake, Ledger: d.Ledger, Clock: d.Clock.Now, PublicURL: "http://127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		role           people.Role
		values, titles bool
		entity         string
		may            bool
	}{
		{people.Admin, true, false, "users", true},
		{people.Admin, false, true, "orgs", true},
		{people.Admin, false, true, "courses", true},
		{people.Admin, false, true, "users", false},
		{people.Admin, false, false, "orgs", false},
		{people.Auditor, true, true, "users", false},
		{people.Auditor, false, true, "orgs", false},
	} {
		if err := frame.Showing(f, one.role, one.values, one.titles, one.entity); (err == nil) != one.may {
			t.Errorf("%+v: %v", one, err)
		}
	}
}
