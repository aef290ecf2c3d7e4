package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
)

// oddities are what cells of two users say in places for a grade and for a type.
const (
	oddGrade = "moved to Springfield"
	goneOdd  = "see the nurse"
	oddType  = "4711-0815"
)

// odd is the made-up district with values where lists are meant.
func odd(t *testing.T) parcel {
	t.Helper()
	p := district(t, 60)
	const fine = ",08,"
	if !strings.Contains(p["users.csv"], fine) {
		t.Fatal("the district has no student of grade 08")
	}
	p["users.csv"] = strings.Replace(p["users.csv"], fine, ","+oddGrade+",", 1)
	lines := strings.SplitN(p["users.csv"], "\n", 3)
	if !strings.Contains(lines[1], "{") {
		t.Fatalf("the first user has no identifier: %s", lines[1])
	}
	lines[1] = strings.Replace(lines[1], "{", "{"+oddType+":SIS},{", 1)
	p["users.csv"] = strings.Join(lines, "\n")
	return p
}

func TestAnAuditorIsToldHowManyGradesAreNoCodesAndNotWhatTheyAre(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	h.admin.ended(h.admin.upload(odd(t).zip(t), false)).shows(t, "a grade is none of the CEDS codes")
	grades := policy.Among{Only: []string{"08", goneOdd}}
	d.Edit("amplify", apps.Edit{Grades: &grades})
	h.admin.get("/apps/amplify/scope").shows(t, oddGrade, goneOdd)

	page := h.signedIn("auditor@example.org", people.Auditor).get("/apps/amplify/scope")
	// Whoever named a grade in a grant accepted it.
	page.shows(t, `value="08" checked`, "1 other grade outside the CEDS list that no app was given", goneOdd)
	if strings.Contains(page.body, oddGrade) {
		t.Errorf("an auditor reads %q", oddGrade)
	}
	h.admin.get("/apps/amplify/scope").shows(t, oddGrade)
}

// A grade that CEDS does not list is counted with, on the page and on the way to the panel.
func TestAGradeOutsideCEDSCanBeChosenAndIsCounted(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	h.admin.ended(h.admin.upload(odd(t).zip(t), false)).shows(t, "Stored")
	form := h.admin.get("/apps/amplify/scope").form()
	form.Set("grades", "only")
	form["grade"] = []string{oddGrade}
	h.admin.post("/apps/amplify/scope/count", form).shows(t, "of them 1 student")
	h.admin.post("/apps/amplify/scope", form).shows(t, "only "+oddGrade)
	if a := h.admin.post("/apps/amplify/scope/save", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, words(a.body))
	}
	h.admin.get("/apps/amplify/scope").shows(t, `value="`+oddGrade+`" checked`, "of them 1 student")
}
