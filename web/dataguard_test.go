package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web"
)

var (
	inputs  = regexp.MustCompile(`<input[^>]*>`)
	attribs = regexp.MustCompile(`(name|value|type)="([^"]*)"`)
)

// form is what a browser would send of the page's posted form, as it stands; of a
// panel, what its Confirm sends.
func (a answer) form() url.Values {
	form := url.Values{}
	_, content, _ := strings.Cut(a.body, "<main")
	if _, confirm, panel := strings.Cut(content, `id="confirm"`); panel {
		content = confirm
	}
	for _, input := range inputs.FindAllString(content, -1) {
		said := map[string]string{}
		for _, found := range attribs.FindAllStringSubmatch(input, -1) {
			said[found[1]] = html.UnescapeString(found[2])
		}
		if disabled := strings.Contains(input, " disabled"); !disabled && (said["type"] != "checkbox" || strings.Contains(input, " checked")) {
			form.Add(said["name"], said["value"])
		}
	}
	for _, chosen := range choices.FindAllStringSubmatch(content, -1) {
		form.Add(chosen[1], chosen[2])
	}
	for _, area := range areas.FindAllStringSubmatch(content, -1) {
		form.Add(area[1], html.UnescapeString(area[2]))
	}
	return form
}

// areas are the text areas, with their text.
var areas = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>`)

// choices are the lists that fold out, with what is chosen.
var choices = regexp.MustCompile(`<select id="[^"]*" name="([^"]*)"[^>]*>(?:\s*</?opt[^>]*(?:>[^<]*))*?<option value="([^"]*)" selected>`)

// ticked is the form with a box ticked.
func ticked(form url.Values, name, value string) url.Values {
	form.Add(name, value)
	return form
}

// without is the form with a value of a box unticked.
func without(form url.Values, name, value string) url.Values {
	form[name] = slices.DeleteFunc(form[name], func(v string) bool { return v == value })
	return form
}

func version(t *testing.T, h *house, app string) int64 {
	t.Helper()
	saved, err := h.Apps.Grant(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	return saved.Version
}

func metadata(r gatewaytest.Record) map[string]any {
	found, _ := r["metadata"].(map[string]any)
	return found
}

func TestDataGuardSaysWhatWillChangeAndTheNextAnswerObeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		app := d.As("schoolinks")
		if got := app.Get("/demographics"); got.Status != http.StatusForbidden {
			t.Fatalf("before: %d", got.Status)
		}
		page := h.admin.get("/apps/schoolinks/dataguard?entity=demographics")
		page.shows(t, "Enable Demographics", "Metadata enabled", "homeLanguage", "Enable All Metadata", "Home language", "Special", "Not asked")
		form := page.form()
		form.Set("open", "on")
		form.Set("metadata", "on")
		form.Add("field", "sex")
		form.Add("key", "homeLanguage")

		before := version(t, h, "schoolinks")
		panel := h.admin.post("/apps/schoolinks/dataguard", form)
		panel.shows(t, "Confirm", "Opens", "metadata.homeLanguage", "sex", "Gains 60 records")
		if strings.Contains(panel.body, "metadata.iepStatus") || version(t, h, "schoolinks") != before {
			t.Error("the panel names what was not ticked, or stores something")
		}
		if got := app.Get("/demographics"); got.Status != http.StatusForbidden {
			t.Errorf("before Confirm: %d", got.Status)
		}
		confirmed := panel.form()
		confirmed.Set("reason", "contract of 2026")
		confirmed.Set("knows", "on")
		if a := h.admin.post("/apps/schoolinks/dataguard/save", confirmed); a.status != http.StatusSeeOther {
			t.Fatalf("Confirm: %d\n%s", a.status, words(a.body))
		}
		one := d.As("schoolinks").Get("/demographics?limit=60")
		if one.Status != http.StatusOK {
			t.Fatalf("after: %d", one.Status)
		}
		keys := map[string]bool{}
		for _, r := range one.Records() {
			for key := range metadata(r) {
				keys[key] = true
			}
			if _, there := r["birthDate"]; there {
				t.Error("a field that was not ticked is there")
			}
		}
		if len(keys) != 1 || !keys["homeLanguage"] {
			t.Errorf("metadata keys sent: %v", keys)
		}
		if saved, err := h.Apps.Grant(ctx, "schoolinks"); err != nil || saved.Reason != "contract of 2026" || saved.Actor != "admin@example.org" {
			t.Errorf("saved as %+v, %v", saved, err)
		}
	})
}

