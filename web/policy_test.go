package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy/rego"
)

// hiding are the files of a policy that hides something, with a test.
func hiding(name string) rego.Source {
	return rego.Source{
		"policy.rego":      "package rostergate.app\n\n# METADATA\n# title: The board\nhide contains \"" + name + "\"\n",
		"policy_test.rego": "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_it_is_hidden if \"" + name + "\" in app.hide\n",
	}
}

// policyFiles are the same as the form of the editor has them.
func policyFiles(name string) url.Values {
	files := hiding(name)
	return url.Values{
		"file-0": {"policy.rego"}, "text-0": {files["policy.rego"]},
		"file-1": {"policy_test.rego"}, "text-1": {files["policy_test.rego"]},
	}
}

// savedPolicy saves the policy that hides a name, in the place of a version.
func savedPolicy(t *testing.T, h *house, app string, base int64, name string) {
	t.Helper()
	if _, _, err := h.Apps.SavePolicy(ctx, h.Engine, app, base, hiding(name), apps.By{Actor: "cli:bo", Reason: "the board decided so"}); err != nil {
		t.Fatal(err)
	}
}

// policyVersion is the version of the policy that holds.
func policyVersion(t *testing.T, h *house, app string) int64 {
	t.Helper()
	saved, err := h.Apps.Policy(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	return saved.Version
}

// uploaded sends the editor's form with files, as browsers do.
func uploaded(t *testing.T, h *house, path string, form url.Values, files rego.Source) answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		if err := w.WriteField(name, values[0]); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		part, err := w.CreateFormFile("upload", name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, h.URL+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return h.admin.does(r)
}

func TestAPolicyIsWrittenCheckedAndSavedOnceItWasSaidWhatTheAppLoses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		app := d.As("amplify")
		student := app.Get("/students?limit=1&filter=email~%27@%27").Records()[0].ID()
		h.admin.get("/apps").shows(t, `<a href="/apps/amplify/policy">Policy</a>`)
		h.admin.get("/apps/amplify/policy").shows(t, "No policy of its own", "Write a policy")
		form := h.admin.get("/apps/amplify/policy/edit").form()
		h.admin.post("/apps/amplify/policy/edit", with(form, "do", "check")).shows(t, "It compiles, and its tests pass", "1 test passed", "test_no_address_is_shared", "The tests reach 1 of 1 line")

		form.Set("text-0", strings.ReplaceAll("package rostergate.app\n\nhide contains \"users.email\" if input.ap.id == \"x\"\n", "\n", "\r\n"))
		wrong := h.admin.post("/apps/amplify/policy", form)
		if wrong.status != http.StatusUnprocessableEntity {
			t.Errorf("what does not compile: %d", wrong.status)
		}
		for _, says := range []string{"This does not compile", "Line 3, column 32</a>: undefined ref: input.ap.id", `<span class="wrong">3</span>`, "input.ap.id == &#34;x&#34;"} {
			if !strings.Contains(wrong.body, says) {
				t.Errorf("it does not say %q\n%s", says, words(wrong.body))
			}
		}

		form.Set("text-0", "package rostergate.app\n\nhide contains \"users.email\"\n\nhide contains \"users.phone\" if input.app.id == \"x\"\n")
		panel := h.admin.post("/apps/amplify/policy", form)
		panel.shows(t, "What the policy changes for ", "A policy gives an app nothing", "Loses", "<code>email</code>", "Confirm")
		if strings.Contains(panel.body, "Gains") {
			t.Errorf("a policy gives something\n%s", words(panel.body))
		}
		compared := h.admin.post("/apps/amplify/policy", with(with(form, "record", student), "of", "users"))
		compared.shows(t, "Once saved", `<span class="visually-hidden">Goes: </span>`, "&#34;email&#34;")
		if gets(t, app, student)["email"] == nil || policyVersion(t, h, "amplify") != 0 {
			t.Error("looking changed what the app gets")
		}

		h.admin.follows(h.admin.post("/apps/amplify/policy/save", with(panel.form(), "reason", "no mail"))).shows(t,
			"Saved. It holds from the next answer on", "Version 1 holds", "no mail", "hide contains &#34;users.phone&#34;")
		if gets(t, app, student)["email"] != nil {
			t.Error("the app still gets the address")
		}
		if gets(t, d.As("alexandria"), student)["email"] == nil {
			t.Error("another app gets no address any more")
		}
		h.admin.post("/apps/amplify/policy", h.admin.get("/apps/amplify/policy/edit").form()).shows(t, "Nothing to save")
	})
}

