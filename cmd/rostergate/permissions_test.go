package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database/dbtest"
)

// The example of the docs is one: it applies, and is what is exported then.
func TestTheExampleOfTheDocsCanBeApplied(t *testing.T) {
	doc, err := os.ReadFile("../../docs/permissions-as-files.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(doc)
	if found == nil {
		t.Fatal("the docs have no example")
	}
	example, folder := string(found[1]), dbtest.Folder(t)
	file, data, district := filepath.Join(folder, "permissions.yaml"), filepath.Join(folder, "data"), filepath.Join(folder, "district")
	if err := os.WriteFile(file, found[1], 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout string
	for _, words := range [][]string{
		{"generate", "--out", district, "--students", "60"},
		{"import", district, "--data", data},
		{"apps", "create", "Alexandria", "--preset", "alexandria", "--data", data},
		{"grants", "apply", file, "--data", data},
		{"grants", "export", "--data", data},
	} {
		code, out, stderr := run(words...)
		if code != 0 {
			t.Fatalf("%q ended with %d: %s", words, code, stderr)
		}
		stdout = out
	}
	if !strings.HasSuffix(stdout, "\n"+example) {
		t.Errorf("the example gives\n%s", stdout)
	}
}
