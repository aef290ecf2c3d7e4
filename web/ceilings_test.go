package web_test

import (
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
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
