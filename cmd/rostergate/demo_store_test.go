package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/migrations"
)

// demoArgs is a command line of the demo on the store.
func (p place) demoArgs(more ...string) []string {
	return slices.Concat([]string{"demo", "--listen", "127.0.0.1:0", "--students", "60"}, p.flags, more)
}

// lastUse is what is said of a credential that was used, which nobody decided.
var lastUse = regexp.MustCompile(`,\s*"last_used_at": "[^"]*"`)

// decided is what people decided about apps, and the record of it.
func (p place) decided() string {
	p.t.Helper()
	all := p.must("apps", "list", "--json") + p.must("audit", "changes", "--json") + p.must("users", "list", "--json")
	for _, app := range []string{"amplify", "schoolinks", "alexandria", "eduready360"} {
		if strings.Contains(all, `"`+app+`"`) {
			all += lastUse.ReplaceAllString(p.must("apps", "show", app, "--json"), "")
		}
	}
	return all
}

func TestADemoThatStartsAgainChangesNothing(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		tmp := dbtest.Folder(t)
		first := startDemo(t, tmp, p.flags...)
		first.stop(os.Interrupt)
		p.must("apps", "suspend", "amplify", "--reason", "contract ended")
		p.must("grants", "set", "schoolinks", "--hide", "users.email")
		p.must("grants", "set", "alexandria", "--demographics", "off")
		before := p.decided()

		second := startDemo(t, tmp, p.flags...)
		if diff := cmp.Diff(first.access.Apps[0].ClientSecret, second.access.Apps[0].ClientSecret); diff != "" || second.access.Admin != first.access.Admin {
			t.Error("the credentials are others than before")
		}
		if slices.Contains(tokens(second), "amplify") || len(tokens(second)) != 3 {
			t.Errorf("tokens are given to %q", tokens(second))
		}
		second.stop(os.Interrupt)
		if diff := cmp.Diff(before, p.decided()); diff != "" {
			t.Errorf("what was decided became\n%s", diff)
		}
		if !lastUse.MatchString(p.must("apps", "show", "schoolinks", "--json")) || lastUse.MatchString(p.must("apps", "show", "amplify", "--json")) {
			t.Error("behind a stop it is not known which secrets were used")
		}
		if strings.Contains(second.trouble.String(), "students") {
			t.Errorf("the same district was asked for, and it says %s", &second.trouble)
		}
	})
}

// tokens lists the apps of a demo that get a token.
func tokens(d *demo) []string {
	var given []string
	for _, app := range d.access.Apps {
		if answer := d.askToken(app.TokenURL, app.ClientID, app.ClientSecret); answer == 200 {
			given = append(given, app.ID)
		}
	}
	return given
}

func TestADemoThatWasInterruptedGoesOnAndLeavesASuspendedAppSuspended(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		tmp := dbtest.Folder(t)
		startDemo(t, tmp, p.flags...).stop(os.Interrupt)
		p.must("apps", "suspend", "amplify")
		// As if it had ended before it kept the credentials.
		if err := os.Remove(filepath.Join(p.data, "demo.json")); err != nil {
			t.Fatal(err)
		}
		if err := execIn(p.url, migrations.Store, `UPDATE settings SET value = replace(value, '"made":true', '"made":false') WHERE name = 'demo'`); err != nil {
			t.Fatal(err)
		}
		second := startDemo(t, tmp, append(slices.Clone(p.flags), "--students", "90")...)
		if slices.Contains(tokens(second), "amplify") || len(tokens(second)) != 3 {
			t.Errorf("tokens are given to %q", tokens(second))
		}
		second.stop(os.Interrupt)
		if said := strings.Join(second.printed, "\n"); strings.Count(said, " is suspended, and is answered nothing") != 1 {
			t.Errorf("it does not say which app is suspended: %s", said)
		}
		if !strings.Contains(second.trouble.String(), "with 60 students and seed 1, and stays: 90 students and seed 1 are not applied. ") || !strings.Contains(second.trouble.String(), "--data FOLDER --students 90 --seed 1") {
			t.Errorf("it does not say which district there is: %s", &second.trouble)
		}
		if shown := p.must("apps", "show", "amplify"); !strings.Contains(shown, "suspended") {
			t.Errorf("amplify is %s", shown)
		}
	})
}

func TestADemoThatCannotBeMadeLeavesNothingBehind(t *testing.T) {
	data := dbtest.Folder(t)
	if code, _, stderr := run("demo", "--data", data, "--students", "0"); code != 2 || !strings.Contains(stderr, "students must be between 1") {
		t.Errorf("it ended with %d: %s", code, stderr)
	}
	if found := inside(t, data); len(found) != 0 {
		t.Errorf("it made %q", found)
	}
}

