package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
)

func TestAnAdminOptsAStudentOutAndLetsAppsHaveThemAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d)
		name, id := text(student, "familyName"), student.ID()
		h.admin.get("/apps").shows(t, `href="/apps/opt-outs"`, "/apps/opt-outs?app=amplify")
		h.admin.get("/apps/opt-outs").shows(t, "Nobody is opted out", "Opt a student out", "Send the file")
		h.admin.post("/apps/opt-outs/find", url.Values{"find": {id}}).shows(t, name, "Choose")
		record := url.Values{"record": {id}}
		h.admin.post("/apps/opt-outs/student", record).shows(t, name, "All apps", "Amplify Enrollment")

		// Out of one app: that app, and no other.
		with := func(more ...string) url.Values {
			form := url.Values{"record": {id}}
			for i := 0; i < len(more); i += 2 {
				form.Add(more[i], more[i+1])
			}
			return form
		}
		h.admin.post("/apps/opt-outs/add", with("which", "some")).answers(t, http.StatusUnprocessableEntity, "Tick the apps that are to get nothing of the student")
		h.admin.post("/apps/opt-outs/add", with("which", "some", "apps", "amplify", "reason", "form of 3 May")).leads(t, "/apps/opt-outs")
		if a := d.As("amplify").One("users", id); a.Status != http.StatusNotFound {
			t.Errorf("the app still has the student: %d", a.Status)
		}
		if a := d.As("alexandria").One("users", id); a.Status != http.StatusOK {
			t.Errorf("another app has lost the student: %d", a.Status)
		}
		h.admin.get("/apps/opt-outs").shows(t, name, "Amplify Enrollment", "form of 3 May", "1 opt-out")
		h.admin.get("/apps/opt-outs?app=alexandria").shows(t, "Nobody is opted out of this app")
		h.admin.get("/apps/opt-outs?app=nobody").answers(t, http.StatusNotFound)
		h.admin.post("/apps/opt-outs/find", url.Values{"find": {id}}).shows(t, "Opted out: Amplify Enrollment")

		// Out of all of them, too: what it would open to remove it is said.
		h.admin.post("/apps/opt-outs/add", with("which", "all")).leads(t, "/apps/opt-outs")
		h.admin.get("/apps/opt-outs?app=alexandria").shows(t, name, "All apps")
		page := h.admin.post("/apps/opt-outs/student", record)
		page.shows(t, "No app that is enabled now gets the student again by it.", "sent again to: ", "The student is opted out of all apps already.")
		if opens := page.body[strings.Index(page.body, "sent again to: "):]; strings.Contains(opens[:strings.Index(opens, ".")], "Amplify") {
			t.Error("removing what is of all apps is said to open the app that has an opt-out of its own")
		}
		h.admin.post("/apps/opt-outs/remove", with("app", "alexandria")).answers(t, http.StatusNotFound)
		h.admin.post("/apps/opt-outs/remove", with("app", "", "reason", "withdrawn")).leads(t, "/apps/opt-outs")
		if a := d.As("alexandria").One("users", id); a.Status != http.StatusOK {
			t.Errorf("the app has the student not again: %d", a.Status)
		}
		if a := d.As("amplify").One("users", id); a.Status != http.StatusNotFound {
			t.Errorf("the app has the student again: %d", a.Status)
		}
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		h.admin.get("/audit?kind=change").shows(t, "Opted out", "Opt-out removed", "Of all apps", fmt.Sprintf("Student %d", number(t, s, id)), "form of 3 May", "withdrawn")
		h.admin.post("/apps/opt-outs/student", url.Values{"record": {"no such student"}}).answers(t, http.StatusNotFound)
	})
}

// answers wants a status other than 200, and texts on the page.
func (a answer) answers(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, not %d\n%s", a.status, status, words(a.body))
	}
	a.status = http.StatusOK
	a.shows(t, texts...)
}

// leads wants a form to have ended, and to lead on.
func (a answer) leads(t *testing.T, path string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.location != path {
		t.Errorf("status %d, to %q\n%s", a.status, a.location, words(a.body))
	}
}

// number is the roster's id of a user.
func number(t *testing.T, s dbtest.Store, user string) (id uint32) {
	t.Helper()
	users, _ := catalog.Find("users")
	if err := s.DB.Read.Table(users.Table()).Where("sourced_id = ?", user).Pluck("id", &id).Error; err != nil || id == 0 {
		t.Fatalf("%s is %d, %v", user, id, err)
	}
	return id
}