func TestEnableAllMetadataTicksWhatWasShownOnly(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/schoolinks/dataguard?entity=demographics").form()
	shown := slices.Clone(form["shown"])
	form.Set("all", "on")
	form["shown"] = without(form, "shown", "iepStatus")["shown"]
	panel := h.admin.post("/apps/schoolinks/dataguard", form)
	panel.shows(t, "Demographics is turned off for this app.")
	h.admin.post("/apps/schoolinks/dataguard/save", panel.form())
	saved, err := h.Apps.Grant(ctx, "schoolinks")
	if err != nil {
		t.Fatal(err)
	}
	keys := saved.Grant.Entities["demographics"].Keys
	if len(keys) != len(shown)-1 || slices.Contains(keys, "iepStatus") {
		t.Errorf("ticked %q of %q", keys, shown)
	}
	if saved.Grant.Entities["demographics"].Open {
		t.Error("ticking opened the entity")
	}
}

func TestAHiddenFieldAndAMaskedOneAreObeyed(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	form := without(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "email")
	form.Set("mask.familyName", "initial")
	panel := h.admin.post("/apps/amplify/dataguard", form)
	panel.shows(t, "Loses", "email", "familyName (initial only)", "Masked")
	again := h.admin.post("/apps/amplify/dataguard/edit", panel.form())
	again.shows(t, "Required, and hidden", `value="initial" selected`)
	if slices.Contains(again.form()["field"], "email") {
		t.Error("going back lost what was entered")
	}
	h.admin.post("/apps/amplify/dataguard/save", panel.form())
	sent := d.As("amplify").Get("/users?limit=20").Records()
	if len(sent) != 20 {
		t.Errorf("%d users sent", len(sent))
	}
	for _, r := range sent {
		if name, _ := r["familyName"].(string); r["email"] != nil || len([]rune(name)) > 2 {
			t.Errorf("sent %v and %q", r["email"], name)
		}
	}
}

func TestTwoAdminsCollideAndNothingIsLost(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	mine := without(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "email")
	theirs := without(h.admin.get("/apps/amplify/dataguard?entity=demographics").form(), "field", "sex")
	mine = h.admin.post("/apps/amplify/dataguard", mine).form()
	mine.Set("reason", "mine")
	h.admin.post("/apps/amplify/dataguard/save", h.admin.post("/apps/amplify/dataguard", theirs).form())

	a := h.admin.post("/apps/amplify/dataguard/save", mine)
	if a.status != http.StatusConflict {
		t.Fatalf("status %d", a.status)
	}
	for _, text := range []string{"as version 2", "from version 1", "<code>sex</code>", "<code>email</code>", `value="mine"`} {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not show %q\n%s", text, words(a.body))
		}
	}
	panel := h.admin.post("/apps/amplify/dataguard", a.form())
	panel.shows(t, "<code>email</code>", `value="mine"`)
	if a := h.admin.post("/apps/amplify/dataguard/save", panel.form()); a.status != http.StatusSeeOther {
		t.Fatalf("going on: %d", a.status)
	}
	saved, err := h.Apps.Grant(ctx, "amplify")
	if err != nil || saved.Version != 3 || slices.Contains(saved.Grant.Entities["users"].Fields, "email") || slices.Contains(saved.Grant.Entities["demographics"].Fields, "sex") {
		t.Errorf("version %d keeps %v, %v", saved.Version, saved.Grant.Entities, err)
	}
}

func TestAnEarlierVersionIsSavedAgain(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	d.Edit("amplify", apps.Edit{Hide: []string{"users.email"}})
	h.admin.get("/apps/amplify/history").shows(t, "Holds now", "Go back to version 1")
	panel := h.admin.get("/apps/amplify/history/1")
	panel.shows(t, "Gains", "<code>email</code>")
	if a := h.admin.post("/apps/amplify/history/1", panel.form()); a.status != http.StatusSeeOther {
		t.Fatalf("undo: %d\n%s", a.status, words(a.body))
	}
	if a := h.admin.post("/apps/amplify/history/1", panel.form()); a.status != http.StatusConflict {
		t.Errorf("the same form once more: %d", a.status)
	}
	saved, err := h.Apps.Grant(ctx, "amplify")
	if err != nil || saved.Version != 3 || !slices.Contains(saved.Grant.Entities["users"].Fields, "email") {
		t.Errorf("version %d, %v", saved.Version, err)
	}
	if a := h.admin.get("/apps/amplify/history/99"); a.status != http.StatusNotFound {
		t.Errorf("a version that is none: %d", a.status)
	}
}

