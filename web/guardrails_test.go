package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy/rego"
)

// guarding are the files of a guardrail that hides something, with a test.
func guarding(name string) rego.Source {
	return rego.Source{
		"guardrail.rego":      "package rostergate.guardrail\n\n# METADATA\n# title: The board\n# description: It decided so.\nhide contains \"" + name + "\"\n",
		"guardrail_test.rego": "package rostergate.guardrail_test\n\nimport data.rostergate.guardrail\n\ntest_it_is_hidden if \"" + name + "\" in guardrail.hide\n",
	}
}

// chosenGuardrails is the form of the list with some of it ticked.
func chosenGuardrails(ids ...string) url.Values {
	return url.Values{"deed": {"choose"}, "chosen": ids}
}

func TestAGuardrailIsChosenOnceItWasSaidWhatEachAppLoses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		app := d.As("alexandria")
		email := func() bool {
			return strings.Contains(string(app.Get("/students?limit=50").Raw), `"email"`)
		}
		if !email() {
			t.Fatal("the app has no addresses to begin with")
		}
		h.admin.get("/apps").shows(t, `<a class="button" href="/guardrails">Guardrails</a>`)
		h.admin.get("/guardrails").shows(t, "Special fields need an agreement", "Personal fields need a purpose", "No key that nobody knows", "Kinds of products", "Library, as its preset says")
		form := chosenGuardrails("special-needs-agreement")
		form.Set("class", "contact")
		form.Set("vendor", "library")
		panel := h.admin.post("/guardrails", form)
		panel.shows(t, "What the guardrails change", "Nothing is saved yet", "Comes", "never for library", "Loses", "<code>email</code>", "Confirm")
		if strings.Contains(panel.body, "Gains") {
			t.Errorf("a guardrail gives something\n%s", words(panel.body))
		}
		if !email() {
			t.Error("looking changes what the app gets")
		}
		confirm := panel.form()
		confirm.Set("reason", "the board decided so")
		h.admin.post("/guardrails/save", confirm).leads(t, "/guardrails")
		if email() {
			t.Error("the very next answer has an address")
		}
		h.admin.get("/guardrails").shows(t, "Saved as version 1", `value="never-contact-for-library" checked`, "the board decided so", "Holds now")

		// Sent again it would change what is saved meanwhile.
		if again := h.admin.post("/guardrails/save", confirm); again.status != http.StatusSeeOther {
			t.Errorf("the same list again: %d", again.status)
		}
		stale := chosenGuardrails()
		stale.Set("version", "0")
		h.admin.post("/guardrails/save", stale).answers(t, http.StatusConflict, "Someone else changed the guardrails")

		// Back to what was before.
		back := h.admin.post("/guardrails", url.Values{"deed": {"choose"}, "version": {"1"}})
		back.shows(t, "Goes")
		h.admin.post("/guardrails/save", back.form()).leads(t, "/guardrails")
		if !email() {
			t.Error("without guardrails the address stays away")
		}
		h.admin.get("/guardrails/versions/1").shows(t, "Does not hold any more", "Go back to version 1")
		undo := h.admin.post("/guardrails", url.Values{"deed": {"back"}, "back": {"1"}})
		undo.shows(t, "Comes", "Loses")
		h.admin.post("/guardrails/save", undo.form()).leads(t, "/guardrails")
		if email() {
			t.Error("the earlier version does not hold again")
		}
	})
}

func TestAGrantThatBreaksAGuardrailIsRefusedOnThePageWithItsWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		if err := s.DB.Write.Exec("UPDATE apps SET ceiling = FALSE").Error; err != nil { // what a ceiling hides breaks no guardrail
			t.Fatal(err)
		}
		path := "/guardrails"
		form := url.Values{"deed": {"write"}, "id": {"no-calls"}}
		for i, name := range []string{"guardrail.rego", "guardrail_test.rego"} {
			form.Set("file-"+string(rune('0'+i)), name)
			form.Set("text-"+string(rune('0'+i)), guarding("users.phone")[name])
		}
		wrong := url.Values{}
		for name, values := range form {
			wrong[name] = values
		}
		wrong.Set("text-0", "package rostergate.guardrail\n\nhides contains \"users.phone\"\n")
		refused := h.admin.post(path, wrong)
		refused.answers(t, http.StatusUnprocessableEntity, "Line 3, column 1", "nothing reads the rule hides")
		h.admin.post(path+"/write", with(form, "do", "check")).shows(t, "It compiles, and its tests pass", "test_it_is_hidden", "Passed")
		uploaded(t, h, path+"/write", with(form, "do", "upload"), rego.Source{"guardrail.rego": guarding("users.sms")["guardrail.rego"]}).answers(t, http.StatusUnprocessableEntity, "1 of 1 tests failed")
		panel := h.admin.post(path, form)
		h.admin.post(path+"/save", panel.form()).leads(t, path)
		h.admin.get(path).shows(t, "no-calls", "The board", "It decided so.")
		h.admin.get(path+"/write?id=no-calls").shows(t, "Edit the guardrail no-calls", "hide contains &#34;users.phone&#34;")

		before := version(t, h, "amplify")
		ticks := h.admin.get("/apps/amplify/dataguard?entity=users").form()
		ticks.Add("field", "phone")
		h.admin.post("/apps/amplify/dataguard", ticks).shows(t, "Ticked, and still hidden", "Hidden by a guardrail of the district: The board: It decided so.")
		h.admin.post("/apps/amplify/dataguard/save", ticks).answers(t, http.StatusUnprocessableEntity, "A guardrail stands against it", "users.phone: Hidden by a guardrail of the district: The board: It decided so.", "Confirm")
		if version(t, h, "amplify") != before {
			t.Error("it is saved all the same")
		}
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		auditor.get(path).shows(t, "no-calls")
		if got := auditor.post(path, form); got.status != http.StatusForbidden {
			t.Errorf("an auditor changes guardrails: %d", got.status)
		}
	})
}