func TestAuditorsSeeWhoIsOptedOutByNumbersAndChangeNothing(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := pupil(t, d)
	d.OptOut("amplify", student.ID())
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	page := auditor.get("/apps/opt-outs")
	page.shows(t, fmt.Sprintf("Student %d", number(t, d.Store, student.ID())), "Amplify Enrollment", "Admins see their names")
	for _, value := range []string{student.ID(), text(student, "familyName"), text(student, "username"), "/apps/opt-outs/file", "Choose", ">Open<"} {
		if strings.Contains(page.body, value) {
			t.Errorf("an auditor sees %q", value)
		}
	}
	for _, path := range []string{"/apps/opt-outs/find", "/apps/opt-outs/student", "/apps/opt-outs/add", "/apps/opt-outs/remove", "/apps/opt-outs/file"} {
		if a := auditor.post(path, url.Values{"record": {student.ID()}, "app": {"amplify"}}); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := d.As("amplify").One("users", student.ID()); a.Status != http.StatusNotFound {
		t.Errorf("the app has the student again: %d", a.Status)
	}
}

// optOutFile sends a CSV file of opt-outs.
func (h *house) optOutFile(t *testing.T, text, reason string, ticks ...string) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "opt-outs.csv")
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err == nil {
		err = form.WriteField("reason", reason)
	}
	for _, name := range ticks {
		if err == nil {
			err = form.WriteField(name, "on")
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return h.admin.bring("/apps/opt-outs/file", form.FormDataContentType(), &body)
}

func TestAFileOfOptOutsIsTakenWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		students := d.As("amplify").Walk("/students?limit=100")
		one, other := students[3].ID(), students[4].ID()
		quoted := func(id string) string { return `"` + strings.ReplaceAll(id, `"`, `""`) + `"` }
		good := "sourcedId,app\n" + quoted(one) + ",\n" + quoted(other) + ",amplify\n" + quoted(one) + ",\n"
		wrong := h.optOutFile(t, good+"nobody-here,\n"+quoted(other)+",amplfy\n", "")
		wrong.answers(t, http.StatusUnprocessableEntity, "2 lines of the file are wrong, and nothing was stored", "Line 5: The roster never had a student", "Line 6: No app has this ID")
		if strings.Contains(wrong.body, "nobody-here") {
			t.Error("the page quotes the file")
		}
		for text, says := range map[string]string{
			"": "The first line of the file is to be sourcedId,app", "name\nAna\n": "The first line of the file is to be sourcedId,app",
			"sourcedId,app\na,b,c\n": "Line 2 of the file has 3 cells where 2 belong", "sourcedId\n\"a\n": "of the file is no CSV", "sourcedId,app\n\xff,\n": "Line 2 of the file is not UTF-8",
			"sourcedId,app\n ,amplify\n": "Line 2 of the file names no student",
		} {
			h.optOutFile(t, text, "").answers(t, http.StatusUnprocessableEntity, says)
		}
		h.optOutFile(t, good, "a\nb").answers(t, http.StatusUnprocessableEntity, "one line")
		if a := d.As("amplify").One("users", one); a.Status != http.StatusOK {
			t.Errorf("a part of a file was taken: %d", a.Status)
		}
		h.optOutFile(t, "\ufeff"+strings.ReplaceAll(good, "\n", "\r\n"), "forms of this year").leads(t, "/apps/opt-outs")
		h.admin.get("/apps/opt-outs").shows(t, "2 opt-outs added, 1 there already.", "forms of this year")
		for app, status := range map[string][]int{"amplify": {404, 404}, "alexandria": {404, 200}} {
			for i, id := range []string{one, other} {
				if a := d.As(app).One("users", id); a.Status != status[i] {
					t.Errorf("%s: %d of %s", app, a.Status, id)
				}
			}
		}
	})
}

