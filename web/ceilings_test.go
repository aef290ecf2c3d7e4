package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/people"
)

func TestDataGuardSaysWhatIsTickedAndHiddenByTheCeilingAllTheSame(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	on := true
	d.Edit("eduready360", apps.Edit{Demographics: &on, Share: []string{"demographics.birthDate"}})
	const beyond, closed = "Hidden by the ceiling of this app: Eduready360", "Nothing of this tab is shared"
	tab := "/apps/eduready360/dataguard?entity=demographics"
	lacks := func(a answer, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if strings.Contains(a.body, text) {
				t.Errorf("the page shows %q\n%s", text, words(a.body))
			}
		}
	}
	lacks(h.admin.get(tab), beyond, closed)
	if err := h.Apps.HoldCeiling(ctx, "eduready360", apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	h.admin.get(tab).shows(t, beyond, closed)
	d.Edit("eduready360", apps.Edit{Lift: []string{"demographics.birthDate"}, Reason: "the board agreed"})
	lacks(h.admin.get(tab), beyond, closed)
	d.Edit("eduready360", apps.Edit{Share: []string{"demographics.sex"}})
	page := h.admin.get(tab)
	page.shows(t, beyond)
	lacks(page, closed)
}

func TestAnAdminLiftsTheCeilingForOneFieldWithAReasonAndTakesItBack(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	on := true
	d.Edit("eduready360", apps.Edit{Demographics: &on, Share: []string{"demographics.birthDate", "demographics.sex"}})
	const tab = "/apps/eduready360/dataguard?entity=demographics"
	h.admin.get("/").shows(t, "Ceilings", `href="/apps/eduready360/ceiling"`)
	h.admin.get("/apps/eduready360/ceiling").shows(t, "Let the ceiling of Eduready360 hold", "Birth date", "Sex")
	h.admin.follows(h.admin.post("/apps/eduready360/ceiling", with(h.admin.get("/apps/eduready360/ceiling").form(), "reason", "looked at"))).shows(t, "The ceiling holds from the next answer on")
	if page := h.admin.get("/"); strings.Contains(page.body, `href="/apps/eduready360/ceiling"`) {
		t.Error("the dashboard still asks for the ceiling that holds")
	}

	const lift = "/apps/eduready360/lift?name=demographics.birthDate"
	h.admin.get(tab).shows(t, `href="`+lift+`"`, "Lift the ceiling")
	if page := h.signedIn("auditor@example.org", people.Auditor).get(tab); strings.Contains(page.body, "/lift?") {
		t.Error("an auditor is offered a lift")
	}
	panel := h.admin.get(lift)
	panel.shows(t, "What will change for Eduready360", "The ceiling is lifted for Birth date (demographics.birthDate)", "beyond what its vendor says")
	silent := h.admin.post("/apps/eduready360/lift/save", panel.form())
	if silent.status != http.StatusUnprocessableEntity || !strings.Contains(silent.body, "a lift needs a reason") {
		t.Errorf("a lift without a reason is answered with %d\n%s", silent.status, words(silent.body))
	}
	h.admin.follows(h.admin.post("/apps/eduready360/lift/save", with(panel.form(), "reason", "the board agreed"))).shows(t,
		"The ceiling is lifted for it: the board agreed", "Let the ceiling hold again")
	got, err := h.Gateway.Prospect(ctx, "eduready360", gateway.Offer{})
	if err != nil {
		t.Fatal(err)
	}
	shares := func(field string) bool { return got.Decision.Entities["demographics"].Fields[field].Share }
	if !shares("birthDate") || shares("sex") {
		t.Errorf("birthDate: %t, sex: %t", shares("birthDate"), shares("sex"))
	}
	h.admin.get("/apps/eduready360/history").shows(t, "The ceiling is lifted for Birth date (demographics.birthDate): “the board agreed”.")

	back := h.admin.get(lift + "&back=on")
	back.shows(t, "The ceiling holds again for Birth date (demographics.birthDate)")
	h.admin.follows(h.admin.post("/apps/eduready360/lift/save", with(back.form(), "reason", "no longer"))).shows(t, `href="`+lift+`"`)
	for _, wrong := range []string{"demographics.nothing", "nothing.birthDate", "demographics", ""} {
		if a := h.admin.get("/apps/eduready360/lift?name=" + wrong); a.status != http.StatusNotFound {
			t.Errorf("a lift for %q is answered with %d", wrong, a.status)
		}
	}
}