func TestAReasonThatIsTooLongLosesNothing(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.post("/apps/amplify/dataguard", without(h.admin.get("/apps/amplify/dataguard").form(), "field", "email")).form()
	form.Set("reason", strings.Repeat("x", 1001))
	a := h.admin.post("/apps/amplify/dataguard/save", form)
	if a.status != http.StatusUnprocessableEntity || slices.Contains(a.form()["field"], "email") || version(t, h, "amplify") != 1 {
		t.Errorf("status %d", a.status)
	}
}

func TestDataGuardShowsAnAuditorEverythingAndNoWayToChangeIt(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	page := auditor.get("/apps/amplify/dataguard?entity=demographics")
	page.shows(t, "homeLanguage", "disabled")
	if strings.Contains(page.body, ">Save<") {
		t.Error("an auditor is offered Save")
	}
	form := h.admin.get("/apps/amplify/dataguard").form()
	for _, path := range []string{"/apps/amplify/dataguard", "/apps/amplify/dataguard/save", "/apps/amplify/dataguard/edit"} {
		if a := auditor.post(path, form); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if version(t, h, "amplify") != 1 {
		t.Error("something was saved")
	}
	auditor.get("/apps").shows(t, "/apps/amplify/dataguard")
	if strings.Contains(auditor.get("/apps").body, "/apps/amplify/suspend") {
		t.Error("an auditor is offered to suspend")
	}
}

func TestEveryTabOfEveryAppIsThere(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	tabs := regexp.MustCompile(`/dataguard\?entity=\w+`)
	for _, preset := range presets.All() {
		found := tabs.FindAllString(h.admin.get("/apps/"+preset.ID+"/dataguard").body, -1)
		if len(found) < 8 {
			t.Errorf("tabs %q", found)
		}
		for _, tab := range found {
			h.admin.get("/apps/"+preset.ID+tab).shows(t, "Always included")
		}
	}
	for _, path := range []string{"/apps/nobody/dataguard", "/apps/amplify/dataguard?entity=nothing", "/apps/amplify/dataguard?entity=roles"} {
		if a := h.admin.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestHostileNamesOfKeysAndAppsAreText(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h, _ := full(t, s)
	const name = `"><img src=x onerror=alert(1)>'`
	key := roster.Key{Entity: "demographics", Bag: "metadata", Name: name, FirstSeen: "2026-01-01T00:00:00.000Z", LastSeen: "2026-01-01T00:00:00.000Z", Filled: 3, Present: true}
	other := key
	other.Name = "HomeLanguage"
	if err := s.DB.Write.Create([]roster.Key{key, other}).Error; err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "evil", Name: name}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	for _, l := range web.Routes() {
		if l.Method == http.MethodGet && strings.HasPrefix(l.Path, "/apps/:") && !strings.Contains(l.Path, ":version") {
			a := h.admin.get(varying.ReplaceAllString(l.Path, "evil") + map[string]string{
				"/apps/:app/lift":           "?name=" + url.QueryEscape(key.Member().String()),
				"/apps/:app/explain/record": "?record=1",
			}[l.Path])
			if l.Path == "/apps/:app/ceiling" && a.status == http.StatusNotFound { // it has none
				a.status = http.StatusOK
			}
			if a.status == http.StatusSeeOther { // what is shown once is over
				a = h.admin.get(a.location)
			}
			if a.status != http.StatusOK || strings.Contains(a.body, "<img") {
				t.Errorf("%s: %d, or the name is HTML", l.Path, a.status)
			}
		}
	}
	form := h.admin.get("/apps/evil/dataguard?entity=demographics").form()
	form.Set("open", "on")
	form.Set("metadata", "on")
	form.Add("key", name)
	panel := h.admin.post("/apps/evil/dataguard", form)
	if strings.Contains(panel.body, "<img") {
		t.Error("the panel shows a key as HTML")
	}
	h.admin.post("/apps/evil/dataguard/save", panel.form())
	saved, err := h.Apps.Grant(ctx, "evil")
	if err != nil || !slices.Equal(saved.Grant.Entities["demographics"].Keys, []string{name}) {
		t.Errorf("saved %q, %v", saved.Grant.Entities["demographics"].Keys, err)
	}
}
