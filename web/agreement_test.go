package web_test

import (
	"net/http"
	"net/url"
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

func TestWhatWasAgreedIsKeptInVersionsAndSaidWhereMoreIsGranted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		const beyond = "Granted beyond the agreement"
		page := h.admin.get("/apps/amplify/agreement")
		if strings.Contains(page.body, beyond) {
			t.Error("without an agreement nothing is beyond it")
		}
		form := page.form()
		form.Set("start", "2026-07-01")
		form.Set("end", "2026-06-30")
		refused := h.admin.post("/apps/amplify/agreement/terms", form)
		if refused.status != http.StatusUnprocessableEntity || !strings.Contains(refused.body, "before its start") || !strings.Contains(refused.body, `value="2026-06-30"`) {
			t.Errorf("an end before the start: %d\n%s", refused.status, words(refused.body))
		}
		today := d.Clock.Now().In(time.UTC)
		form.Set("start", today.AddDate(-1, 0, 0).Format(time.DateOnly))
		form.Set("end", today.AddDate(0, 0, 10).Format(time.DateOnly))
		form.Set("basis", "School official")
		form.Set("contact", "privacy@amplify.example")
		form.Set("why", "contract 12")
		form["category"] = []string{"Student Name", "Schedule", "Enrollment", "Demographics"}
		if a := h.admin.post("/apps/amplify/agreement/terms", form); a.status != http.StatusSeeOther {
			t.Fatalf("saving: %d\n%s", a.status, words(a.body))
		}
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		for _, one := range []*guest{h.admin, auditor} {
			one.get("/apps/amplify/agreement").shows(t, beyond, "Special Indicator, Student Contact, Student Identifiers", "School official", "privacy@amplify.example", "contract 12", "admin@example.org")
			one.get("/apps/amplify/dataguard").shows(t, beyond)
			one.get("/").shows(t, "The agreement with its vendor ends on")
		}
		if a := h.admin.post("/apps/amplify/agreement/terms", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "saved meanwhile") {
			t.Errorf("of two who save at once the second is answered %d", a.status)
		}
		if got := d.As("amplify").Get("/demographics?limit=1"); got.Status != http.StatusOK {
			t.Errorf("an agreement hides: %d", got.Status)
		}

		// The panel names what a change grants beyond it, and only that.
		scope := h.admin.scopeForm("amplify", map[string][]string{"guardians": {"on"}})
		h.admin.post("/apps/amplify/scope", scope).shows(t, beyond, "Parent/Guardian Contact: the agreement with the vendor does not name this")
		form = h.admin.get("/apps/amplify/agreement").form()
		form.Set("end", today.AddDate(0, 0, -3).Format(time.DateOnly))
		form["category"] = append(form["category"], "Special Indicator", "Student Contact", "Student Identifiers")
		h.admin.post("/apps/amplify/agreement/terms", form)
		if page := h.admin.get("/apps/amplify/dataguard"); strings.Contains(page.body, beyond) {
			t.Error("what was agreed is named as beyond")
		}
		h.admin.get("/").shows(t, "The agreement with its vendor ended on", "still receives")
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		h.admin.get("/audit?kind=change").shows(t, "Agreement saved", "contract 12")
		h.admin.get("/apps/amplify/agreement").shows(t, "History of the agreement", "<td data-label=\"Version\">2</td>")
	})
}

func TestADayOutsideOfWhatCanBeKeptIsRefusedBesideItsField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		page := h.admin.get("/apps/amplify/agreement")
		for _, day := range []string{"9999-12-31", "0000-12-31", "1999-12-31"} {
			form := page.form()
			form.Set("last", day)
			for _, path := range []string{"/apps/amplify/agreement", "/apps/amplify/agreement/save"} {
				h.admin.post(path, form).answers(t, http.StatusUnprocessableEntity, "Enter a date as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or leave it empty.")
			}
			for _, name := range []string{"start", "end"} {
				h.admin.post("/apps/amplify/agreement/terms", url.Values{"terms": {"0"}, name: {day}}).answers(t, http.StatusUnprocessableEntity, "Enter the "+name+" of the agreement as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or leave it empty.")
			}
			for _, name := range []string{"from", "to"} {
				h.admin.get("/audit?"+name+"="+day).answers(t, http.StatusUnprocessableEntity, "Enter a day as YYYY-MM-DD, from 2000-01-01 to 9998-12-31.")
			}
		}
		if saved, err := h.Apps.Grant(ctx, "amplify"); err != nil || !saved.Grant.Until.IsZero() {
			t.Errorf("saved is %v, %v", saved.Grant.Until, err)
		}
	})
}