func TestAPolicyThatNobodyVouchesForIsShownAgainWithItsFailedTests(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/policy/edit").form()
	for says, test := range map[string]string{
		"No test ran":         "package rostergate.app_test\n",
		"1 of 1 tests failed": "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_no_phone if \"users.phone\" in app.hide\n",
	} {
		form.Set("text-1", test)
		for _, path := range []string{"/apps/amplify/policy", "/apps/amplify/policy/save"} {
			a := h.admin.post(path, form)
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
				t.Errorf("%s: %d\n%s", says, a.status, words(a.body))
			}
			if says != "No test ran" && (!strings.Contains(a.body, "<code>test_no_phone</code>") || !strings.Contains(a.body, ">Failed<") || !strings.Contains(a.body, "policy_test.rego, line 5")) {
				t.Errorf("the test is not named\n%s", words(a.body))
			}
		}
	}
	if policyVersion(t, h, "amplify") != 0 {
		t.Error("something was saved")
	}
}

func TestFilesAreUploadedAddedAndRemovedAndNothingIsSavedByIt(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/policy/edit").form()
	edit := "/apps/amplify/policy/edit"
	files := hiding("users.phone")
	files["more.rego"], files["notes.txt"] = "package rostergate.app\r\n\r\nhide contains \"users.grades\"\r\n", "notes"
	files["bytes.rego"] = "\xff"
	a := uploaded(t, h, edit, form, files)
	a.shows(t, "It compiles", "notes.txt is no file of a policy", "bytes.rego is no text", "hide contains &#34;users.phone&#34;", "hide contains &#34;users.grades&#34;")
	if strings.Contains(a.body, "users.email") && strings.Contains(a.body, "hide contains &#34;users.email") {
		t.Error("the file of the same name is still there")
	}
	form = a.form()
	if len(form["text-2"]) == 0 || strings.Contains(form.Get("text-2"), "\r") {
		t.Errorf("the new file is %q", form["text-2"])
	}
	form = h.admin.post(edit, with(form, "do", "tests")).form()
	if form.Get("file-3") != "policy2_test.rego" {
		t.Errorf("a file of tests is %q", form.Get("file-3"))
	}
	form = h.admin.post(edit, with(form, "do", "remove 1")).form()
	if form.Get("file-1") != "more.rego" || len(form["file-3"]) > 0 {
		t.Errorf("after removing the second the form is %q", form)
	}
	uploaded(t, h, edit, with(form, "do", "upload"), nil).shows(t, "Choose the files first")
	same := with(form, "file-1", "policy.rego")
	if a := h.admin.post("/apps/amplify/policy", same); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "two files have this name") {
		t.Errorf("two files of one name: %d\n%s", a.status, words(a.body))
	}
	if policyVersion(t, h, "amplify") != 0 {
		t.Error("something was saved")
	}
}

func TestAPolicyThatSomebodySavedMeanwhileTakesNoText(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/policy/edit").form()
	form.Set("text-0", "package rostergate.app\n\nhide contains \"users.email\"\n# mine\n")
	savedPolicy(t, h, "amplify", 0, "users.phone")
	for _, path := range []string{"/apps/amplify/policy", "/apps/amplify/policy/save"} {
		a := h.admin.post(path, form)
		if a.status != http.StatusConflict {
			t.Errorf("%s: %d", path, a.status)
		}
		for _, says := range []string{"Someone else changed the policy of ", "bo (command line)", "# mine", "What they changed", "hide contains &#34;users.phone&#34;", `name="version" value="1"`} {
			if !strings.Contains(a.body, says) {
				t.Errorf("%s does not say %q\n%s", path, says, words(a.body))
			}
		}
		if policyVersion(t, h, "amplify") != 1 {
			t.Error("something was saved")
		}
	}
	again := h.admin.post("/apps/amplify/policy", form).form()
	panel := h.admin.post("/apps/amplify/policy", again)
	h.admin.follows(h.admin.post("/apps/amplify/policy/save", panel.form())).shows(t, "Version 2 holds", "# mine")
}

