package web_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

// emailing is a district whose people, where same is set, have the email as username, and an ID of the
// odd type that is the identifier.
func emailing(t *testing.T, same bool) parcel {
	t.Helper()
	p := district(t, 60)
	rows, err := csv.NewReader(strings.NewReader(p["users.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, row := range rows[1:] {
		row[at["userIds"]] = ""
		if !same {
			continue
		}
		row[at["email"]] = strings.ToUpper(row[at["username"]])
		if id := row[at["identifier"]]; id != "" {
			row[at["userIds"]] = "{" + oddType + ":" + id + "}"
		}
	}
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	p["users.csv"] = b.String()
	return p
}

func TestDataGuardSaysWhichColumnsTellTheSameAndWarnsWhereOneOfThemIsShared(t *testing.T) {
	const (
		row     = "Same as Username in 100 % of records. Hiding one hides nothing while the other is shared."
		back    = "Same as Email in 100 % of records. Hiding one hides nothing while the other is shared."
		warning = "Email is hidden, and Username is shared, which is the same in 100 % of the "
		title   = "Hidden, and shared by another name"
		both    = "and Username is shared, which"
	)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		h.admin.ended(h.admin.upload(emailing(t, false).zip(t), false)).shows(t, "Stored")
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		const path = "/apps/amplify/dataguard?entity=users"
		if page := h.admin.get(path); strings.Contains(page.body, "Same as Email") {
			t.Errorf("columns that differ are called the same\n%s", words(page.body))
		}
		h.admin.ended(h.admin.upload(emailing(t, true).zip(t), false)).shows(t, "Stored")
		page := h.admin.get(path)
		page.shows(t, row, back)
		if strings.Contains(page.body, both) {
			t.Errorf("it warns though both are shared\n%s", words(page.body))
		}
		h.admin.post("/apps/amplify/dataguard/edit", without(page.form(), "field", "email")).shows(t, title, warning)
		masked := page.form()
		masked.Set("mask.email", "pseudonym")
		h.admin.post("/apps/amplify/dataguard/edit", masked).shows(t, title, "Email is masked, and Username is shared")
		off := without(page.form(), "field", "email")
		off.Del("open")
		if page := h.admin.post("/apps/amplify/dataguard/edit", off); strings.Contains(page.body, title) {
			t.Error("it warns though nothing of the tab is shared")
		}
		page.shows(t, oddType, "Same as User ID "+oddType)
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		if page := auditor.get(path); strings.Contains(page.body, oddType) || !strings.Contains(page.body, row) {
			t.Errorf("a type that nobody reviewed is named to an auditor\n%s", words(page.body))
		}
	})
}
