package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
)

func TestWhereNothingChangesAndNothingIsReviewedThereIsNothingToSave(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	d.Edit("amplify", apps.Edit{Share: []string{"users.middleName"}, Hide: []string{"users.grades"}})
	forms := map[string]func() url.Values{
		"dataguard": func() url.Values { return h.admin.get("/apps/amplify/dataguard?entity=users").form() },
		"scope":     func() url.Values { return h.admin.scopeForm("amplify", nil) },
	}
	for path, form := range forms {
		h.admin.post("/apps/amplify/"+path+"/save", form()) // once, so that all stands as the form writes it
		before := version(t, h, "amplify")
		panel := h.admin.post("/apps/amplify/"+path, form())
		panel.shows(t, "Nothing to save", "The app gets exactly what it gets now.", "Back to editing")
		for _, text := range []string{">Confirm<", `name="reason"`, "as reviewed", "One record, before and after"} {
			if strings.Contains(panel.body, text) {
				t.Errorf("%s: the panel shows %s\n%s", path, text, words(panel.body))
			}
		}
		a := h.admin.post("/apps/amplify/"+path+"/save", form())
		if a.status != http.StatusSeeOther || version(t, h, "amplify") != before {
			t.Errorf("%s: saving all the same: %d, version %d after %d", path, a.status, version(t, h, "amplify"), before)
		}
		h.admin.get(a.location).shows(t, "There was nothing to save.")
	}
	before := version(t, h, "amplify")
	d.Edit("amplify", apps.Edit{Hide: []string{"users.middleName"}})
	d.Edit("amplify", apps.Edit{Share: []string{"users.middleName"}})
	undo := h.admin.get(fmt.Sprintf("/apps/amplify/history/%d", before))
	undo.shows(t, "Nothing to save")
	if strings.Contains(undo.body, ">Confirm<") || version(t, h, "amplify") != before+2 {
		t.Errorf("version %d, going back\n%s", version(t, h, "amplify"), words(undo.body))
	}
}

func TestAMaskOfAFieldThatIsNotTickedIsSaidAndKept(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	page := h.admin.get("/apps/amplify/dataguard?entity=users")
	page.shows(t, "If shared, show")
	form := page.form()
	form.Set("mask.middleName", "initial")
	panel := h.admin.post("/apps/amplify/dataguard", form)
	panel.shows(t, "A mask was chosen for Middle name, which is not ticked.")
	if strings.Contains(panel.body, "<code>middleName") {
		t.Error("a field that is not ticked is shared")
	}
	again := h.admin.post("/apps/amplify/dataguard/edit", panel.form())
	again.shows(t, `value="initial" selected`)
	if slices.Contains(again.form()["field"], "middleName") {
		t.Error("going back ticks the field")
	}
	form.Add("field", "middleName")
	panel = h.admin.post("/apps/amplify/dataguard", form)
	panel.shows(t, "<code>middleName (initial only)</code>")
	if strings.Contains(panel.body, "A mask was chosen") {
		t.Error("it says so of a field that is ticked")
	}
	h.admin.post("/apps/amplify/dataguard/save", panel.form())
	form = h.admin.get("/apps/amplify/dataguard?entity=users").form()
	form.Set("mask.middleName", "initial")
	panel = h.admin.post("/apps/amplify/dataguard", without(form, "field", "middleName"))
	panel.shows(t, "Loses")
	if strings.Contains(panel.body, "A mask was chosen") {
		t.Error("it says so of a mask that was there before")
	}
}

func TestThePanelTellsAMaskThatComesFromOneThatGoes(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/dataguard?entity=users").form()
	form.Set("mask.familyName", "initial")
	panel := h.admin.post("/apps/amplify/dataguard", form)
	panel.shows(t, "Masked", "familyName (initial only)")
	if strings.Contains(panel.body, "Unmasked") {
		t.Error("a new mask is called none")
	}
	d.Edit("amplify", apps.Edit{Mask: []string{"users.familyName=initial"}})
	form = h.admin.get("/apps/amplify/dataguard?entity=users").form()
	panel = h.admin.post("/apps/amplify/dataguard", form) // without the select: as it is
	panel.shows(t, `status good">Unmasked`, "<code>familyName</code>")
	if strings.Contains(panel.body, ">Masked<") {
		t.Error("a mask that goes is called one that comes")
	}
}

func TestWhatComesIsGreenAndWhatGoesIsRed(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := without(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "email")
	form.Add("field", "middleName")
	h.admin.post("/apps/amplify/dataguard", form).shows(t, `status good">Gains`, `status bad">Loses`)
}

func TestOfAnEmptyRosterDataGuardSaysThatThereIsNoDataYet(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	page := h.admin.get("/apps/amplify/dataguard?entity=demographics")
	page.shows(t, "No data yet", "The roster has no key now, so there is nothing to tick.")
	for _, text := range []string{"Computed", "0 keys", "Not in the roster now", "<meter"} {
		if strings.Contains(page.body, text) {
			t.Errorf("it shows %q\n%s", text, words(page.body))
		}
	}
}

func TestLongNamesBreakAtTheirCapitalsAndStayLiteral(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h, _ := full(t, s)
	const hostile = `aVeryLongNameIndeed<b>OfAKey&Co`
	key := roster.Key{Entity: "demographics", Bag: "metadata", Name: hostile, FirstSeen: "x", LastSeen: "x", Present: true}
	if err := s.DB.Write.Create(&key).Error; err != nil {
		t.Fatal(err)
	}
	page := h.admin.get("/apps/amplify/dataguard?entity=demographics")
	page.shows(t, "eligibility<wbr>Status<wbr>For<wbr>School<wbr>Food<wbr>Service<wbr>Programs", ">homeLanguage<",
		"a<wbr>Very<wbr>Long<wbr>Name<wbr>Indeed&lt;b&gt;Of<wbr>AKey&amp;Co", `value="eligibilityStatusForSchoolFoodServicePrograms"`, `aria-label="Eligibility for school food service programs eligibilityStatusForSchoolFoodServicePrograms"`)
	if strings.Contains(page.body, "<b>") {
		t.Error("a key is HTML")
	}
}

func TestTypesOfUserIDsHaveNoColumnsThatAreAlwaysEmpty(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	page := h.admin.get("/apps/schoolinks/dataguard?entity=users")
	_, types, found := strings.Cut(page.body, `id="type-caption"`)
	types, _, _ = strings.Cut(types, "</table>")
	if !found || strings.Contains(types, "<td></td>") || strings.Contains(types, ">Class<") {
		t.Errorf("the table of types: %s", types)
	}
}