func TestADemoSaysWhichDistrictItHasWhereAnotherIsAskedFor(t *testing.T) {
	t.Parallel()
	p := place{t: t, data: filepath.Join(dbtest.Folder(t), "data")}
	p.flags = []string{"--data", p.data}
	tmp := dbtest.Folder(t)
	startDemo(t, tmp, p.flags...).stop(os.Interrupt)
	second := startDemo(t, tmp, append(slices.Clone(p.flags), "--students", "60", "--seed", "7")...)
	second.stop(os.Interrupt)
	if !strings.Contains(second.trouble.String(), "with 60 students and seed 1, and stays: 60 students and seed 7 are not applied. ") {
		t.Errorf("it says %s", &second.trouble)
	}
}

func TestADemoOpensNoStoreThatItDidNotMake(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(p place){
		"with an app": func(p place) {
			p.must("migrate")
			p.must("apps", "create", "--preset", "amplify", "Amplify")
			p.must("apps", "suspend", "amplify")
		},
		"with a person": func(p place) {
			p.must("migrate")
			p.must("users", "add", "ada@example.org", "--role", "admin")
		},
		"with a roster": func(p place) {
			district := filepath.Join(dbtest.Folder(p.t), "district")
			if code, _, stderr := run("generate", "--out", district, "--students", "60"); code != 0 {
				p.t.Fatal(stderr)
			}
			p.must("import", district)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachPlace(t, func(t *testing.T, p place) {
				fill(p)
				before, files := p.decided(), inside(t, p.data)
				said := p.refused(1, p.demoArgs()...)
				if !strings.Contains(said, "the demo did not make this store") || !strings.Contains(said, "--data") {
					t.Errorf("it says %s", said)
				}
				if diff := cmp.Diff(before, p.decided()) + cmp.Diff(files, inside(t, p.data)); diff != "" {
					t.Errorf("the store became\n%s", diff)
				}
			})
		})
	}
}

func TestADemoMakesNothingInADatabaseOfSomebodyElse(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		if err := os.MkdirAll(p.data, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := execIn(p.url, migrations.Store, "CREATE TABLE their_table (id INTEGER)"); err != nil {
			t.Fatal(err)
		}
		said := p.refused(1, p.demoArgs()...)
		if !strings.Contains(said, "the demo did not make this store") {
			t.Errorf("it says %s", said)
		}
		if tables := p.tables(); !slices.Equal(tables, []string{"their_table"}) {
			t.Errorf("there are the tables %q", tables)
		}
		if slices.Contains(inside(t, p.data), "key") {
			t.Error("a key was made")
		}
	})
}

func TestADemoTakesAStoreThatWasMigratedAndIsEmpty(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		p.must("migrate")
		p.must("apps", "list")
		d := startDemo(t, dbtest.Folder(t), p.flags...)
		if len(tokens(d)) != 4 {
			t.Errorf("tokens are given to %q", tokens(d))
		}
		d.stop(os.Interrupt)
	})
}

func TestADemoOfADatabaseKeepsItsKeyInAFolder(t *testing.T) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		url := "sqlite:" + filepath.Join(dbtest.Folder(t), "store.db")
		if dialect == database.Postgres {
			url = dbtest.Empty(t)
		}
		p := place{t: t, url: url}
		for _, source := range []string{"flag", "variable"} {
			args := []string{"demo", "--listen", "127.0.0.1:0", "--students", "60"}
			t.Setenv("ROSTERGATE_DATABASE", "")
			if source == "variable" {
				t.Setenv("ROSTERGATE_DATABASE", url)
			} else {
				args = append(args, "--database", url)
			}
			if said := p.refused(2, args...); !strings.Contains(said, "--data") || strings.Contains(said, url) {
				t.Errorf("by the %s it says %s", source, said)
			}
		}
		t.Setenv("ROSTERGATE_DATABASE", "")
		if tables := p.tables(); len(tables) != 0 {
			t.Errorf("there are the tables %q", tables)
		}
	}
}

func TestADemoIsServedWithItsOwnCredentialsAlone(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, p place) {
		tmp, file := dbtest.Folder(t), filepath.Join(p.data, "demo.json")
		startDemo(t, tmp, p.flags...).stop(os.Interrupt)
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var kept map[string]any
		if err := json.Unmarshal(content, &kept); err != nil {
			t.Fatal(err)
		}
		kept["demo"] = "another"
		foreign, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		for expected, content := range map[string][]byte{"of another demo": foreign, "is damaged": []byte("{"), "are not in": nil} {
			if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if content != nil {
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before := p.decided()
			if said := p.refused(1, p.demoArgs()...); !strings.Contains(said, expected) || !strings.Contains(said, file) || !strings.Contains(said, "--data") {
				t.Errorf("it says %s", said)
			}
			if diff := cmp.Diff(before, p.decided()); diff != "" {
				t.Errorf("the store became\n%s", diff)
			}
		}
	})
}
