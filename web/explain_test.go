package web_test

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy/rego"
)

// lacks fails where a page has one of some texts.
func lacks(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("the page shows %q\n%s", text, words(a.body))
		}
	}
}

// explained is the chain that a page shows, in words.
func explained(t *testing.T, a answer) string {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%d\n%s", a.status, words(a.body))
	}
	return strings.Join(strings.Fields(html.UnescapeString(words(a.body))), " ")
}

// ninth is a policy that hides a field and keeps students of a grade.
func ninth() rego.Source {
	files := hiding("users.email")
	files["policy.rego"] += "\n# METADATA\n# title: Ninth grade\nkeep_rows contains {\"field\": \"students.grades\", \"op\": \"eq\", \"value\": \"09\"}\n\nhide contains \"users.grades\"\n"
	return files
}

func TestThePageOfWhySaysEveryStepAndWhichDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		h.admin.get("/apps/amplify/dataguard?entity=users").shows(t, `href="/apps/amplify/explain?field=users.email"`)
		h.admin.get("/apps/amplify/policy").shows(t, `href="/apps/amplify/explain"`)
		shared := h.admin.get("/apps/amplify/explain?field=users.email")
		shared.shows(t, "Its permissions", "They share it.", "Shared")
		lacks(t, shared, "decided this")

		if _, _, err := h.Apps.SavePolicy(ctx, h.Engine, "amplify", 0, ninth(), apps.By{Actor: "cli:bo"}); err != nil {
			t.Fatal(err)
		}
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		for _, who := range []string{explained(t, h.admin.get("/apps/amplify/explain?field=users.email")), explained(t, auditor.get("/apps/amplify/explain?field=users.email"))} {
			for _, says := range []string{"This app's policy decided this Hidden by this app's policy: The board.", "Which records the app gets tells it students.grades, which it does not see: it gets those where students.grades is 09."} {
				if !strings.Contains(who, says) {
					t.Errorf("the page does not say %q\n%s", says, who)
				}
			}
		}

		prospect, err := d.Server.Prospect(ctx, "amplify", gateway.Offer{})
		if err != nil {
			t.Fatal(err)
		}
		students := prospect.View.Snapshot.Subset("users", catalog.Subset{Field: "role", Values: []string{catalog.Student}})
		kept, left := uint32(0), uint32(0)
		students.Iterate(func(id uint32) bool {
			if prospect.Records("users").Contains(id) {
				kept = id
			} else {
				left = id
			}
			return kept == 0 || left == 0
		})
		if kept == 0 || left == 0 {
			t.Fatal("the policy keeps all students or none")
		}
		about := func(id uint32) string { return fmt.Sprintf("/apps/amplify/explain/record?entity=users&record=%d", id) }
		if says := explained(t, h.admin.get(about(left))); !strings.Contains(says, "Row rules decided this It does not meet a row rule of the app's policy. This app's policy keeps only records where students.grades is 09, by the rule: Ninth grade.") {
			t.Errorf("of a record that is left out: %s", says)
		}
		if says := explained(t, h.admin.get(about(kept))); strings.Contains(says, "decided this") || !strings.Contains(says, "Nobody whom it is about is opted out") {
			t.Errorf("of a record that is kept: %s", says)
		}
		sourcedID := prospect.View.Snapshot.SourcedID("users", kept)
		registry := &optouts.Registry{DB: s.DB, Clock: h.Apps.Clock}
		if _, err := registry.Add(ctx, []optouts.Wanted{{Student: sourcedID, App: optouts.AllApps}}, apps.By{Actor: "cli:bo"}); err != nil {
			t.Fatal(err)
		}
		enrolled := prospect.View.Snapshot.Referring("enrollments", "user", kept)
		_, last := shown(t, s, 0)
		h.admin.get(fmt.Sprintf("/apps/amplify/explain/record?entity=enrollments&record=%d", enrolled[0])).shows(t, "Its student is opted out")
		entries, _ := shown(t, s, last)
		if !slices.ContainsFunc(entries, func(e audit.Entry) bool {
			return e.Entity == "users" && slices.Contains(e.Fields, "grades") && e.Count == 1
		}) {
			t.Errorf("of an enrollment is said what its student is, and on record are %+v", entries)
		}
		if says := explained(t, h.admin.get(about(kept)+"&field=users.email")); !strings.Contains(says, "Opt-outs decided this The user is opted out of this app. The opt-out is of all apps.") || !strings.Contains(says, "The board.") {
			t.Errorf("of somebody who is opted out: %s", says)
		}
	})
}

func TestThePageOfWhyTellsNobodyWhatTheyMayNotSee(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	if a := auditor.get("/apps/amplify/explain/record?entity=users&record=1"); a.status != http.StatusForbidden {
		t.Errorf("an auditor asks about a record: %d", a.status)
	}
	lacks(t, auditor.get("/apps/amplify/explain?entity=users&record=1"), "The record", "Row rules")
	for _, path := range []string{"explain?field=users.nothing", "explain?entity=nothing", "explain?field=users.metadata.nobodyHasIt", "explain/record?entity=users&record=4000000", "explain/record?entity=users&record=st-000001"} {
		if a := h.admin.get("/apps/amplify/" + path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := h.admin.get("/apps/nobody/explain"); a.status != http.StatusNotFound {
		t.Errorf("an app that there is not: %d", a.status)
	}
}

func TestThePanelOfAPolicySaysWhatItsConditionsTell(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/policy/edit").form()
	form.Set("text-0", ninth()["policy.rego"])
	panel := h.admin.post("/apps/amplify/policy", form)
	panel.shows(t, "This tells the app what it does not see", "Which records the app gets tells it students.grades", "Only records are kept where students.grades is 09 (Ninth grade).")
	form.Set("text-0", strings.ReplaceAll(ninth()["policy.rego"], "hide contains \"users.grades\"", "hide contains \"users.phone\""))
	seen := h.admin.post("/apps/amplify/policy", form)
	seen.shows(t, "Only records are kept where students.grades is 09 (Ninth grade).")
	lacks(t, seen, "This tells the app what it does not see")
}
