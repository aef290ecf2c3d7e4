package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
)

// Trial is what came of checking and testing a form.
type Trial struct {
	Report   rego.Report
	Ran      bool // the tests
	Problems rego.Problems
}

// Try checks and tests a form. An error is none of the form's.
func (f Form) Try(test func(rego.Source) (rego.Report, error)) (Trial, error) {
	files, found := f.Source()
	if len(found) > 0 {
		return Trial{Problems: found}, nil
	}
	report, err := test(files)
	if errors.As(err, &found) {
		return Trial{Problems: found}, nil
	}
	return Trial{Report: report, Ran: err == nil}, err
}

// Good reports whether what was tried may be saved.
func (t Trial) Good() bool { return t.Ran && len(t.Problems) == 0 && t.Report.Problem() == "" }

// Verdict says in a sentence what came of the trial. What is what was tried: "A policy".
func (t Trial) Verdict(what string) frame.Notice {
	passed := len(t.Report.Tests)
	switch {
	case len(t.Problems) > 0:
		return frame.Notice{Tone: frame.Bad, Title: "This does not compile", Says: frame.Plural(len(t.Problems), "problem", "problems") + " to mend, below. No test ran, and nothing is saved."}
	case passed == 0:
		return frame.Notice{Tone: frame.Bad, Title: "No test ran", Says: what + " is saved with at least one test: a rule whose name begins with test_ in a file whose name ends in _test.rego. Nothing is saved."}
	case t.Report.Problem() != "":
		return frame.Notice{Tone: frame.Bad, Title: "Tests failed", Says: t.Report.Problem() + ". Nothing is saved."}
	}
	return frame.Notice{Tone: frame.Good, Title: "It compiles, and its tests pass", Says: frame.Plural(passed, "test", "tests") + " passed. Nothing is saved yet."}
}

// Tests are the tests that ran, those first that failed.
func (t Trial) Tests() []rego.Result {
	order := map[bool]int{true: 1}
	all := slices.Clone(t.Report.Tests)
	slices.SortStableFunc(all, func(a, b rego.Result) int { return order[a.Passed] - order[b.Passed] })
	return all
}

// Shown is one file with what is said beside its lines: the component "rulefile".
type Shown struct {
	Index    int
	Name     string
	Text     string
	Rows     int // of the text area
	Lines    []Line
	Problems []rego.Problem
	Missed   string // which lines no test reaches
	Reached  string // how many do
	Removes  string // the address that takes the form without the file, if it can be taken away
}

// Line is the number of a line, and what is said of it: "wrong", "missed" or nothing.
type Line struct {
	Number int
	Class  string
}

// leastRows is how tall a text area is at least.
const leastRows = 8

// Shown are the files of a form of which nothing is said.
func (f Form) Shown() []Shown {
	var all []Shown
	for i, file := range f.Files {
		one := Shown{Index: i, Name: file.Name, Text: file.Text}
		for n := range strings.Count(file.Text, "\n") + 1 {
			one.Lines = append(one.Lines, Line{Number: n + 1})
		}
		one.Rows = max(leastRows, len(one.Lines)+1)
		all = append(all, one)
	}
	return all
}

// Beside are the files of the form that was tried with what came of that beside their
// lines, and sentences on problems that are of no file.
func (t Trial) Beside(f Form) (shown []Shown, loose []string) {
	shown = f.Shown()
	find := func(name string) int {
		return slices.IndexFunc(shown, func(file Shown) bool { return file.Name == name && name != "" })
	}
	for _, p := range t.Problems {
		i := find(p.File)
		if i < 0 {
			loose = append(loose, p.String())
			continue
		}
		shown[i].Problems = append(shown[i].Problems, p)
		shown[i].mark(p.Row, "wrong")
	}
	for _, c := range t.Report.Coverage {
		if i := find(c.File); i >= 0 {
			shown[i].cover(c)
		}
	}
	return shown, loose
}

func (s *Shown) mark(row int, class string) {
	if row > 0 && row <= len(s.Lines) {
		s.Lines[row-1].Class = class
	}
}

func (s *Shown) cover(c rego.Coverage) {
	s.Reached = fmt.Sprintf("The tests reach %d of %s", c.Reached, frame.Plural(c.Lines, "line", "lines"))
	s.Missed = rego.Ranges(c.Missed)
	for _, row := range c.Missed {
		s.mark(row, "missed")
	}
}
