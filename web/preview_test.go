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
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
)

var exactPayloads = regexp.MustCompile(`(?s)<pre class="payload exact"[^>]*>(.*?)</pre>`)

// payloads are the answers that a page shows byte for byte.
func (a answer) payloads() []string {
	var all []string
	for _, found := range exactPayloads.FindAllStringSubmatch(a.body, -1) {
		all = append(all, html.UnescapeString(found[1]))
	}
	return all
}

// previews are the ledger's entries of previews, the newest first.
func previews(t *testing.T, d *gatewaytest.District) []audit.Entry {
	t.Helper()
	var all []audit.Entry
	if err := d.Store.Ledger.Read.Where("door = ?", audit.DoorPreview).Order("id DESC").Find(&all).Error; err != nil {
		t.Fatal(err)
	}
	return all
}

// pupil is a student with a family name as an app gets it.
func pupil(t *testing.T, d *gatewaytest.District) gatewaytest.Record {
	t.Helper()
	found := d.As("amplify").Get("/students?limit=1").Records()
	if len(found) != 1 {
		t.Fatal("there is no student")
	}
	return found[0]
}

func text(r gatewaytest.Record, name string) string {
	value, _ := r[name].(string)
	return value
}

func TestAnAdminFindsAStudentAndSeesExactlyWhatTheAppGets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d)
		h.admin.get("/apps").shows(t, "/apps/amplify/preview", "Preview as this app")
		h.admin.get("/apps/amplify/preview").shows(t, "Preview as Amplify Enrollment", "Search")

		words := strings.ToUpper(text(student, "familyName")) + " " + text(student, "givenName")
		found := h.admin.post("/apps/amplify/preview", url.Values{"of": {"users"}, "find": {words}})
		found.shows(t, `value="`+html.EscapeString(student.ID())+`"`, "student")
		if len(previews(t, d)) != 0 {
			t.Error("a search is on record as a preview")
		}

		page := h.admin.post("/apps/amplify/preview/record", url.Values{"of": {"users"}, "record": {student.ID()}})
		page.shows(t, "200 OK", "Field by field", "Always comes with Users.", "Ticked.", "Hidden", "middleName", ">Enrollments</h2>", ">Demographics</h2>")
		got := d.As("amplify").One("users", student.ID())
		if shown := page.payloads(); len(shown) != 1 || shown[0] != string(got.Raw) {
			t.Errorf("the page shows %q, the app got %q", shown, got.Raw)
		}
		entries := previews(t, d)
		if len(entries) != 1 || entries[0].Actor != "admin@example.org" || entries[0].App != "amplify" || entries[0].Kind != audit.KindDisclosure || !slices.Equal(d.Sent(entries[0]), []string{student.ID()}) {
			t.Errorf("on record: %+v", entries)
		}
		h.admin.get("/audit?app=amplify&kind=shown").shows(t, ">Preview<br>shown to admin@example.org")
		for _, secret := range []string{text(student, "familyName"), student.ID()} {
			if strings.Contains(h.log.String()+d.Log.String(), secret) {
				t.Error("a log has what was looked for")
			}
		}
	})
}

func TestAPreviewIsNoSync(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := d.Known("users")[5]
	h.admin.post("/apps/schoolinks/preview/record", url.Values{"of": {"users"}, "record": {student}})
	if len(previews(t, d)) != 1 {
		t.Fatal("nothing is on record")
	}
	for path, nothing := range map[string]string{"/apps": "Nothing received yet", "/": "Nothing received yet"} {
		if page := h.admin.get(path); strings.Contains(page.body, "1 users") || strings.Count(page.body, nothing) != len(presets.All()) {
			t.Errorf("%s says that an app received something\n%s", path, words(page.body))
		}
	}
	h.admin.get("/").shows(t, "0 in 30 days")
}

