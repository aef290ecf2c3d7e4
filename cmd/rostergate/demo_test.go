package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
)

// access is the file that the demo writes.
type access struct {
	BaseURL string `json:"base_url"`
	Admin   person `json:"admin"`
	Auditor person `json:"auditor"`
	Apps    []struct {
		ID           string `json:"id"`
		Name         string `json:"name"`
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		Base11       string `json:"oneroster_v1p1"`
		Base12       string `json:"oneroster_v1p2"`
		TokenURL     string `json:"token_url"`
	} `json:"apps"`
}

// person is somebody who can sign in.
type person struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// demo is a demo that runs.
type demo struct {
	t       *testing.T
	cmd     *exec.Cmd
	printed []string // the lines before the one that says how to stop
	access  access
	file    string
	trouble bytes.Buffer
}

// startDemo starts the command, with a folder of its own for temporary files,
// and waits until it says how to stop it.
func startDemo(t *testing.T, tmp string, args ...string) *demo {
	t.Helper()
	d := &demo{t: t, file: filepath.Join(dbtest.Folder(t), "credentials.json")}
	d.cmd = exec.Command("rostergate", append([]string{"demo", "--listen", "127.0.0.1:0", "--students", "60", "--credentials", d.file}, args...)...)
	d.cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	d.cmd.Stderr = &d.trouble
	out, err := d.cmd.StdoutPipe()
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Stop with") {
		d.printed = append(d.printed, lines.Text())
	}
	content, err := os.ReadFile(d.file)
	if err == nil {
		err = json.Unmarshal(content, &d.access)
	}
	if err != nil {
		t.Fatalf("the credentials cannot be read: %v\n%s", err, &d.trouble)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return d
}

// stop tells the demo to end, which it must do well.
func (d *demo) stop(by os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(by); err != nil {
		d.t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		d.t.Errorf("the demo ended with %v:\n%s", err, &d.trouble)
	}
}

// curls runs each printed call in a shell, as it stands there, and returns the entity and
// the record that it answers with, by the app's name.
func (d *demo) curls() map[string]shown {
	d.t.Helper()
	answers := map[string]shown{}
	name := ""
	for _, line := range d.printed {
		if title, is := strings.CutPrefix(line, "# "); is {
			name, _, _ = strings.Cut(title, ": ")
		}
		if !strings.HasPrefix(line, "curl ") {
			continue
		}
		out, err := exec.Command("bash", "-c", line).Output()
		var body map[string][]map[string]any
		if err == nil {
			err = json.Unmarshal(out, &body)
		}
		for entity, records := range body {
			if len(records) == 1 {
				answers[name] = shown{entity, records[0]}
			}
		}
		if err != nil || len(body) != 1 || answers[name].record == nil {
			d.t.Errorf("%s: %v, %s\n%s", name, err, out, line)
		}
	}
	return answers
}

// shown is what an app is shown.
type shown struct {
	entity string
	record map[string]any
}

// Whoever runs the four calls sees at a glance that four apps get different things from
// one roster.
func TestTheDemosCallsWorkAsPrintedAndShowWhatEachAppGets(t *testing.T) {
	t.Parallel()
	tmp := dbtest.Folder(t)
	d := startDemo(t, tmp)
	if found := inside(t, tmp); len(found) != 1 || !strings.HasPrefix(found[0], "rostergate-demo-") {
		t.Errorf("while it runs, the demo keeps %q", found)
	}
	answers := d.curls()
	for _, c := range []struct{ app, entity, has, hasNot string }{
		{"Alexandria", "demographics", "sourcedId birthDate sex", "metadata asian white"},
		{"Amplify Enrollment", "demographics", "sourcedId sex asian white metadata", "birthDate"},
		{"SchooLinks", "users", "sourcedId givenName familyName username email userIds metadata", "password sms agents"},
		{"Eduready360", "users", "sourcedId givenName familyName username email", "userIds metadata password sms agents"},
	} {
		got := answers[c.app]
		if got.entity != c.entity {
			t.Errorf("%s gets %s, wanted %s", c.app, got.entity, c.entity)
		}
		for _, member := range strings.Fields(c.has) {
			if got.record[member] == nil {
				t.Errorf("%s gets no %s: %v", c.app, member, got.record)
			}
		}
		for _, member := range strings.Fields(c.hasNot) {
			if _, has := got.record[member]; has {
				t.Errorf("%s gets %s: %v", c.app, member, got.record)
			}
		}
		if got.entity == "users" && got.record["role"] != "student" {
			t.Errorf("%s gets %v as a student", c.app, got.record["role"])
		}
	}
	for _, pair := range [][2]string{{"Alexandria", "Amplify Enrollment"}, {"SchooLinks", "Eduready360"}} {
		if one, other := answers[pair[0]].record, answers[pair[1]].record; one["sourcedId"] != other["sourcedId"] {
			t.Errorf("%q are shown %v and %v", pair, one["sourcedId"], other["sourcedId"])
		}
	}
	if len(d.access.Apps) != 4 || len(answers) != 4 {
		t.Errorf("%d apps, %d answers", len(d.access.Apps), len(answers))
	}
	d.stop(os.Interrupt)
	if left := inside(t, tmp); len(left) != 0 {
		t.Errorf("the demo leaves %q behind", left)
	}
}

