package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
)

// school is the sourcedId and the name of the first school below the district.
func school(t *testing.T, h *house) (id, name string) {
	t.Helper()
	snapshot, err := h.Views.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	below := snapshot.Referring("orgs", "parent", snapshot.Roots("orgs", "parent")[0])
	titles, err := h.Roster.Titles(ctx, "orgs", below)
	if err != nil {
		t.Fatal(err)
	}
	return snapshot.SourcedID("orgs", below[0]), titles[below[0]]
}

// scopeForm is the form of an app's scope as a browser sends it; radio buttons
// that are not chosen are not sent.
func (g *guest) scopeForm(app string, said map[string][]string) url.Values {
	form := g.get("/apps/" + app + "/scope").form()
	for _, group := range []string{"orgs", "courses", "classes", "roles", "grades"} {
		form.Set(group, "all")
	}
	for name, values := range said {
		form[name] = values
	}
	return form
}

func TestTheScopeIsCountedSaidAndObeyedByTheNextAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		id, name := school(t, h)
		all := d.As("amplify").Get("/students?limit=1000").Records()
		h.admin.get("/apps/amplify/scope").shows(t, name, id, "1 org below", "What the app reaches", "<dt>Students</dt><dd>60</dd>")

		form := h.admin.scopeForm("amplify", map[string][]string{"orgs": {"only"}, "org": {id}})
		counted := h.admin.post("/apps/amplify/scope/count", form)
		if counted.status != http.StatusOK || strings.Contains(counted.body, "<html") || strings.Contains(counted.body, "<dd>60</dd>") {
			t.Errorf("counted: %d\n%s", counted.status, counted.body)
		}
		again := h.admin.post("/apps/amplify/scope/edit", form)
		again.shows(t, `value="`+id+`" checked`, `value="only" checked`)
		if !strings.Contains(words(again.body), words(counted.body)) {
			t.Errorf("without script the counts differ:\n%s\n%s", words(again.body), words(counted.body))
		}

		panel := h.admin.post("/apps/amplify/scope", form)
		panel.shows(t, "Schools: only "+name, "Loses", "students", "Confirm")
		if version(t, h, "amplify") != 1 {
			t.Error("the panel stores something")
		}
		confirmed := panel.form()
		confirmed.Set("reason", "one school at first")
		if a := h.admin.post("/apps/amplify/scope/save", confirmed); a.status != http.StatusSeeOther || a.location != "/apps/amplify/scope" {
			t.Fatalf("Confirm: %d\n%s", a.status, words(a.body))
		}
		some := d.As("amplify").Get("/students?limit=1000").Records()
		if len(some) == 0 || len(some) >= len(all) || !strings.Contains(counted.body, fmt.Sprintf("<dt>Students</dt><dd>%d</dd>", len(some))) {
			t.Errorf("%d of %d students; counted\n%s", len(some), len(all), words(counted.body))
		}
		if !strings.Contains(panel.body, fmt.Sprintf("%d students", len(all)-len(some))) {
			t.Errorf("the panel does not say that %d students go\n%s", len(all)-len(some), words(panel.body))
		}
		saved, err := h.Apps.Grant(ctx, "amplify")
		if err != nil || saved.Reason != "one school at first" || !slices.Equal(saved.Grant.Scope.Orgs.Only, []string{id}) || saved.Grant.Scope.Orgs.All {
			t.Errorf("saved %+v, %v", saved.Grant.Scope, err)
		}
		h.admin.get("/apps/amplify/history/1").shows(t, "Schools: all.", "Gains")
	})
}

func TestAScopeThatReachesNobodySaysSo(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	for says, said := range map[string]map[string][]string{
		"No org is chosen":                    {"orgs": {"only"}},
		"This app would receive no students.": {"roles": {"only"}, "role": {"teacher"}},
		"classes, enrollments, resources.":    {"courses": {"only"}},
	} {
		form := h.admin.scopeForm("amplify", said)
		form.Del("guardians")
		for _, path := range []string{"/apps/amplify/scope/count", "/apps/amplify/scope", "/apps/amplify/scope/edit"} {
			if says == "This app would receive no students." {
				form["role"] = []string{"teacher"}
			}
			h.admin.post(path, form).shows(t, says)
		}
	}
}

