package rego_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/policy/rego"
)

// doubling are rules each of which holds twice what the one before holds.
func doubling(n int, one, next string) string {
	var rules strings.Builder
	rules.WriteString(one + "\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&rules, strings.ReplaceAll(next, "PREV", fmt.Sprint(i-1))+"\n", i)
	}
	return rules.String()
}

// What is more than may be compiled is refused before, with its line and what to do: the
// shapes of which larger ones take the compiler long, each just past its bound: types that
// double, comprehensions inside comprehensions, deep brackets, long bodies, many rules.
func TestWhatWouldTakeTooLongToCompileIsRefusedBefore(t *testing.T) {
	lists := doubling(12, "v0 := [1, 1]", "v%d := [vPREV, vPREV]")
	for says, c := range map[string]struct {
		rules, want string
		row         int
	}{
		"lists of lists":    {lists + "hide contains \"x\" if v12\n", "parts", 13},
		"objects":           {doubling(12, `v0 := {"a": 1, "b": 1}`, `v%d := {"a": vPREV, "b": vPREV}`) + "hide contains \"x\" if v12\n", "parts", 12},
		"functions":         {doubling(12, "f0(x) := [x, x]", "f%d(x) := [fPREV(x), fPREV(x)]") + "hide contains \"x\" if f12(1)\n", "parts", 12},
		"variables":         {"hide contains \"x\" if {\n" + doubling(12, "\tv0 := [1, 1]", "\tv%d := [vPREV, vPREV]") + "\tv12\n}\n", "parts", 3},
		"unified":           {"hide contains \"x\" if {\n" + doubling(12, "\tv0 = [1, 1]", "\t[[vPREV, vPREV]] = [v%d]") + "\tv12\n}\n", "parts", 3},
		"the package":       {lists[:strings.Index(lists, "v9")] + "v9 := [data.rostergate.app.v8, data.rostergate.app.v8, data.rostergate.app.v8, data.rostergate.app.v8]\nhide contains \"x\" if [v9, v9]\n", "parts", 12},
		"many comparisons":  {lists[:strings.Index(lists, "v9")] + strings.Repeat("hide contains \"x\" if v8\n", 140), "parts", 12},
		"comprehensions":    {"hide contains \"x\" if count(" + strings.Repeat("[x | x := ", 5) + "1" + strings.Repeat("]", 5) + ") > 0\n", "comprehensions", 3},
		"brackets":          {"v := " + strings.Repeat("[", 33) + strings.Repeat("]", 33) + "\nhide contains \"x\" if v\n", "brackets", 3},
		"a long body":       {"hide contains \"x\" if {\n" + strings.Repeat("\tinput.n[0] == 1\n", 65) + "}\n", "expressions", 3},
		"many rules":        {strings.Repeat("hide contains \"x\"\n", 501), "rules", 503},
		"many else":         {"hide := set() if input.n[0] == 1\n" + strings.Repeat("else := set() if input.n[0] == 2\n", 501), "rules", 503},
		"sets inside a set": {"v := " + strings.Repeat("{", 33) + "1" + strings.Repeat("}", 33) + "\nhide contains \"x\" if v\n", "brackets", 3},
	} {
		began := time.Now()
		_, err := rego.CompileDocument(rego.Source{"policy.rego": "package rostergate.app\n\n" + c.rules}, roomy())
		var wrong rego.Problems
		if !errors.As(err, &wrong) || len(wrong) != 1 || !strings.Contains(wrong[0].Says, c.want) || wrong[0].File != "policy.rego" || wrong[0].Row != c.row || !strings.Contains(wrong[0].Says, ":") {
			t.Errorf("%s: %v", says, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: refused after %s", says, took)
		}
	}
}

func TestWhatADistrictWouldWriteIsNotTooMuchToCompile(t *testing.T) {
	var names strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&names, "\t\"users.metadata.key%d\",\n", i)
	}
	for says, rules := range map[string]string{
		"a set of many names":     "known := {\n" + names.String() + "}\n\nhide contains name if some name in known\n\nonly contains name if some name in known\n",
		"many rules":              strings.Repeat("hide contains \"x\" if input.n[0] == 1\n", 480),
		"lists inside lists":      doubling(6, "v0 := [1, 1]", "v%d := [vPREV, vPREV]") + "hide contains \"x\" if v6 == v6\n",
		"brackets in texts":       "hide contains \"x\" if input.n[0] != 1 # " + strings.Repeat("[", 100) + "\n\nhide contains \"" + strings.Repeat("[{(\\\"", 40) + "\"\n\nhide contains `" + strings.Repeat("[\n", 40) + "`\n",
		"comprehensions in rules": "a := [x | some x in input.n]\n\nb := {y: [x | some x in a; x > y] | some y in a}\n\nhide contains \"x\" if count(b) > 0\n",
	} {
		if _, err := rego.CompileDocument(rego.Source{"policy.rego": "package rostergate.app\n\n" + rules}, roomy()); err != nil {
			t.Errorf("%s: %v", says, err)
		}
	}
}
