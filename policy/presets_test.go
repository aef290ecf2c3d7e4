package policy_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

func TestEveryCeilingPassesTheTestsThatShipWithIt(t *testing.T) {
	names, err := fs.Glob(policy.Presets, "presets/*.rego")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d ceilings: %v", len(names), err)
	}
	for _, name := range names {
		id := strings.TrimSuffix(path.Base(name), ".rego")
		if strings.HasSuffix(id, "_test") {
			continue
		}
		files := rego.Source{}
		for _, file := range []string{id + ".rego", id + "_test.rego"} {
			text, err := policy.Presets.ReadFile("presets/" + file)
			if err != nil {
				t.Fatalf("the ceiling of %s has no tests: %v", id, err)
			}
			files[file] = string(text)
		}
		report, err := engine(t).Test(t.Context(), files)
		if err != nil || report.Problem() != "" {
			t.Errorf("%s: %s %v %+v", id, report.Problem(), err, report.Tests)
		}
		for _, c := range report.Coverage {
			if len(c.Missed) > 0 {
				t.Errorf("%s: no test reaches the lines %v", id, c.Missed)
			}
		}
	}
}
