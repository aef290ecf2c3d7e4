package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

func TestTheEndAndThePurposeOfAGrantAreChangedThroughThePanel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		if err := h.People.SaveDistrict(ctx, people.District{Name: "Oak", TimeZone: "America/Chicago"}, "cli:test"); err != nil {
			t.Fatal(err)
		}
		h.admin.get("/apps/amplify/dataguard").shows(t, `href="/apps/amplify/agreement"`)
		form := h.admin.get("/apps/amplify/agreement").form()
		form.Set("last", "2999-06-30")
		form.Set("purpose", "Reading assessments")
		panel := h.admin.post("/apps/amplify/agreement", form)
		panel.shows(t, "The end changes: the last day is 30 Jun 2999.", " to “Reading assessments”.", "Confirm")
		before, err := h.Apps.Grant(ctx, "amplify")
		if err != nil || !before.Grant.Until.IsZero() {
			t.Fatalf("before Confirm: %+v, %v", before, err)
		}
		again := h.admin.post("/apps/amplify/agreement/edit", panel.form())
		again.shows(t, `value="2999-06-30"`, `value="Reading assessments"`)
		if a := h.admin.post("/apps/amplify/agreement/save", panel.form()); a.status != http.StatusSeeOther {
			t.Fatalf("Confirm: %d\n%s", a.status, words(a.body))
		}
		saved, err := h.Apps.Grant(ctx, "amplify")
		zone, _ := time.LoadLocation("America/Chicago")
		if err != nil || !saved.Grant.Until.Equal(time.Date(2999, 7, 1, 0, 0, 0, 0, zone)) || saved.Grant.Purpose != "Reading assessments" {
			t.Errorf("saved %+v, %v", saved, err)
		}
		if len(saved.Grant.Entities) != len(before.Grant.Entities) || d.As("amplify").Get("/users?limit=1").Status != http.StatusOK {
			t.Error("what the app gets is another")
		}
		page := h.admin.get("/apps/amplify/agreement")
		page.shows(t, `value="2999-06-30"`)
		h.admin.post("/apps/amplify/agreement", page.form()).shows(t, "Nothing to save")

		ended := page.form()
		ended.Set("last", "2020-01-31")
		h.admin.post("/apps/amplify/agreement/save", ended)
		if got := d.As("amplify").Get("/users?limit=1"); got.Status != http.StatusForbidden {
			t.Errorf("after the last day: %d", got.Status)
		}
		open := h.admin.get("/apps/amplify/agreement").form()
		open.Set("last", "")
		h.admin.post("/apps/amplify/agreement", open).shows(t, "The end changes: there is none.")
	})
}

func TestAnEndThatTheCommandLineSetStaysToTheInstant(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	end := time.Date(2999, 7, 1, 0, 0, 0, 0, time.UTC)
	d.Edit("amplify", apps.Edit{Until: &end})
	if err := h.People.SaveDistrict(ctx, people.District{Name: "Oak", TimeZone: "America/Chicago"}, "cli:test"); err != nil {
		t.Fatal(err)
	}
	page := h.admin.get("/apps/amplify/agreement")
	page.shows(t, `value="2999-06-30"`)
	form := page.form()
	form.Set("purpose", "Reading")
	panel := h.admin.post("/apps/amplify/agreement", form)
	if strings.Contains(panel.body, "The end changes") {
		t.Errorf("the end changes by itself\n%s", words(panel.body))
	}
	h.admin.post("/apps/amplify/agreement/save", panel.form())
	if saved, err := h.Apps.Grant(ctx, "amplify"); err != nil || !saved.Grant.Until.Equal(end) || saved.Grant.Purpose != "Reading" {
		t.Errorf("saved %+v, %v", saved, err)
	}
}

func TestADayThatIsNoneIsToldBesideItAndAnAuditorChangesNoAgreement(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/agreement").form()
	form.Set("last", "2026-02-30")
	form.Set("purpose", "Kept")
	for _, path := range []string{"", "/edit", "/save"} {
		a := h.admin.post("/apps/amplify/agreement"+path, form)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Enter a date as YYYY-MM-DD") || !strings.Contains(a.body, `value="Kept"`) {
			t.Errorf("%s: %d\n%s", path, a.status, words(a.body))
		}
	}
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	page := auditor.get("/apps/amplify/agreement")
	page.shows(t, "No end")
	if strings.Contains(page.body, ">Save<") {
		t.Error("an auditor is offered Save")
	}
	if a := auditor.post("/apps/amplify/agreement/save", h.admin.get("/apps/amplify/agreement").form()); a.status != http.StatusForbidden || version(t, h, "amplify") != 1 {
		t.Errorf("an auditor saves: %d", a.status)
	}
}
