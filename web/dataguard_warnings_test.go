package web_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestDataGuardWarnsOfWhatDoesNotFitTheVendorsNeeds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		p := district(t, 60)
		header, rows, _ := strings.Cut(p["demographics.csv"], "\n")
		header = strings.NewReplacer("metadata.migrantStatus", "metadata.MigrantStatus", "metadata.titleI", "metadata.titleX").Replace(header)
		p["demographics.csv"] = header + "\n" + regexp.MustCompile(`,spa\b`).ReplaceAllString(rows, ",Klingonish")
		h.admin.ended(h.admin.upload(p.zip(t), false)).shows(t, "Stored")
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		page := h.admin.get("/apps/amplify/dataguard?entity=demographics")
		page.shows(t, "Values outside the CEDS list", "Home language (homeLanguage). Below", "outside the CEDS list</p>",
			"The case differs", "expects the key migrantStatus; the roster has MigrantStatus", "Asked for, and not in the roster", "titleI")
		if strings.Contains(page.body, "Klingonish") {
			t.Error("a value is shown")
		}
		form := without(page.form(), "key", "homeLanguage")
		again := h.admin.post("/apps/amplify/dataguard/edit", form)
		again.shows(t, "Values outside the CEDS list")
		if page := h.admin.get("/apps/amplify/dataguard?entity=orgs"); strings.Contains(page.body, "CEDS list") {
			t.Error("another tab warns of it")
		}
	})
}
