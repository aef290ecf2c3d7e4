package web_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

// lonely is the row of a student who is enrolled nowhere, made of that of another one.
func lonely(t *testing.T, users string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(users)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	for _, row := range rows {
		if row[5] == "student" {
			row[0], row[6], row[7], row[8], row[9], row[11], row[12] = "lonely", "lonely", "", "Zenobia", "Quux", "", ""
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	w.Flush()
	return b.String()
}

func TestThePageOfChecksSaysHowCountsMovedAndWhichAppLacksWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		h.admin.get("/checks").shows(t, "Nothing has been counted yet")
		h.admin.get("/imports").shows(t, `href="/checks"`)

		p := district(t, 30)
		h.admin.ended(h.admin.upload(p.zip(t), false)).shows(t, "Stored")
		h.admin.get("/checks").shows(t, "Looked for, and there were none", "Classes without teachers")
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "amplify", Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		if a := h.admin.get("/checks"); strings.Contains(a.body, "/apps/amplify/scope") {
			t.Errorf("an app that gets nothing yet lacks somebody\n%s", words(a.body))
		}
		if err := h.Apps.Enable(ctx, "amplify", apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		p["users.csv"] += lonely(t, p["users.csv"])
		h.admin.ended(h.admin.upload(p.zip(t), false)).shows(t, "Stored")
		page := h.admin.get("/checks")
		page.shows(t, "Students without enrollments", "1 more", "Amplify Enrollment</a> gets no demographics of 1 student", `href="/apps/amplify/scope"`)
		for _, name := range []string{"lonely", "Zenobia"} {
			if strings.Contains(page.body, name) {
				t.Errorf("the page names %s", name)
			}
		}
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		if a := auditor.get("/checks"); a.status != http.StatusOK || !strings.Contains(a.body, "1 more") {
			t.Errorf("an auditor sees %d\n%s", a.status, words(a.body))
		}
	})
}
