package web_test

import (
	"net/http"
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
	if a.status != http.StatusConflict || !strings.Contains(a.body, "The district is now Green Valley") || !strings.Contains(a.body, `value="America/Denver"`) {
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
