package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
)

// keptBy is the sign-in that a form leads to whose session ended.
func keptBy(t *testing.T, h *house, path string, form url.Values) answer {
	t.Helper()
	a := h.guest().post(path, form)
	if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "Your session has ended") {
		t.Fatalf("%s: %d to %q\n%s", path, a.status, a.location, words(a.body))
	}
	return a
}

func TestAFormWhoseSessionEndedGoesOnForItsPersonAlone(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	h.add("bo@example.org", people.Admin)
	for room, one := range map[string]struct{ name, value, shows string }{
		"dataguard": {"field", "middleName", `value="middleName" checked`},
		"scope":     {"guardians", "on", `name="guardians" value="on" checked`},
		"agreement": {"purpose", "To enrol in lessons", `value="To enrol in lessons"`},
		"policy":    {"text-0", "package rostergate.app\n\nonly := {\"users\"}\n", "only := {&#34;users&#34;}"},
	} {
		path := "/apps/amplify/" + room
		form := h.admin.get(path + map[string]string{"policy": "/edit"}[room]).form()
		form.Set(one.name, one.value)
		for _, end := range []string{"", "/edit", "/save"} {
			signIn := keptBy(t, h, path+end, form).form()
			signIn.Set("email", "admin@example.org")
			signIn.Set("password", password)
			again := h.guest()
			resumed := again.post("/sign-in", signIn)
			resumed.shows(t, "You are signed in again", `action="`+path+`/edit"`)
			again.post(path+"/edit", resumed.form()).shows(t, one.shows)

			signIn.Set("email", "bo@example.org")
			bo := h.guest()
			a := bo.post("/sign-in", signIn)
			if a.status != http.StatusSeeOther || a.location != "/" || strings.Contains(a.body, one.shows) {
				t.Errorf("%s%s: for somebody else %d to %q", path, end, a.status, a.location)
			}
			bo.get("/").shows(t, "somebody else’s, and is not kept")
			if a := bo.post(path+end, form); a.status != http.StatusConflict || strings.Contains(a.body, one.shows) {
				t.Errorf("%s%s: sent by somebody else %d", path, end, a.status)
			}
		}
	}
	if version(t, h, "amplify") != 1 {
		t.Error("something was saved")
	}
}

func TestWhatIsEnteredToEnableAndToAddAnAppOutlivesASession(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	h.add("bo@example.org", people.Admin)
	by := apps.By{Actor: "cli:test"}
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "waits", Name: "Waits", Preset: "schoolinks"}, by); err != nil {
		t.Fatal(err)
	}
	enable := h.admin.get("/apps/waits/enable").form()
	enable["review"] = []string{"users.metadata.primaryOrg"}
	enable.Set("reason", "for the new year")
	first := h.admin.get("/apps/add").form()
	first.Set("preset", "schoolinks")
	first.Set("id", "second")
	added := h.admin.post("/apps/add", first).form()
	added["review"] = []string{"users.metadata.primaryOrg"}
	added.Set("reason", "for the new year")
	for about, one := range map[string]struct {
		path  string
		form  url.Values
		shows []string
	}{
		"enable":        {"/apps/waits/enable", enable, []string{`value="users.metadata.primaryOrg" checked`, `value="for the new year"`, "Look once more"}},
		"add":           {"/apps/add", first, []string{`value="schoolinks" checked`, `value="second"`}},
		"add, a preset": {"/apps/add", added, []string{`value="users.metadata.primaryOrg" checked`, `value="for the new year"`, `name="id" value="second"`}},
	} {
		for _, end := range []string{"", "/edit"} {
			signIn := keptBy(t, h, one.path+end, one.form).form()
			signIn.Set("email", "admin@example.org")
			signIn.Set("password", password)
			again := h.guest()
			resumed := again.post("/sign-in", signIn)
			resumed.shows(t, "You are signed in again", `action="`+one.path+`/edit"`)
			again.post(one.path+"/edit", resumed.form()).shows(t, one.shows...)

			signIn.Set("email", "bo@example.org")
			bo := h.guest()
			if a := bo.post("/sign-in", signIn); a.status != http.StatusSeeOther || a.location != "/" {
				t.Errorf("%s%s: for somebody else %d to %q", about, end, a.status, a.location)
			}
			if a := bo.post(one.path+end, one.form); a.status != http.StatusConflict || strings.Contains(a.body, "for the new year") {
				t.Errorf("%s%s: sent by somebody else %d", about, end, a.status)
			}
		}
	}
	if app, err := h.Apps.Show(ctx, "waits"); err != nil || app.State != apps.Pending {
		t.Errorf("without having confirmed it: %s, %v", app.State, err)
	}
	if _, err := h.Apps.Show(ctx, "second"); !fault.Is(err, fault.NotFound) {
		t.Errorf("without having confirmed it, there is the app: %v", err)
	}
}

func TestNoFormLeadsFromTheSignInToElsewhere(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/agreement").form()
	signIn := keptBy(t, h, "/apps/amplify/agreement", form).form()
	signIn.Set("email", "admin@example.org")
	signIn.Set("password", password)
	for _, path := range []string{"https://evil.example/apps/x/edit", "//evil.example/apps/x/edit", `/\evil.example/edit`, "/apps/amplify/suspend", "/apps/amplify/agreement/save", "/settings/edit", "javascript:/edit", "/apps/../sign-out/edit", "/apps/x?/edit", "/apps/x#/edit", ""} {
		signIn.Set("kept_path", path)
		if a := h.guest().post("/sign-in", signIn); a.status != http.StatusSeeOther || a.location != "/" {
			t.Errorf("%s: %d to %q\n%s", path, a.status, a.location, words(a.body))
		}
	}
}

func TestWhatCannotBeKeptOverASignInIsSaidToBeLost(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	scope := h.admin.get("/apps/amplify/scope").form()
	scope["org"] = slices.Repeat([]string{strings.Repeat("some-org", 6)}, 8_000)
	for path, form := range map[string]url.Values{
		"/apps/amplify/scope":  scope,
		"/apps/amplify/enable": {"review": {"users.metadata.primaryOrg"}},
		"/settings":            {"time_zone": {"UTC"}},
	} {
		g := h.guest()
		if a := g.post(path, form); a.status != http.StatusSeeOther || a.location != "/sign-in" {
			t.Errorf("%s: %d to %q", path, a.status, a.location)
		}
		g.get("/sign-in").shows(t, "Your session had ended: what you entered is not saved.")
	}
	g := h.guest()
	g.post("/sign-out", url.Values{})
	if page := g.get("/sign-in"); strings.Contains(page.body, "what you entered") {
		t.Error("of a form without a word it says that something was lost")
	}
}
