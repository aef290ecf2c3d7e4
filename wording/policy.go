package wording

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/terminal"
)

// Problems shows what is wrong with a policy that was read from a folder, each as
// file:line:column: what.
func Problems(w *terminal.Lines, folder string, found rego.Problems) {
	for _, p := range found {
		if p.File != "" {
			p.File = filepath.Join(folder, p.File)
		}
		w.Writef("%s\n", p)
	}
}

// Trial shows how the tests of a policy ended, those that failed last, and which lines they
// do not reach.
func Trial(w *terminal.Lines, report rego.Report) {
	for _, passed := range []bool{true, false} {
		for _, test := range report.Tests {
			if test.Passed == passed {
				w.Writef("%s\n", trialLine(test))
			}
		}
	}
	for _, c := range report.Coverage {
		w.Writef("reached  %s: %d of %d lines", c.File, c.Reached, c.Lines)
		if len(c.Missed) > 0 {
			w.Writef(", not %s", rego.Ranges(c.Missed))
		}
		w.Writef("\n")
	}
}

func trialLine(test rego.Result) string {
	if test.Passed {
		return fmt.Sprintf("passed   %s", test.Name)
	}
	return fmt.Sprintf("failed   %s (%s:%d): %s", test.Name, test.File, test.Row, test.Says)
}

// Policy shows a policy that was saved, each file behind a line with its name.
func Policy(w *terminal.Lines, saved apps.SavedPolicy) {
	w.Writef("%s\n", PolicyLine(saved))
	for _, file := range slices.Sorted(maps.Keys(saved.Files)) {
		w.Writef("-- %s --\n", file)
		w.WriteText(strings.TrimSuffix(saved.Files[file], "\n") + "\n")
	}
}

// PolicyLine says in a line who saved a policy, when and why.
func PolicyLine(saved apps.SavedPolicy) string {
	if saved.Version == 0 {
		return saved.App + ": no policy of its own"
	}
	what := ""
	if saved.Removed() {
		what = ", which removed it"
	}
	why := ""
	if saved.Reason != "" {
		why = ": " + saved.Reason
	}
	return fmt.Sprintf("%s: policy version %d%s, saved %s by %s%s", saved.App, saved.Version, what, saved.SavedAt, saved.Actor, why)
}

// PastPolicy shows one version of the policy of an app in a line.
func PastPolicy(w *terminal.Lines, saved apps.SavedPolicy, holds bool) {
	state, files := map[bool]string{true: "holds"}[holds], terminal.Apart(slices.Sorted(maps.Keys(saved.Files)))
	w.Writef("%6d  %s  %-5s  %-24s %s  %s\n", saved.Version, saved.SavedAt, state, saved.Actor, cmp.Or(files, "removed"), saved.Reason)
}

// NeverGives is said of every policy that is about to be saved.
const NeverGives = "A policy gives nothing: whatever the app gets more of is what an earlier policy took away."

// Conditions lists what a decision asks of the records that an app gets, and then what that
// tells the app of fields that it does not see.
func Conditions(d policy.Decision) []string {
	var all []string
	for _, c := range d.Keep {
		all = append(all, fmt.Sprintf("keeps    only records where %s (%s)", c, c.Rule()))
	}
	for _, c := range d.Betrayed() {
		all = append(all, "betrays  "+c.Betrays())
	}
	return all
}

// Losing lists what an app gets no longer, or behind another mask, and then what it gets
// again, by two explanations. Of a kind of record that closes, only that is said.
func Losing(before, after []Verdict) (lost, again []string) {
	was, closed := map[string]Verdict{}, map[string]bool{}
	for _, v := range before {
		was[v.Name] = v
	}
	for _, v := range after {
		old, entity := was[v.Name], catalog.ParseMember(v.Name).Entity
		switch {
		case old.How() == v.How() || closed[entity]:
		case old.Shared && !v.Shared:
			closed[entity] = v.Name == entity
			lost = append(lost, fmt.Sprintf("loses    %s: %s", v.Name, v.Says))
		case v.Mask != "" && old.Mask == "" && old.Shared:
			lost = append(lost, fmt.Sprintf("masked   %s (%s)", v.Name, v.Mask))
		default:
			again = append(again, fmt.Sprintf("again    %s (%s)", v.Name, v.How()))
		}
	}
	return lost, again
}