func TestAnEarlierPolicyHoldsAgainAndNoneAtAll(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	app := d.As("amplify")
	student := app.Get("/students?limit=1&filter=email~%27@%27").Records()[0].ID()
	savedPolicy(t, h, "amplify", 0, "users.email")
	savedPolicy(t, h, "amplify", 1, "users.familyName")
	h.admin.get("/apps/amplify/policy/2").shows(t, "What changed since version 1", "Goes: </span>hide contains &#34;users.email", "Comes: </span>hide contains &#34;users.familyName", "the board decided so")
	h.admin.get("/apps/amplify/policy/1").shows(t, "The first version", "--- /dev/null")
	for _, none := range []string{"3", "0", "-1", "x"} {
		if a := h.admin.get("/apps/amplify/policy/" + none); a.status != http.StatusNotFound {
			t.Errorf("version %s: %d", none, a.status)
		}
	}

	panel := h.admin.get("/apps/amplify/policy/1/back")
	panel.shows(t, "Go back to version 1", "Loses", "<code>email</code>", "Gains", "<code>familyName</code>", "an earlier policy had taken it away")
	h.admin.follows(h.admin.post("/apps/amplify/policy/1/back", with(panel.form(), "reason", "too much"))).shows(t, "Version 1 holds again", "Version 3 holds", "too much")
	if record := gets(t, app, student); record["email"] != nil || record["familyName"] == nil {
		t.Errorf("the app gets %v", record)
	}
	if a := h.admin.post("/apps/amplify/policy/1/back", panel.form()); a.status != http.StatusConflict {
		t.Errorf("going back from a version that holds no longer: %d", a.status)
	}

	panel = h.admin.get("/apps/amplify/policy/0/back")
	panel.shows(t, "Remove the policy of ")
	h.admin.follows(h.admin.post("/apps/amplify/policy/0/back", panel.form())).shows(t, "The policy is removed", "No policy of its own", "Removed")
	if gets(t, app, student)["email"] == nil {
		t.Error("the address does not come back")
	}
	h.admin.get("/apps/amplify/policy/4").shows(t, "By this version the app has no policy of its own")
}

func TestAuditorsReadPoliciesAndChangeNone(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	savedPolicy(t, h, "amplify", 0, "users.email")
	savedPolicy(t, h, "amplify", 1, "users.phone")
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	for _, path := range []string{"/apps/amplify/policy", "/apps/amplify/policy/1"} {
		page := auditor.get(path)
		page.shows(t, "hide contains &#34;users.", "the board decided so")
		for _, deed := range []string{"Edit", "Remove<", "Go back", "/back", "<form"} {
			if _, main, _ := strings.Cut(page.body, "<main"); strings.Contains(main, deed) {
				t.Errorf("%s offers %q to an auditor", path, deed)
			}
		}
	}
	if a := auditor.get("/apps/amplify/policy/edit"); a.status != http.StatusForbidden {
		t.Errorf("the editor: %d", a.status)
	}
}

// A key that nobody has accepted is a value, and a policy may name it.
func TestAPolicyNamesNoKeyToAnAuditorThatNobodyAccepted(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	savedPolicy(t, h, "schoolinks", 0, "users.userIds.LDAP")
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	auditor.get("/apps/schoolinks/policy").shows(t, "users.userIds.LDAP")
	if err := h.DB.Write.Exec("UPDATE bag_keys SET accepted = FALSE").Error; err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/apps/schoolinks/policy", "/apps/schoolinks/policy/1"} {
		page := auditor.get(path)
		page.shows(t, "users.userIds.unaccepted type ")
		if strings.Contains(page.body, "LDAP") {
			t.Errorf("%s names the type\n%s", path, words(page.body))
		}
	}
	// Who edits it must not save something else.
	form := h.admin.get("/apps/schoolinks/policy/edit").form()
	if !strings.Contains(form.Get("text-0"), "users.userIds.LDAP") {
		t.Errorf("the editor has %q", form.Get("text-0"))
	}
	h.admin.post("/apps/schoolinks/policy", form).shows(t, "Nothing to save")
}

// What a policy says is text wherever it is shown.
func TestThePolicyOfAnAppIsShownAsText(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	form := h.admin.get("/apps/amplify/policy/edit").form()
	const evil = "</textarea></pre><script>alert(1)</script>"
	form.Set("text-0", form.Get("text-0")+"\n# "+evil+"\n")
	form.Set("file-1", evil)
	a := h.admin.post("/apps/amplify/policy", form)
	if strings.Contains(a.body, "<script>alert") || !strings.Contains(a.body, "&lt;script&gt;alert") {
		t.Errorf("%d\n%s", a.status, a.body)
	}
	form.Set("file-1", "policy_test.rego")
	h.admin.follows(h.admin.post("/apps/amplify/policy/save", h.admin.post("/apps/amplify/policy", form).form()))
	for _, path := range []string{"/apps/amplify/policy", "/apps/amplify/policy/1", "/apps/amplify/policy/edit"} {
		if a := h.admin.get(path); strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s\n%s", path, a.body)
		}
	}
}

// gets is a user as an app gets it now.
func gets(t *testing.T, app *gatewaytest.Client, sourcedID string) map[string]any {
	t.Helper()
	user, ok := app.One("users", sourcedID).JSON()["user"].(map[string]any)
	if !ok {
		t.Fatal("the app does not get the user")
	}
	return user
}
