package web_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
)

func TestAnImportThatRunsShowsHowFarItIs(t *testing.T) {
	for _, c := range []struct {
		attempt      intake.Attempt
		bar, says    string
		mustNotStand string
	}{
		{intake.Attempt{}, `<progress max="100" aria-label="Import">`, "Starting", "%"},
		{intake.Attempt{File: "users.csv", Percent: 40}, `<progress max="100" value="40" aria-label="users.csv">`, "users.csv: 40 %", "Starting"},
		{intake.Attempt{File: "a step of another kind", Percent: 100}, `value="100" aria-label="a step of another kind">`, "a step of another kind: 100 %", "Starting"},
	} {
		h := empty(t, dbtest.New(t, database.SQLite))
		c.attempt.Actor, c.attempt.Origin = "admin@example.org", intake.Upload
		a, err := h.Intake.Begin(ctx, c.attempt)
		if err != nil {
			t.Fatal(err)
		}
		page := h.admin.get("/imports/1")
		page.shows(t, c.bar, c.says, "Running", "You can leave it and come back")
		if page.header.Get("Refresh") != "2" || strings.Contains(page.body, c.mustNotStand) {
			t.Errorf("refreshed after %q, or it shows %q\n%s", page.header.Get("Refresh"), c.mustNotStand, words(page.body))
		}
		if err := h.Intake.Fail(ctx, a); err != nil {
			t.Fatal(err)
		}
		if page := h.admin.get("/imports/1"); page.header.Get("Refresh") != "" || strings.Contains(page.body, "<progress") {
			t.Error("an import that has ended shows how far it is")
		}
	}
}
