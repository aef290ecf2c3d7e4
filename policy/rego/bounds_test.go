package rego_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/policy/rego"
)

// roomy are terms under which rules can do more than an app's policy may.
func roomy() rego.Terms {
	return rego.Terms{
		Form:     rego.AppPolicy(),
		Schema:   `{"type": "object", "additionalProperties": false, "properties": {"n": {"type": "array", "items": {"type": "number"}}}}`,
		Builtins: []string{"assign", "eq", "equal", "neq", "lt", "gt", "plus", "count", "internal.member_2"},
	}
}

// asked asks a document about a list of so many numbers.
func asked(t *testing.T, rules string, n int, bounds rego.Bounds) error {
	t.Helper()
	document, err := rego.CompileDocument(rego.Source{"policy.rego": "package rostergate.app\n\n" + rules}, roomy())
	if err != nil {
		t.Fatal(err)
	}
	numbers := make([]any, n)
	for i := range numbers {
		numbers[i] = i
	}
	_, err = document.Ask(t.Context(), map[string]any{"n": numbers}, bounds)
	return err
}

const loops = `hide contains "x" if {
	some a in input.n
	some b in input.n
	some c in input.n
	a + b + c < 0
}
`

// grows holds a list of lists, each of them new.
const grows = `hide contains "x" if count([[a, b, a + b] | some a in input.n; some b in input.n]) < 0
`

// An evaluation that took too long, or during which the process grew, may have met a busy
// machine: nobody may keep its denial. One that took too many steps always will.
func TestEachBoundEndsAnEvaluationAndSaysWhetherItWillAgain(t *testing.T) {
	for _, c := range []struct {
		says, rules string
		n           int
		bounds      rego.Bounds
		passing     bool
	}{
		{"time", loops, 400, rego.Bounds{Time: 20 * time.Millisecond}, true},
		{"memory", grows, 1500, rego.Bounds{Memory: 16 << 20}, true},
		{"steps", loops, 400, rego.Bounds{Steps: 10_000}, false},
	} {
		began := time.Now()
		err := asked(t, c.rules, c.n, c.bounds)
		if err == nil || rego.Passing(err) != c.passing || errors.Is(err, rego.ErrSteps) == c.passing {
			t.Errorf("%s: %v, which passes: %t", c.says, err, rego.Passing(err))
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: ended after %s", c.says, took)
		}
		if err := asked(t, c.rules, 3, c.bounds); err != nil {
			t.Errorf("%s: what is small enough: %v", c.says, err)
		}
	}
}

func TestTestsThatDoNotEndAreEnded(t *testing.T) {
	files := rego.Source{
		"policy.rego":      "package rostergate.app\n\nhide contains \"x\"\n",
		"policy_test.rego": "package rostergate.app_test\n\nn := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n\ntest_forever if count([1 | some a in n; some b in n; some c in n; some d in n; some e in n; some f in n; some g in n; some h in n]) > 0\n",
	}
	for says, bounds := range map[string]rego.Bounds{"time": {Time: 50 * time.Millisecond}, "steps": {Steps: 10_000}} {
		if report, err := rego.Test(t.Context(), files, roomy(), bounds); err == nil {
			t.Errorf("%s: %+v", says, report)
		}
	}
}

func TestADiffNamesTheLinesThatComeAndGoFileByFile(t *testing.T) {
	from := rego.Source{"a.rego": "one\ntwo\n", "gone.rego": "all\n", "same.rego": "same\n"}
	to := rego.Source{"a.rego": "one\nthree\n", "new.rego": "all\n", "same.rego": "same\n"}
	got := strings.Join(rego.Diff(from, to), "\n")
	want := "--- a.rego\n+++ a.rego\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n--- gone.rego\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-all\n--- /dev/null\n+++ new.rego\n@@ -0,0 +1,1 @@\n+all"
	if got != want {
		t.Errorf("%s", got)
	}
	if lines := rego.Diff(to, to); len(lines) > 0 {
		t.Errorf("of the same: %q", lines)
	}
}

func TestLinesAreNamedByTheirRuns(t *testing.T) {
	for want, rows := range map[string][]int{"": nil, "3": {3}, "3, 7-9": {3, 7, 8, 9}, "1-2, 4": {1, 2, 4}} {
		if got := rego.Ranges(rows); got != want {
			t.Errorf("%v is %q, want %q", rows, got, want)
		}
	}
}

func TestAFileOfAPolicyHasAPlainName(t *testing.T) {
	names := []string{"policy.rego", "a-b_c.2.rego", "policy_test.rego"}
	for _, name := range append([]string{"", ".rego", ".hidden.rego", "../policy.rego", "a/b.rego", `a\b.rego`, "a b.rego", "a\n.rego", "policy.json", "(facts)", "ä.rego", strings.Repeat("x", 200) + ".rego"}, names...) {
		if rego.IsRego(name) != slices.Contains(names, name) {
			t.Errorf("%q may be a file: %t", name, rego.IsRego(name))
		}
	}
}
