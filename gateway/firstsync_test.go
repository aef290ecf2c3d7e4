package gateway_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// crowdOf is the small district with so many students more in one class.
func crowdOf(t *testing.T, students int) parcel {
	t.Helper()
	p := cedar(t)
	for i := range students {
		p["users.csv"] += fmt.Sprintf("s%[1]d,,,true,oak,student,s%[1]d,,Kim,Ng,,,,,,,03,,,\n", i)
		p["enrollments.csv"] += fmt.Sprintf("e-s%[1]d,,,reading-a,oak,s%[1]d,student,false,,\n", i)
	}
	return p
}

// printed is a program of the page about the first sync, as it stands there.
func printed(t *testing.T, d *gatewaytest.District, name string) string {
	t.Helper()
	page := want(t, d.Do(d.Request(http.MethodGet, "/api/first-sync", nil)), http.StatusOK)
	program := regexp.MustCompile(`(?s)<pre id="` + name + `" tabindex="0"><code>(.*?)</code></pre>`).FindSubmatch(page.Raw)
	if program == nil {
		t.Fatalf("%s is not on the page", name)
	}
	return html.UnescapeString(string(program[1]))
}

// machine is where an app runs a program, and keeps what it knows.
type machine struct {
	folder string
	env    []string
}

func newMachine(t *testing.T, d *gatewaytest.District, app, name, program string) machine {
	t.Helper()
	m := machine{folder: dbtest.Folder(t), env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "CLIENT_ID=" + d.Credentials[app].ClientID, "CLIENT_SECRET=" + d.Credentials[app].Secret,
	}}
	if err := os.WriteFile(filepath.Join(m.folder, name), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	return m
}

// command is a command on the machine, with its arguments.
func (m machine) command(t *testing.T, command string) *exec.Cmd {
	t.Helper()
	words := strings.Fields(command)
	if _, err := exec.LookPath(words[0]); err != nil {
		t.Fatalf("the programs of the page need %s, which is not on this machine (scripts/tools installs it)", words[0])
	}
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Dir, cmd.Env = m.folder, m.env
	return cmd
}

// run runs a command and returns what it says.
func (m machine) run(t *testing.T, command string) string {
	t.Helper()
	said, err := m.command(t, command).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, said)
	}
	return string(said)
}

// kept are the records that the program keeps in a file.
func (m machine) kept(t *testing.T) map[string]gatewaytest.Record {
	t.Helper()
	var state struct{ Records map[string]gatewaytest.Record }
	m.read(t, "sync.json", &state)
	return state.Records
}

func (m machine) read(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(m.folder, file))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// changing runs fn beside a district of two pages of users, which changes when fn says so:
// Ana gets another name, and a student leaves.
func changing(t *testing.T, fn func(t *testing.T, d *gatewaytest.District, change func())) {
	t.Helper()
	t.Parallel()
	p := crowdOf(t, 1100)
	before := p.Folder(t)
	p.Edit(t, "users.csv", "~ ,Ana,Ruiz, => ,Anna,Ruiz,\n- s7,,,true")
	p.Edit(t, "enrollments.csv", "- e-s7,")
	after := p.Folder(t)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		d := gatewaytest.StartWith(t, s, before)
		fn(t, d, func() { d.Import(after) })
	})
}

// The programs of the page are run as they stand there.
func TestTheProgramsOfTheFirstSyncKeepUpWithTheDistrict(t *testing.T) {
	changing(t, func(t *testing.T, d *gatewaytest.District, change func()) {
		c := d.As("amplify")
		commands := map[string]string{"sync.py": "python3 sync.py", "sync.mjs": "node sync.mjs"}
		machines := map[string]machine{}
		for name := range commands {
			machines[name] = newMachine(t, d, "amplify", name, printed(t, d, name))
		}
		check := func(read string) {
			t.Helper()
			wanted := byID(c.Walk("/users?limit=1000"))
			for name, m := range machines {
				if said := m.run(t, commands[name]); strings.Contains(said, "records read") != (read != "") || !strings.Contains(said, read) {
					t.Errorf("%s says %s", name, said)
				}
				if got := m.kept(t); !reflect.DeepEqual(got, wanted) || len(got) < 1000 {
					t.Errorf("%s keeps %d records, wanted %d", name, len(got), len(wanted))
				}
			}
		}
		check("1104 records read.")
		check("")
		change()
		check("1 records read.")
		check("")
	})
}

