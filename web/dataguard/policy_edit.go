package dataguard

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
)

// policyEditModel is the page on which a policy is written.
type policyEditModel struct {
	App      apps.App
	State    frame.Status
	Version  int64
	Person   string
	Saved    string // the files that are saved, as a query
	Reason   string // that was typed before
	Notices  []frame.Notice
	Files    []editedFile
	Problems []string // of no file
	Tests    []rego.Result
	Ran      bool         // the tests
	Theirs   []markedLine // what somebody else saved meanwhile
}

// editedFile is one file with what is said beside its lines.
type editedFile struct {
	Index    int
	Name     string
	Text     string
	Rows     int // of the text area
	Lines    []editedLine
	Problems []rego.Problem
	Missed   string // which lines no test reaches
	Reached  string // how many do
}

// editedLine is the number of a line, and whether something is said of it.
type editedLine struct {
	Number int
	Class  string
}

// policyTrial is what came of checking and testing a form.
type policyTrial struct {
	report   rego.Report
	ran      bool
	problems rego.Problems
}

// good reports whether the policy may be saved.
func (t policyTrial) good() bool {
	return t.ran && len(t.problems) == 0 && t.report.Problem() == ""
}

// try checks and tests a form. An error is ours.
func (r *Room) try(v *frame.Visit, f policyForm) (policyTrial, error) {
	files, found := f.source()
	if len(found) > 0 {
		return policyTrial{problems: found}, nil
	}
	report, err := r.Engine.Test(v.Context(), files)
	if errors.As(err, &found) {
		return policyTrial{problems: found}, nil
	}
	return policyTrial{report: report, ran: err == nil}, err
}

// editPolicy shows the policy that holds, to be changed.
func (r *Room) editPolicy(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	holds, err := v.HeldPolicy(o.ID)
	if err != nil {
		return err
	}
	return showPolicyEditor(v, http.StatusOK, o, holds, policyFormOf(holds), policyEditModel{})
}

// policyAgain shows the form as it was filled in, after what one of its buttons does.
// Nothing is saved.
func (r *Room) policyAgain(v *frame.Visit) error {
	return r.withPolicyForm(v, func(o apps.Overview, holds apps.SavedPolicy, f policyForm) error {
		deed, file, _ := strings.Cut(v.FormValue("do"), " ")
		switch deed {
		case "rules":
			f.add(".rego")
		case "tests":
			f.add("_test.rego")
		case "remove":
			f.remove(file)
		}
		m := policyEditModel{}
		if deed == "upload" && f.taken+len(f.refused) == 0 {
			m.Notices = append(m.Notices, frame.Notice{Tone: frame.Careful, Says: "Choose the files first."})
		}
		if deed != "check" && f.taken == 0 {
			return showPolicyEditor(v, http.StatusOK, o, holds, f, m)
		}
		trial, err := r.try(v, f)
		if err != nil {
			return err
		}
		m.Notices = append(m.Notices, trial.verdict())
		return showTrial(v, http.StatusOK, o, holds, f, m, trial)
	})
}

// withPolicyForm goes on with the form that was sent, beside the policy that holds.
func (r *Room) withPolicyForm(v *frame.Visit, proceed func(apps.Overview, apps.SavedPolicy, policyForm) error) error {
	f, err := readPolicyForm(v)
	if err != nil {
		return err
	}
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	holds, err := v.HeldPolicy(o.ID)
	if err != nil {
		return err
	}
	return proceed(o, holds, f)
}

// verdict says in a sentence what came of a trial.
func (t policyTrial) verdict() frame.Notice {
	passed := len(t.report.Tests)
	switch {
	case len(t.problems) > 0:
		return frame.Notice{Tone: frame.Bad, Title: "This does not compile", Says: frame.Plural(len(t.problems), "problem", "problems") + " to mend, below. No test ran, and nothing is saved."}
	case passed == 0:
		return frame.Notice{Tone: frame.Bad, Title: "No test ran", Says: "A policy is saved with at least one test: a rule whose name begins with test_ in a file whose name ends in _test.rego. Nothing is saved."}
	case t.report.Problem() != "":
		return frame.Notice{Tone: frame.Bad, Title: "Tests failed", Says: t.report.Problem() + ". Nothing is saved."}
	}
	return frame.Notice{Tone: frame.Good, Title: "It compiles, and its tests pass", Says: frame.Plural(passed, "test", "tests") + " passed. Nothing is saved yet."}
}

// showTrial shows the form with what came of its trial beside the lines.
func showTrial(v *frame.Visit, status int, o apps.Overview, holds apps.SavedPolicy, f policyForm, m policyEditModel, t policyTrial) error {
	m.Ran, m.Tests = t.ran, slices.Clone(t.report.Tests)
	slices.SortStableFunc(m.Tests, func(a, b rego.Result) int { return boolOrder(a.Passed) - boolOrder(b.Passed) })
	m.Files = editedFiles(f)
	for _, p := range t.problems {
		i := slices.IndexFunc(m.Files, func(file editedFile) bool { return file.Name == p.File && p.File != "" })
		if i < 0 {
			m.Problems = append(m.Problems, p.String())
			continue
		}
		m.Files[i].Problems = append(m.Files[i].Problems, p)
		m.Files[i].mark(p.Row, "wrong")
	}
	for _, c := range t.report.Coverage {
		for i := range m.Files {
			if m.Files[i].Name == c.File {
				m.Files[i].cover(c)
			}
		}
	}
	return showPolicyEditor(v, status, o, holds, f, m)
}

func boolOrder(b bool) int { return map[bool]int{true: 1}[b] }

func (e *editedFile) mark(row int, class string) {
	if row > 0 && row <= len(e.Lines) {
		e.Lines[row-1].Class = class
	}
}

func (e *editedFile) cover(c rego.Coverage) {
	e.Reached = fmt.Sprintf("The tests reach %d of %s", c.Reached, frame.Plural(c.Lines, "line", "lines"))
	e.Missed = rego.Ranges(c.Missed)
	for _, row := range c.Missed {
		e.mark(row, "missed")
	}
}

// leastRows is how tall a text area is at least.
const leastRows = 8

func editedFiles(f policyForm) []editedFile {
	var all []editedFile
	for i, file := range f.files {
		one := editedFile{Index: i, Name: file.name, Text: file.text}
		for n := range strings.Count(file.text, "\n") + 1 {
			one.Lines = append(one.Lines, editedLine{Number: n + 1})
		}
		one.Rows = max(leastRows, len(one.Lines)+1)
		all = append(all, one)
	}
	return all
}

func showPolicyEditor(v *frame.Visit, status int, o apps.Overview, holds apps.SavedPolicy, f policyForm, m policyEditModel) error {
	m.App, m.State, m.Version, m.Person, m.Reason = o.App, frame.StateStatus(o.State), f.version, v.Person.ID, v.FormValue("reason")
	saved := url.Values{}
	for _, one := range policyFormOf(holds).keptValues(0)[1:] {
		saved.Set(one.Name, one.Value)
	}
	m.Saved = saved.Encode()
	if m.Files == nil {
		m.Files = editedFiles(f)
	}
	for _, sentence := range f.refused {
		m.Notices = append(m.Notices, frame.Notice{Tone: frame.Careful, Title: "Not taken", Says: sentence})
	}
	return v.ShowWithStatus(status, "policyedit", "Edit the policy of "+o.Name, m)
}