func TestAFileThatReplacesTheRegisterSaysFirstWhoComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		students := d.As("amplify").Walk("/students?limit=100")
		one, other := students[3].ID(), students[4].ID()
		d.OptOut("", one)
		d.OptOut("amplify", other)
		h.admin.get("/apps/opt-outs").shows(t, "Replace the register", "Let those students back")
		file := "sourcedId,app\n\"" + strings.ReplaceAll(one, `"`, `""`) + "\",\n"
		asked := h.optOutFile(t, file, "forms of this year", "replace")
		asked.answers(t, http.StatusUnprocessableEntity, "1 opt-out would go", "1 student", "Amplify Enrollment gets 1 student again", "nothing was stored", "forms of this year")
		if a := d.As("amplify").One("users", other); a.Status != http.StatusNotFound {
			t.Errorf("the student is back: %d", a.Status)
		}
		h.optOutFile(t, file, "forms of this year", "replace", "sure").leads(t, "/apps/opt-outs")
		h.admin.get("/apps/opt-outs").shows(t, "0 opt-outs added, 1 there already, 1 removed.")
		for id, status := range map[string]int{one: http.StatusNotFound, other: http.StatusOK} {
			if a := d.As("amplify").One("users", id); a.Status != status {
				t.Errorf("%s: %d", id, a.Status)
			}
		}
	})
}

func TestTheRegisterOfOptOutsIsPaged(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	var ids []string
	for _, student := range d.As("amplify").Walk("/students?limit=100") {
		ids = append(ids, student.ID())
	}
	if len(ids) <= 50 {
		t.Fatalf("only %d students", len(ids))
	}
	d.OptOut("", ids...)
	first := h.admin.get("/apps/opt-outs")
	first.shows(t, fmt.Sprintf("1 to 50 of %d opt-outs", len(ids)), "page=2")
	second := h.admin.get("/apps/opt-outs?page=2")
	second.shows(t, fmt.Sprintf("51 to %d of %d opt-outs", len(ids), len(ids)))
	if rows := strings.Count(first.body, `name="record"`); rows != 50 {
		t.Errorf("the first page has %d", rows)
	}
	if rows := strings.Count(second.body, `name="record"`); rows != len(ids)-50 {
		t.Errorf("the second page has %d", rows)
	}
	if err := h.Apps.Delete(ctx, "schoolinks", apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	h.admin.get("/apps/opt-outs?page=3").shows(t)
}

func TestWhoWasRenamedSinceTheyWereOptedOutIsToBeLookedAt(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := pupil(t, d)
	d.OptOut("", student.ID())
	const doubt = "Came back or was renamed"
	if page := h.admin.get("/apps/opt-outs"); strings.Contains(page.body, doubt) {
		t.Error("somebody is doubted at once")
	}
	p := district(t, gatewaytest.Students)
	name := "," + text(student, "givenName") + "," + text(student, "familyName") + ","
	lines := strings.SplitAfter(p["users.csv"], "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimPrefix(line, `"`), student.ID()) {
			lines[i] = strings.Replace(line, name, ",Iris,Vega,", 1)
		}
	}
	p["users.csv"] = strings.Join(lines, "")
	d.Import(p.folder(t))
	h.admin.get("/apps/opt-outs").shows(t, "Iris Vega", doubt)
	h.admin.post("/apps/opt-outs/student", url.Values{"record": {student.ID()}}).shows(t, doubt, "See that it is still who was meant")
	if a := d.As("amplify").One("users", student.ID()); a.Status != http.StatusNotFound {
		t.Errorf("the app has them: %d", a.Status)
	}
}

// Whoever left the roster while somebody came whose sourcedId is the same but for case is
// shown to admins with that one, whom they may then opt out, too, and to auditors without.
func TestWhoMayBeAStudentThatLeftIsShownBesideTheOptOut(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	student := pupil(t, d)
	d.OptOut("", student.ID())
	other := strings.ToUpper(student.ID())
	if other == student.ID() {
		t.Fatal("the sourcedId has no small letter")
	}
	p := district(t, gatewaytest.Students)
	for _, file := range []string{"users.csv", "enrollments.csv", "demographics.csv"} {
		p[file] = regexp.MustCompile(`\b`+regexp.QuoteMeta(student.ID())+`\b`).ReplaceAllString(p[file], other)
	}
	d.Import(p.folder(t))
	h.admin.get("/apps/opt-outs").shows(t, "Left the roster", "May be the same as", "("+other+")")
	auditor := h.signedIn("auditor@example.org", people.Auditor).get("/apps/opt-outs")
	auditor.shows(t, "Left the roster")
	if strings.Contains(auditor.body, other) {
		t.Error("an auditor reads who it may be")
	}
}

// folder writes the package into a new folder.
func (p parcel) folder(t *testing.T) string {
	t.Helper()
	dir := dbtest.Folder(t)
	for name, content := range p {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
