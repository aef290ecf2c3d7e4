package permissions

import (
	"errors"
	"maps"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy/rego"
)

// policy reads the files of an app's own policy, and has them tested where they are others
// than those that hold.
func (r *reader) policy(n *yaml.Node, held apps.SavedPolicy) rego.Source {
	files, places := rego.Source{}, map[string]pair{}
	right := len(r.All)
	for _, one := range r.pairs(n, own) {
		if text, ok := r.text(one.value); ok {
			files[one.name.Value], places[one.name.Value] = text, one
		}
	}
	if len(r.All) == right && len(files) > 0 && !maps.Equal(files, held.Files) {
		r.test(n, files, places, r.district.Test)
	}
	return files
}

// test blames what the tests of a policy or a guardrail find, at its line in the document.
func (r *reader) test(n *yaml.Node, files rego.Source, places map[string]pair, tested func(rego.Source) (rego.Report, error)) {
	report, err := tested(files)
	var wrong rego.Problems
	switch {
	case errors.As(err, &wrong):
		for _, one := range wrong {
			r.blameRule(n, places[one.File], one)
		}
	case err != nil:
		r.failed = err
	case report.Problem() != "":
		r.blame(n, "the policy is not saved: %s", report.Problem())
		for _, test := range report.Tests {
			if !test.Passed {
				r.blameRule(n, places[test.File], rego.Problem{File: test.File, Row: test.Row, Col: 1, Says: test.Name + " failed: " + test.Says})
			}
		}
	}
}

// blameRule notes a problem of a rule. Of a block of lines it knows the line in the document,
// of a text between quotes where that begins.
func (r *reader) blameRule(n *yaml.Node, file pair, wrong rego.Problem) {
	says := wrong.String()
	switch {
	case file.value == nil:
		r.blame(n, "%s", says)
	case file.value.Style&yaml.LiteralStyle == 0 || wrong.Row == 0:
		r.blame(file.name, "%s", says)
	default:
		line := file.value.Line + wrong.Row
		r.All = append(r.All, Problem{line, r.indent(file.value.Line+1) + max(wrong.Col, 1), says})
	}
}

// indent is by how many columns the lines of the block are indented in which a line is.
func (r *reader) indent(line int) int {
	for ; line <= len(r.lines); line++ {
		if text := r.lines[line-1]; strings.TrimSpace(text) != "" {
			return len(text) - len(strings.TrimLeft(text, " "))
		}
	}
	return 0
}