func TestThePageSaysWhyAStudentIsMissing(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := pupil(t, d)
	look := func(app, entity, record string) answer {
		return h.admin.post("/apps/"+app+"/preview/record", url.Values{"of": {entity}, "record": {record}})
	}
	look("eduready360", "demographics", student.ID()).shows(t, "Why it is missing", "403 Forbidden", "Demographics is turned off for this app.")
	d.Edit("amplify", apps.Edit{Roles: &policy.Among{Only: []string{"teacher"}}})
	look("amplify", "users", student.ID()).shows(t, "Why it is missing", "404 Not Found", "The scope does not name the user&#39;s role.")
	look("amplify", "demographics", student.ID()).shows(t, "404 Not Found", "The app cannot see the person.")
	look("amplify", "users", "nobody-ever").shows(t, "404 Not Found", "The roster has no such record, or no longer.")
	if err := h.Apps.Suspend(ctx, "alexandria", apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	look("alexandria", "users", student.ID()).shows(t, "it receives nothing now", "200 OK")
	for _, path := range []string{"/apps/nobody/preview", "/apps/nobody/preview/record"} {
		if a := h.admin.post(path, url.Values{"of": {"users"}, "record": {"x"}, "find": {"x"}}); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, form := range []url.Values{{"of": {"nothing"}, "record": {"x"}}, {"of": {"users"}}, {}} {
		if a := h.admin.post("/apps/amplify/preview/record", form); a.status != http.StatusNotFound {
			t.Errorf("%v: %d", form, a.status)
		}
	}
}

func TestASearchForManyShowsTwentyAndSaysSo(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	page := h.admin.post("/apps/amplify/preview", url.Values{"of": {"users"}, "find": {"st-"}})
	page.shows(t, "These are the first 20")
	if n := strings.Count(page.body, `name="record"`); n != 20 {
		t.Errorf("%d are shown", n)
	}
	h.admin.post("/apps/amplify/preview", url.Values{"of": {"users"}, "find": {"no such person"}}).shows(t, "The roster has no such record")
	h.admin.post("/apps/amplify/preview", url.Values{"of": {"orgs"}, "find": {"sch"}}).shows(t, "school")
	if page := h.admin.post("/apps/amplify/preview", url.Values{"find": {" "}}); strings.Contains(page.body, "Found") {
		t.Error("nothing was searched for, and something found")
	}
}

func TestValuesAreForAdminsAlone(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	student := d.Known("users")[0]
	form := url.Values{"of": {"users"}, "record": {student}, "find": {student}}
	for _, path := range []string{"/apps/amplify/preview", "/apps/amplify/preview/record", "/apps/amplify/dataguard", "/apps/amplify/copy", "/apps/amplify/history/1/compare"} {
		if a := auditor.post(path, form); a.status != http.StatusForbidden || strings.Contains(a.body, html.EscapeString(student)) {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := auditor.get("/apps/amplify/preview"); a.status != http.StatusForbidden {
		t.Errorf("the page: %d", a.status)
	}
	if strings.Contains(auditor.get("/apps").body, "/preview") {
		t.Error("an auditor is offered a preview")
	}
	if len(previews(t, d)) != 0 {
		t.Error("something was previewed")
	}
}

func TestWithoutALedgerThePageShowsNoValue(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := pupil(t, d)
	form := without(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "email")
	form.Set("of", "users")
	form.Set("record", student.ID())
	h.Ledger.Close()
	for _, path := range []string{"/apps/amplify/preview/record", "/apps/amplify/dataguard"} {
		a := h.admin.post(path, form)
		if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, text(student, "familyName")) || len(a.payloads()) > 0 {
			t.Errorf("%s: %d\n%s", path, a.status, words(a.body))
		}
	}
}

func TestHostileValuesAreShownAsText(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h, d := full(t, s)
	student := pupil(t, d)
	const name = `</pre><img src=x onerror=alert(1)>"'&`
	if err := s.DB.Write.Exec("UPDATE users SET given_name = ?, email = ? WHERE sourced_id = ?", name, name, student.ID()).Error; err != nil {
		t.Fatal(err)
	}
	panel := without(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "email")
	panel.Set("of", "users")
	panel.Set("find", name)
	compared := url.Values{}
	for field, values := range panel {
		compared[field] = values
	}
	panel.Set("look", "search")
	compared.Set("record", student.ID())
	for path, form := range map[string]url.Values{
		"/apps/amplify/preview":        {"of": {"users"}, "find": {name}},
		"/apps/amplify/preview/record": {"of": {"users"}, "record": {student.ID()}},
		"/apps/amplify/dataguard":      panel,
		"/apps/amplify/dataguard?":     compared,
	} {
		a := h.admin.post(path, form)
		if a.status != http.StatusOK || strings.Contains(a.body, "<img") || !strings.Contains(html.UnescapeString(a.body), "onerror=alert(1)") {
			t.Errorf("%s: %d, or a value is HTML\n%s", path, a.status, words(a.body))
		}
	}
}

func TestThePanelComparesWhatTheAppGetsOfARecordBeforeAndAfter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d)
		now := d.As("amplify").One("users", student.ID())
		form := without(h.admin.get("/apps/amplify/dataguard?entity=users").form(), "field", "grades")
		form.Set("mask.familyName", "initial")
		panel := h.admin.post("/apps/amplify/dataguard", form)
		panel.shows(t, "One record, before and after", "A record that changes")
		if len(panel.payloads()) != 0 || len(previews(t, d)) != 0 {
			t.Error("somebody is shown before somebody was chosen")
		}

		search := panel.form()
		search.Set("of", "users")
		search.Set("find", student.ID())
		search.Set("look", "search")
		search.Set("reason", "new contract")
		found := h.admin.post("/apps/amplify/dataguard", search)
		found.shows(t, `name="record" value="`+html.EscapeString(student.ID())+`"`, "Compare", `value="new contract"`)

		chosen := found.form()
		chosen.Set("of", "users")
		chosen.Set("record", student.ID())
		compared := h.admin.post("/apps/amplify/dataguard", chosen)
		compared.shows(t, "Now", "Once saved", "<del", "<ins", `value="new contract"`, "Confirm")
		sides := compared.payloads()
		if len(sides) != 2 || sides[0] != string(now.Raw) || strings.Contains(sides[1], `"grades"`) || !strings.Contains(sides[1], text(student, "familyName")[:1]+`."`) {
			t.Fatalf("the sides are %q, the app got %s", sides, now.Raw)
		}
		entries := previews(t, d)
		if len(entries) != 2 || entries[0].Reason == "" || entries[1].Reason != "" || slices.Contains(entries[0].Fields, "grades") || !slices.Contains(entries[1].Fields, "grades") {
			t.Errorf("on record: %+v", entries)
		}
		h.admin.get("/audit?app=amplify&kind=shown").shows(t, "shown to admin@example.org; the permissions were not saved")
		if version(t, h, "amplify") != 1 {
			t.Error("comparing saved something")
		}
		if a := h.admin.post("/apps/amplify/dataguard/save", compared.form()); a.status != http.StatusSeeOther {
			t.Fatalf("Confirm: %d\n%s", a.status, words(a.body))
		}
		saved := d.As("amplify").One("users", student.ID())
		date := regexp.MustCompile(`"dateLastModified":"[^"]*"`) // a moment later, and dated then
		if date.ReplaceAllString(sides[1], "") != date.ReplaceAllString(string(saved.Raw), "") {
			t.Errorf("foretold was %s, the app gets %s", sides[1], saved.Raw)
		}
		if !slices.Contains(saved.Records()[0].Refs("orgs"), student.Refs("orgs")[0]) {
			t.Error("the record lost more than was unticked")
		}
	})
}