// inside lists what is in a folder.
func inside(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestADemoWithAFolderGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	tmp, data := dbtest.Folder(t), filepath.Join(dbtest.Folder(t), "kept")
	first := startDemo(t, tmp, "--data", data)
	token := first.token(0)
	before := first.read(0, token, "/demographics?limit=10000")
	first.stop(syscall.SIGTERM)
	checkPrivate(t, first.file)
	checkPrivate(t, filepath.Join(data, "demo.json"))
	checkPrivate(t, filepath.Join(data, "key"))

	second := startDemo(t, tmp, "--data", data)
	if second.access.Admin != first.access.Admin || second.access.Auditor != first.access.Auditor || first.access.Admin == first.access.Auditor {
		t.Error("the people who can sign in are others than before, or the same")
	}
	for _, p := range []person{first.access.Admin, first.access.Auditor} {
		if p.Password == "" || !strings.Contains(strings.Join(second.printed, "\n"), p.Email+"  "+p.Password) {
			t.Errorf("the sign-in of %q is not printed", p.Email)
		}
	}
	for i, app := range second.access.Apps {
		was := first.access.Apps[i]
		if app.ID != was.ID || app.ClientID != was.ClientID || app.ClientSecret != was.ClientSecret {
			t.Errorf("%s has other credentials than before", app.ID)
		}
		if app.Base12 != second.access.BaseURL+"/ims/oneroster/rostering/v1p2" {
			t.Errorf("%s is reached in 1.2 at %s", app.ID, app.Base12)
		}
		if app.Base11 != second.access.BaseURL+"/ims/oneroster/v1p1" || app.TokenURL != second.access.BaseURL+"/oauth/token" {
			t.Errorf("%s is reached at %s and %s, the demo at %s", app.ID, app.Base11, app.TokenURL, second.access.BaseURL)
		}
	}
	if after := second.read(0, token, "/demographics?limit=10000"); !reflect.DeepEqual(after, before) {
		t.Error("with the token from before, the roster is another")
	}
	second.curls()
	second.stop(os.Interrupt)
	if code, out, _ := run("audit", "disclosures", "--data", data, "--app", first.access.Apps[0].ID, "--json"); code != 0 || strings.Count(out, `"request_id"`) < 3 {
		t.Errorf("the ledger of both runs has %s", out)
	}
	if left := inside(t, tmp); len(left) != 0 {
		t.Errorf("the demo leaves %q behind", left)
	}
}

func TestTheDemoShowsWhatACeilingHidesUntilItIsLifted(t *testing.T) {
	t.Parallel()
	data := filepath.Join(dbtest.Folder(t), "kept")
	d := startDemo(t, dbtest.Folder(t), "--data", data)
	defer d.stop(syscall.SIGTERM)
	app := -1
	for i, a := range d.access.Apps {
		if a.ID == "eduready360" {
			app = i
		}
	}
	set := func(wanted string, args ...string) {
		t.Helper()
		code, out, told := run(append([]string{"grants", "set", "eduready360", "--data", data}, args...)...)
		if code != 0 || !strings.Contains(out+told, wanted) {
			t.Fatalf("%q ended with %d: %s%s", args, code, out, told)
		}
	}
	read := func() (keys []string) {
		t.Helper()
		one := d.read(app, d.token(app), "/demographics?limit=1")["demographics"].([]any)[0]
		return slices.Sorted(maps.Keys(one.(map[string]any)))
	}
	set("demographics.birthDate stays hidden. Hidden by the ceiling of this app: Eduready360's documented use", "--demographics", "on", "--share", "demographics.birthDate")
	if a := d.status(app, "/demographics?limit=1"); a != http.StatusForbidden {
		t.Errorf("what the ceiling hides is answered with %d", a)
	}
	set("version 3 is saved", "--lift", "demographics.birthDate", "--reason", "the board agreed")
	if got := read(); !slices.Contains(got, "birthDate") || slices.Contains(got, "sex") {
		t.Errorf("the next answer has %q", got)
	}
	if code, out, _ := run("audit", "changes", "--data", data, "--app", "eduready360", "--json"); code != 0 || !strings.Contains(out, `"lifts":{"demographics.birthDate":"the board agreed"}`) {
		t.Errorf("the ledger has no lift: %s", out)
	}
	if code, out, _ := run("audit", "disclosures", "--data", data, "--app", "eduready360", "--field", "demographics.birthDate", "--json"); code != 0 || strings.Count(out, `"request_id"`) != 1 {
		t.Errorf("the ledger has of the answer: %s", out)
	}
}

func checkPrivate(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has the mode %o", filepath.Base(file), info.Mode().Perm())
	}
}

// token asks for one in the name of an app.
func (d *demo) token(app int) string {
	d.t.Helper()
	a := d.access.Apps[app]
	token, _ := d.body(d.tokenRequest(a.TokenURL, a.ClientID, a.ClientSecret))["access_token"].(string)
	return token
}

func (d *demo) tokenRequest(url, id, secret string) *http.Request {
	d.t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		d.t.Fatal(err)
	}
	r.SetBasicAuth(id, secret)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// askToken asks for a token and returns the status of the answer.
func (d *demo) askToken(url, id, secret string) int {
	d.t.Helper()
	answer, err := http.DefaultClient.Do(d.tokenRequest(url, id, secret))
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// read reads a path as an app.
func (d *demo) read(app int, token, path string) map[string]any {
	d.t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.access.Apps[app].Base11+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return d.body(r)
}

// status is how a path is answered to an app.
func (d *demo) status(app int, path string) int {
	d.t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.access.Apps[app].Base11+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token(app))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

func (d *demo) body(r *http.Request) map[string]any {
	d.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil || answer.StatusCode != http.StatusOK {
		d.t.Fatalf("%s: %d, %v, %v", r.URL.Path, answer.StatusCode, body, err)
	}
	return body
}
