package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

func TestTwoAdminsWhoSaveSettingsCollideAndNothingIsLost(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	mine, theirs := h.admin.get("/settings").form(), h.admin.get("/settings").form()
	theirs.Set("name", "Green Valley")
	mine.Set("time_zone", "America/Denver")
	if a := h.admin.post("/settings", theirs); a.status != http.StatusSeeOther {
		t.Fatalf("the first: %d\n%s", a.status, words(a.body))
	}
	a := h.admin.post("/settings", mine)
	if a.status != http.StatusConflict || !strings.Contains(a.body, "The district is now Green Valley") || !strings.Contains(a.body, `<option value="America/Denver" selected>`) {
		t.Fatalf("the second: %d\n%s", a.status, words(a.body))
	}
	if held, err := h.People.District(ctx); err != nil || held.Name != "Green Valley" || held.TimeZone == "America/Denver" {
		t.Errorf("holds %+v, %v", held, err)
	}
	form := a.form()
	form.Set("name", "Green Valley")
	if a := h.admin.post("/settings", form); a.status != http.StatusSeeOther {
		t.Errorf("once seen: %d\n%s", a.status, words(a.body))
	}
	want := people.District{Name: "Green Valley", TimeZone: "America/Denver"}
	if held, err := h.People.District(ctx); err != nil || held != want {
		t.Errorf("holds %+v, %v", held, err)
	}
}

func TestATimeZoneIsPickedFromAListAndAnUnknownOneIsAnErrorOfItsField(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	page := h.admin.get("/settings")
	page.shows(t, `<select id="time_zone"`, `<optgroup label="United States">`, `<option value="America/Chicago" selected>Central Time, Chicago</option>`, `<optgroup label="Europe">`, `<option value="Europe/Berlin">Berlin</option>`)
	for _, zone := range people.TimeZones() {
		if err := people.CheckTimeZone(zone); err != nil || !strings.Contains(page.body, `<option value="`+zone+`"`) {
			t.Errorf("%s: %v, or the page does not offer it", zone, err)
		}
	}
	if n := strings.Count(page.body, " selected>"); n != 1 {
		t.Errorf("%d zones are chosen", n)
	}
	wrong := h.admin.post("/settings", url.Values{"name": {"Oak"}, "time_zone": {"America/Chicag"}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `<p class="problem" id="time_zone-problem">The time zone is not known.`) {
		t.Errorf("an unknown zone: %d\n%s", wrong.status, words(wrong.body))
	}
	if held, err := h.People.District(ctx); err != nil || held.Name == "Oak" {
		t.Errorf("holds %+v, %v", held, err)
	}
}

func TestTheSettingsSayWhatHangsOnTheTimeZone(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.admin.get("/settings").shows(t, "day begins by it: enrollments that ended are former from its midnight on, and pages take the last day of permissions by it")
}