func TestThePanelFindsARecordThatChanges(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	ask := func(path string, form url.Values, of string) answer {
		form.Set("of", of)
		form.Set("look", "changing")
		return h.admin.post(path, form)
	}
	opened := h.admin.get("/apps/schoolinks/dataguard?entity=demographics").form()
	opened.Set("open", "on")
	opened.Add("field", "sex")
	page := ask("/apps/schoolinks/dataguard", opened, "demographics")
	page.shows(t, "403 Forbidden", "200 OK", "Nothing of this record.", "Comes: ")
	if sides := page.payloads(); len(sides) != 2 || !strings.Contains(sides[1], `"sex"`) {
		t.Errorf("the sides are %q", sides)
	}

	shared := h.admin.get("/apps/schoolinks/dataguard?entity=users").form()
	shared.Add("field", "middleName")
	if sides := ask("/apps/schoolinks/dataguard", shared, "users").payloads(); len(sides) != 2 || strings.Contains(sides[0], `"middleName"`) || !strings.Contains(sides[1], `"middleName"`) {
		t.Errorf("the sides are %q", sides)
	}
	same := ask("/apps/schoolinks/dataguard", shared, "orgs")
	same.shows(t, "The app gets the same of this record.")
	ask("/apps/schoolinks/dataguard", ticked(h.admin.get("/apps/schoolinks/dataguard").form(), "field", "middleName"), "demographics").shows(t, "The app gets no record of this kind")

	ask("/apps/schoolinks/copy", url.Values{"from": {"eduready360"}}, "users").shows(t, "Goes: ", "userIds")
	d.Edit("amplify", apps.Edit{Hide: []string{"users.grades"}})
	ask("/apps/amplify/history/1/compare", h.admin.get("/apps/amplify/history/1").form(), "users").shows(t, "Comes: ", "grades", "Go back to version 1")
	if version(t, h, "schoolinks") != 1 || version(t, h, "amplify") != 2 {
		t.Error("looking saved something")
	}
}