// The one for the shell keeps the pages as they came, those of each sync in a folder.
func TestTheFirstSyncInTheShellBringsAllAndThenWhatChanged(t *testing.T) {
	changing(t, func(t *testing.T, d *gatewaytest.District, change func()) {
		m := newMachine(t, d, "amplify", "sync.sh", printed(t, d, "sync.sh"))
		brings := func(of ...string) map[string]any {
			t.Helper()
			said := m.run(t, "sh sync.sh")
			names := map[string]any{}
			for _, kind := range of {
				found := regexp.MustCompile(`(\d+) pages are in (users\.\w+/` + kind + `-\*\.json)`).FindStringSubmatch(said)
				if found == nil {
					t.Fatalf("it says nothing of %s: %s", kind, said)
				}
				pages, err := filepath.Glob(filepath.Join(m.folder, found[2]))
				if err != nil || fmt.Sprint(len(pages)) != found[1] {
					t.Errorf("%s are %v, %v", found[0], pages, err)
				}
				for _, page := range pages {
					var list struct{ Users []gatewaytest.Record }
					m.read(t, strings.TrimPrefix(page, m.folder), &list)
					for _, u := range list.Users {
						names[kind+" "+u.ID()] = u["givenName"]
					}
				}
			}
			return names
		}
		nothing := func() {
			t.Helper()
			if said := m.run(t, "sh sync.sh"); said != "Nothing has changed.\n" {
				t.Errorf("it says %s", said)
			}
		}
		if all := brings("all"); len(all) != 1104 || all["all ana"] != "Ana" || all["all s7"] != "Kim" {
			t.Errorf("%d came, and Ana as %v", len(all), all["all ana"])
		}
		nothing()
		change()
		later := brings("changed", "left")
		_, left := later["left s7"]
		if len(later) != 1+1103 || later["changed ana"] != "Anna" || left {
			t.Errorf("%d came, and Ana as %v; the one who left is there: %t", len(later), later["changed ana"], left)
		}
		nothing()
	})
}

// In 1.2 a program needs another base, and nothing else.
func TestTheFirstSyncReads12ByItsBase(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		program := strings.NewReplacer(gatewaytest.Base, gatewaytest.Base12, `"users"`, `"orgs"`).Replace(printed(t, d, "sync.py"))
		m := newMachine(t, d, "amplify", "sync.py", program)
		m.run(t, "python3 sync.py")
		if got, wanted := m.kept(t), byID(d.As("amplify").In12().Walk("/orgs")); !reflect.DeepEqual(got, wanted) || len(got) != 3 {
			t.Errorf("it keeps %v, wanted %v", got, wanted)
		}
	})
}

// A program whose credentials are wrong says so, and keeps nothing.
func TestTheFirstSyncSaysThatItsCredentialsAreWrong(t *testing.T) {
	t.Parallel()
	d := gatewaytest.StartWith(t, dbtest.New(t, database.SQLite), cedar(t).Folder(t))
	for name, command := range map[string]string{"sync.sh": "sh sync.sh", "sync.py": "python3 sync.py", "sync.mjs": "node sync.mjs"} {
		m := newMachine(t, d, "amplify", name, printed(t, d, name))
		m.env = append(m.env, "CLIENT_SECRET=wrong")
		said, err := m.command(t, command).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "401") {
			t.Errorf("%s: %v, %s", name, err, said)
		}
		left, err := filepath.Glob(filepath.Join(m.folder, "*"))
		if err != nil || len(left) != 1 {
			t.Errorf("%s leaves %v", name, left)
		}
	}
}