// Each cause is told alone, in the place of what follows from it.
func TestAScopeThatNothingOfTheRosterMeetsNamesTheCause(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	only := func(names ...string) policy.Among { return policy.Among{Only: names} }
	for says, change := range map[string]func(*policy.Grant){
		"None of the chosen orgs is in the roster":    func(g *policy.Grant) { g.Scope.Orgs = only("closed-school") },
		"None of the chosen courses is in the roster": func(g *policy.Grant) { g.Scope.Courses = only("closed-course") },
		"No role is chosen":                           func(g *policy.Grant) { g.Scope.Roles = only() },
		"No student in the roster has a chosen grade": func(g *policy.Grant) { g.Scope.Grades = only("PS") },
		"No grade is chosen":                          func(g *policy.Grant) { g.Scope.Grades = only() },
		"Its permissions have ended.":                 func(g *policy.Grant) { g.Until = d.Clock.Now().Add(-time.Hour) },
	} {
		saved, err := h.Apps.Grant(ctx, "amplify")
		if err != nil {
			t.Fatal(err)
		}
		grant := saved.Grant.Clone()
		change(&grant)
		if says == "No role is chosen" {
			grant.Scope.Guardians = false
		}
		if _, err := h.Apps.SaveGrant(ctx, "amplify", saved.Base(), grant, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(says, err)
		}
		for _, page := range []answer{
			h.admin.get("/apps/amplify/scope"),
			h.admin.post("/apps/amplify/dataguard", ticked(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "middleName")),
			h.admin.get("/apps/amplify/enable"),
		} {
			page.shows(t, "<h2>"+says+"</h2>")
			if n := strings.Count(page.body, "notice careful"); n != 1 {
				t.Errorf("%s: %d notices\n%s", says, n, words(page.body))
			}
		}
		holds, err := h.Apps.Grant(ctx, "amplify")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Apps.SaveGrant(ctx, "amplify", holds.Base(), saved.Grant, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAScopeOfARoleThatNobodyHasNamesTheCause(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	p := district(t, 20)
	p["users.csv"] = strings.ReplaceAll(p["users.csv"], "proctor", "aide")
	h.admin.ended(h.admin.upload(p.zip(t), false))
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	form := h.admin.scopeForm("amplify", map[string][]string{"roles": {"only"}})
	form.Del("guardians")
	form["role"] = []string{"proctor"}
	h.admin.post("/apps/amplify/scope", form).shows(t, "<h2>Nobody in the roster has a chosen role</h2>", "This app would receive no students.")
}

func TestAScopeKeepsWhatItsPageDoesNotOffer(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	id, _ := school(t, h)
	gone := policy.Among{Only: []string{"closed-school", id}}
	roles := policy.Among{Only: []string{"student", "guardian"}}
	d.Edit("amplify", apps.Edit{Orgs: &gone, Roles: &roles})
	page := h.admin.get("/apps/amplify/scope")
	page.shows(t, "closed-school", "Not in the roster now")
	form := h.admin.scopeForm("amplify", map[string][]string{"orgs": {"only"}, "roles": {"only"}, "role": {"student", "teacher"}})
	form.Add("org", "made-up")
	form.Add("course", "made-up")
	h.admin.post("/apps/amplify/scope/save", h.admin.post("/apps/amplify/scope", form).form())
	saved, err := h.Apps.Grant(ctx, "amplify")
	if err != nil {
		t.Fatal(err)
	}
	scope := saved.Grant.Scope
	if got := fmt.Sprint(scope.Orgs.Only, scope.Roles.Only, scope.Courses.Only); got != fmt.Sprintf("[closed-school %s] [student guardian teacher] []", id) {
		t.Errorf("saved %s", got)
	}
}

func TestCoursesAreSearchedAndTheTickedOnesStayInSight(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	snapshot, err := h.Views.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	live := snapshot.Live("courses").ToArray()
	ticked, sought := snapshot.SourcedID("courses", live[0]), snapshot.SourcedID("courses", live[len(live)-1])
	form := h.admin.scopeForm("amplify", map[string][]string{"courses": {"only"}, "course": {ticked}, "search-courses": {sought}})
	page := h.admin.post("/apps/amplify/scope/edit", form)
	page.shows(t, `value="`+ticked+`" checked`, `value="`+sought+`"`, "1 course is ticked")
	if n := strings.Count(page.body, `name="course"`); n != 2 {
		t.Errorf("%d courses are listed", n)
	}
	form.Set("search-courses", "no course is called so")
	h.admin.post("/apps/amplify/scope/edit", form).shows(t, "No other course matches", `value="`+ticked+`" checked`)
}

func TestTwoAdminsWhoChangeAScopeCollideAndNothingIsLost(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	id, name := school(t, h)
	mine := h.admin.post("/apps/amplify/scope", h.admin.scopeForm("amplify", map[string][]string{"orgs": {"only"}, "org": {id}})).form()
	theirs := h.admin.post("/apps/amplify/scope", h.admin.scopeForm("amplify", map[string][]string{"guardians": {"on"}})).form()
	h.admin.post("/apps/amplify/scope/save", theirs)
	a := h.admin.post("/apps/amplify/scope/save", mine)
	if a.status != http.StatusConflict {
		t.Fatalf("status %d\n%s", a.status, words(a.body))
	}
	for _, text := range []string{"as version 2", "Guardians: on", "Schools: only " + name} {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not show %q\n%s", text, words(a.body))
		}
	}
	panel := h.admin.post("/apps/amplify/scope", a.form())
	panel.shows(t, "Schools: only "+name, "Guardians: off")
	if a := h.admin.post("/apps/amplify/scope/save", panel.form()); a.status != http.StatusSeeOther {
		t.Errorf("going on: %d", a.status)
	}
}

func TestAnAuditorSeesAScopeWithoutNamesAndChangesNothing(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	id, name := school(t, h)
	page := auditor.get("/apps/amplify/scope")
	page.shows(t, id, "<dt>Students</dt><dd>60</dd>", "disabled")
	for _, absent := range []string{name, ">Save<", "formaction", "data-counts="} {
		if strings.Contains(page.body, absent) {
			t.Errorf("an auditor gets %q", absent)
		}
	}
	auditor.get("/apps").shows(t, "/apps/amplify/scope")
	form := h.admin.scopeForm("amplify", nil)
	for _, path := range []string{"", "/edit", "/count", "/save"} {
		if a := auditor.post("/apps/amplify/scope"+path, form); a.status != http.StatusForbidden || strings.Contains(a.body, name) {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestWhatIsBelowATickedOrgIsShownAsIncluded(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	snapshot, err := h.Views.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	top := snapshot.Roots("orgs", "parent")[0]
	school := snapshot.SourcedID("orgs", snapshot.Referring("orgs", "parent", top)[0])
	box := func(org string) string {
		_, after, _ := strings.Cut(h.admin.get("/apps/amplify/scope").body, `name="org" value="`+org+`"`)
		label, _, _ := strings.Cut(after, "</label>")
		return label
	}
	if got := box(school); strings.Contains(got, "checked") || !strings.Contains(got, "data-included hidden") {
		t.Errorf("before: %s", got)
	}
	d.Edit("amplify", apps.Edit{Orgs: &policy.Among{Only: []string{snapshot.SourcedID("orgs", top)}}})
	if got := box(snapshot.SourcedID("orgs", top)); !strings.HasPrefix(got, " checked>") {
		t.Errorf("the ticked one: %s", got)
	}
	if got := box(school); !strings.HasPrefix(got, " checked disabled>") || strings.Contains(got, "data-included hidden") {
		t.Errorf("what is below: %s", got)
	}
	d.Edit("amplify", apps.Edit{Orgs: &policy.Among{Only: []string{snapshot.SourcedID("orgs", top), school}}})
	if got := box(school); !strings.HasPrefix(got, " checked>") {
		t.Errorf("what is ticked itself: %s", got)
	}
	panel := h.admin.post("/apps/amplify/scope", h.admin.scopeForm("amplify", map[string][]string{"orgs": {"only"}}))
	if panel.status != http.StatusOK || strings.Contains(panel.body, "Schools:") {
		t.Errorf("a form that changes no org: %d\n%s", panel.status, words(panel.body))
	}
}

func TestClassesOfTheChosenSchoolsAreChosenOneByOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		snapshot, err := h.Views.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := school(t, h)
		at := snapshot.Referring("classes", "school", snapshot.IDs("orgs", []string{id}).Minimum())
		chosen, elsewhere := snapshot.SourcedID("classes", at[0]), ""
		for _, class := range snapshot.Live("classes").ToArray() {
			if snapshot.SourcedID("orgs", snapshot.Referred("classes", "school", class)) != id {
				elsewhere = snapshot.SourcedID("classes", class)
			}
		}
		said := map[string][]string{"orgs": {"only"}, "org": {id}, "classes": {"only"}, "class": {chosen}, "search-classes": {""}}
		form := h.admin.scopeForm("amplify", said)
		page := h.admin.post("/apps/amplify/scope/edit", form)
		page.shows(t, `name="class" value="`+chosen+`" checked`, "1 class is ticked")
		if strings.Contains(page.body, `name="class" value="`+elsewhere+`"`) {
			t.Error("a class of another school can be chosen")
		}
		panel := h.admin.post("/apps/amplify/scope", form)
		titles, err := h.Roster.Titles(ctx, "classes", at[:1])
		if err != nil {
			t.Fatal(err)
		}
		panel.shows(t, "Classes: only "+titles[at[0]])
		h.admin.post("/apps/amplify/scope/save", panel.form())
		if got := d.As("amplify").Get("/classes").Records(); len(got) != 1 || got[0].ID() != chosen {
			t.Errorf("the app gets %v", got)
		}
		h.admin.get("/apps/amplify/history").shows(t, "classes")
	})
}

func TestFormerEnrollmentsAreTurnedOffByThePanelAndListedUntilThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		if err := s.DB.Write.Exec("UPDATE enrollments SET end_date = '2001-02-03'").Error; err != nil {
			t.Fatal(err)
		}
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		for _, one := range []*guest{h.admin, auditor} {
			one.get("/").shows(t, "Former enrollments", `<a href="/apps/amplify/scope#former">Amplify`, `<a href="/apps/schoolinks/scope#former">`)
		}
		form := h.admin.scopeForm("amplify", nil)
		if form.Get("former") == "" {
			t.Error("the page does not say that the app has former enrollments")
		}
		form.Del("former")
		form.Del("unenrolled")
		panel := h.admin.post("/apps/amplify/scope", form)
		panel.shows(t, "Former enrollments: off", "This app would receive no students.")
		if all := d.As("amplify").Get("/students").Records(); len(all) == 0 {
			t.Error("the app gets nobody before")
		}
		h.admin.post("/apps/amplify/scope/save", panel.form())
		if left := d.As("amplify").Get("/students").Records(); len(left) != 0 {
			t.Errorf("the app gets %d students still", len(left))
		}
		if page := h.admin.get("/"); strings.Contains(page.body, "/apps/amplify/scope#former") || !strings.Contains(page.body, "/apps/schoolinks/scope#former") {
			t.Error("the dashboard lists other apps than those that have former enrollments")
		}
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		h.admin.get("/audit?kind=change").shows(t, "Day begun", "Enrollments that ended before", "former enrollments")
	})
}

