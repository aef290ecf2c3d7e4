package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	rostergate "github.com/rostergate/rostergate/cmd/rostergate"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// forged would end the line, begin one that looks like another entry, colour it and
// turn the direction of writing.
const forged = "harmless\n2026-01-01T00:00:00.000Z  cli:root  app.suspend\r\x1b[31m\u009b2J\u202etxt"

// stored puts hostile text everywhere where text is kept, as a store of an earlier
// build may have it.
func stored(t *testing.T, dir string) {
	t.Helper()
	db, err := database.Open(context.Background(), "sqlite:"+filepath.Join(dir, "rostergate.db"), database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write.Transaction(func(tx *gorm.DB) error {
		for _, statement := range []string{
			`INSERT INTO outbox (key, time, actor, action, app, subject, reason, "before", "after") VALUES ('k', '2026-08-01T00:00:00.000Z', @text, 'grant.save', 'reader', @text, @text, 'null', 'null')`,
			"UPDATE apps SET name = @text",
			"UPDATE grants SET actor = @text, reason = @text, document = json_set(document, '$.purpose', @text, '$.entities.users.open', json('true'), '$.entities.users.metadata', json('true'), '$.entities.users.keys', json_array(@text))",
			"INSERT INTO bag_keys (entity, bag, name, first_seen, last_seen, filled, present, accepted) VALUES ('users', 'metadata', @text, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1, 1, 0)",
			"INSERT INTO people (id, email, name, role, password_hash, epoch, created_at, signed_in_at) VALUES ('x', 'x@example.org', @text, 'admin', '', 0, '2026-01-01T00:00:00.000Z', '')",
		} {
			if err := tx.Exec(statement, map[string]any{"text": forged}).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatCommandsPrintForgesNoLineAndCommandsNoTerminal(t *testing.T) {
	dir := dbtest.Folder(t)
	run := func(args ...string) (out string, code int) {
		var text bytes.Buffer
		code = rostergate.Run(context.Background(), append(args, "--data", dir), &text, &text)
		return text.String(), code
	}
	for _, words := range [][]string{{"migrate"}, {"apps", "create", "Reader"}} {
		if out, code := run(words...); code != 0 {
			t.Fatal(out)
		}
	}
	stored(t, dir)
	for _, args := range [][]string{
		{"audit", "changes"},
		{"audit", "changes", "--json"},
		{"apps", "list"},
		{"apps", "list", "--json"},
		{"apps", "show", "reader"},
		{"apps", "show", "reader", "--json"},
		{"apps", "enable", "reader"},
		{"grants", "show", "reader"},
		{"grants", "show", "reader", "--json"},
		{"grants", "export"},
		{"explain", "reader"},
		{"explain", "reader", "--json"},
		{"users", "list"},
		{"users", "list", "--json"},
	} {
		out, code := run(args...)
		if code != 0 || !strings.Contains(out, "harmless") || !strings.Contains(out, `\u202e`) || !strings.Contains(out, `\u009b`) && !strings.Contains(out, `\x9B`) {
			t.Errorf("%v: %d, or what is stored is not shown:\n%q", args, code, out)
		}
		if strings.ContainsAny(out, "\r\x1b\u009b\u202e") || regexp.MustCompile(`(?m)^2026-01-01T00:00:00.000Z  cli:root`).MatchString(out) {
			t.Errorf("%v prints what a terminal obeys, or a line of its own:\n%q", args, out)
		}
		if slices.Contains(args, "--json") && (!json.Valid([]byte(out)) || !strings.Contains(out, `\u001b[31m`)) {
			t.Errorf("%v prints no JSON: %s", args, out)
		}
	}
	for _, args := range [][]string{{"apps", "show", forged}, {"grants", "set", "reader", "--share", `"` + forged + `"`}, {forged}, {"apps", "suspend", "reader", "--reason", forged}} {
		out, code := run(args...)
		if code == 0 || strings.ContainsAny(out, "\r\x1b\u009b\u202e") {
			t.Errorf("%q: %d, and says %q", args, code, out)
		}
	}
}

// All output goes through one place, which keeps what is stored on its line.
func TestNothingIsPrintedButThroughThePlaceThatEscapesIt(t *testing.T) {
	var files []string
	for _, folder := range []string{".", "../../terminal", "../../wording", "../../handout", "../../drafts", "../../losses", "reports"} {
		found, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(found) < 2 {
			t.Fatalf("%s has %d files, %v", folder, len(found), err)
		}
		files = append(files, found...)
	}
	around := regexp.MustCompile(`\bfmt\.(Fp|P)rint|\bos\.Std(out|err)\b|\bio\.WriteString\(|\.Print(f|ln)?\(|json\.NewEncoder\((?:cmd|out|stdout)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "lines.go" {
			continue
		}
		for n, line := range strings.Split(string(text), "\n") {
			if around.MatchString(line) && !strings.Contains(line, "os.Exit(Run(") {
				t.Errorf("%s:%d prints past terminal/lines.go: %s", file, n+1, strings.TrimSpace(line))
			}
		}
	}
}
