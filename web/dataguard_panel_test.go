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
)

func TestAStaleUndoShowsWhatItChangesNowAndKeepsTheReason(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	d.Edit("amplify", apps.Edit{Hide: []string{"users.email"}})
	form := h.admin.get("/apps/amplify/history/1").form()
	form.Set("reason", "a mistake")
	d.Edit("amplify", apps.Edit{Hide: []string{"users.grades"}})

	a := h.admin.post("/apps/amplify/history/1", form)
	if a.status != http.StatusConflict || version(t, h, "amplify") != 3 {
		t.Fatalf("status %d", a.status)
	}
	for _, text := range []string{"Someone else changed Amplify Enrollment", "<code>email</code>", "<code>grades</code>", ">Confirm<", `value="a mistake"`} {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not show %q\n%s", text, words(a.body))
		}
	}
	if a := h.admin.post("/apps/amplify/history/1", a.form()); a.status != http.StatusSeeOther {
		t.Errorf("Confirm: %d\n%s", a.status, words(a.body))
	}
	saved, err := h.Apps.Grant(ctx, "amplify")
	if err != nil || saved.Version != 4 || saved.Reason != "a mistake" || !slices.Contains(saved.Grant.Entities["users"].Fields, "grades") {
		t.Errorf("saved %+v, %v", saved, err)
	}
}

func TestThePanelKeepsTheReasonOnEveryWay(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	forms := map[string]url.Values{
		"dataguard": ticked(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "middleName"),
		"scope":     h.admin.scopeForm("amplify", map[string][]string{"guardians": {"on"}}),
	}
	for room, form := range forms {
		typed := h.admin.post("/apps/amplify/"+room, form).form()
		typed.Set("reason", "a new contract")
		page := h.admin.post("/apps/amplify/"+room+"/edit", typed)
		page.shows(t, `type="hidden" name="reason" value="a new contract"`)
		panel := h.admin.post("/apps/amplify/"+room, typed)
		if n := strings.Count(panel.body, `name="reason"`); n != 2 || strings.Count(panel.body, `value="a new contract"`) != 2 {
			t.Errorf("%s: the panel has the reason in %d places, not in both of its forms", room, n)
		}
		edited := page.form()
		for _, group := range []string{"orgs", "courses", "classes", "roles", "grades"} {
			edited.Set(group, "all")
		}
		if again := h.admin.post("/apps/amplify/"+room, edited); again.form().Get("reason") != "a new contract" {
			t.Errorf("%s: going on editing loses the reason", room)
		}
	}
}

func TestEveryButtonThatSearchesIsInAnotherFormThanConfirm(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	panel := h.admin.post("/apps/amplify/dataguard", ticked(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "middleName"))
	before, confirm, found := strings.Cut(panel.body, `<form class="form" id="confirm"`)
	if !found || strings.Contains(panel.body, `form="confirm"`) {
		t.Fatalf("the panel has no form of its own to confirm\n%s", panel.body)
	}
	if first, _, _ := strings.Cut(confirm, "</button>"); !strings.HasSuffix(first, ">Confirm") {
		t.Errorf("Enter in the reason presses %q", first[strings.LastIndex(first, "<"):])
	}
	if strings.Contains(confirm, `name="find"`) || !strings.Contains(before, `name="find"`) {
		t.Error("the search belongs to the form that confirms")
	}
}