func TestAnAppThatCannotTellFormerEnrollmentsFromOthersIsWarnedOf(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	const warned = "cannot tell an enrollment that ended from one that goes on"
	if page := h.admin.get("/apps/amplify/scope"); strings.Contains(page.body, warned) {
		t.Error("a preset shares the dates of enrollments")
	}
	d.Edit("amplify", apps.Edit{Hide: []string{"enrollments.endDate"}})
	h.admin.get("/apps/amplify/scope").shows(t, warned)
	off := false
	d.Edit("amplify", apps.Edit{Former: &off})
	if page := h.admin.get("/apps/amplify/scope"); strings.Contains(page.body, warned) {
		t.Error("it is warned of where there are none")
	}
	form := h.admin.scopeForm("amplify", map[string][]string{"former": {"on"}})
	h.admin.post("/apps/amplify/scope", form).shows(t, "Former enrollments: on", warned)
}

func TestAGradeIsOneBoxHoweverItIsWrittenAndKeepsItsWritingInTheGrant(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	d.Edit("amplify", apps.Edit{Grades: &policy.Among{Only: []string{"8", "k"}}})
	page := h.admin.get("/apps/amplify/scope")
	page.shows(t, `name="grade" value="08" checked`)
	if strings.Contains(page.body, `name="grade" value="8"`) {
		t.Error("one grade is two boxes")
	}
	form := page.form()
	h.admin.post("/apps/amplify/scope", form).shows(t, "Nothing")
	saved, err := h.Apps.Grant(ctx, "amplify")
	if err != nil || !slices.Equal(saved.Grant.Scope.Grades.Only, []string{"8", "k"}) {
		t.Errorf("the grant has %v, %v", saved.Grant.Scope.Grades.Only, err)
	}
}
