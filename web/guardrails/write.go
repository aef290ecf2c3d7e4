package guardrails

import (
	"errors"
	"net/http"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/rules"
)

// What a person begins with who writes a guardrail.
const (
	exampleRules = `package rostergate.guardrail

# METADATA
# title: No home addresses
# description: Families are written to by the district. Leave it out.
hide contains "users.email"
`
	exampleTests = `package rostergate.guardrail_test

import data.rostergate.guardrail

test_no_address_is_shared if "users.email" in guardrail.hide
`
)

// writingForm is a guardrail as a person writes it.
type writingForm struct {
	rules.Form
	id string
}

type writeModel struct {
	ID       frame.Field
	Known    bool // the guardrail is saved already, and keeps its ID
	Notices  []frame.Notice
	Problems []string // of no file
	Tests    []rego.Result
	Ran      bool // the tests
	Files    []rules.Shown
	Person   string
	Reason   string
}

// writePage shows a guardrail that is written, or an example of one.
func (r *Room) writePage(v *frame.Visit) error {
	f := writingForm{Form: rules.Form{Files: []rules.File{{Name: "guardrail.rego", Text: exampleRules}, {Name: "guardrail_test.rego", Text: exampleTests}}}}
	if id := v.QueryParam("id"); id != "" {
		holds, err := v.HeldGuardrails()
		if err != nil {
			return err
		}
		g, there := holds.Find(id)
		if !there || g.Kind != "" {
			return fault.New(fault.NotFound, "There is no guardrail with this ID that somebody wrote.")
		}
		f = writingForm{rules.Of(g.Files), id}
	}
	return r.showWriting(v, http.StatusOK, f, writeModel{})
}

// writeAgain shows the form as it was filled in: with what was uploaded, and what came of
// its tests.
func (r *Room) writeAgain(v *frame.Visit) error {
	f, err := readWriting(v)
	if err != nil {
		return err
	}
	if v.FormValue("do") == "edit" {
		return r.showWriting(v, http.StatusOK, f, writeModel{})
	}
	trial, err := r.try(v, f)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if !trial.Good() {
		status = http.StatusUnprocessableEntity
	}
	return r.showTrial(v, status, f, trial)
}

// try checks and tests a form. An error is ours.
func (r *Room) try(v *frame.Visit, f writingForm) (rules.Trial, error) {
	return f.Try(func(files rego.Source) (rego.Report, error) { return r.Engine.TestGuardrail(v.Context(), files) })
}

// refused answers a form that will not do: one that is written with what is wrong beside
// its lines.
func (r *Room) refused(v *frame.Visit, err error) error {
	var told *fault.Error
	if v.FormValue("deed") != writing || !errors.As(err, &told) || told.Kind != fault.Invalid {
		return err
	}
	f, broken := readWriting(v)
	if broken != nil {
		return broken
	}
	trial, broken := r.try(v, f)
	switch {
	case broken != nil:
		return broken
	case !trial.Good():
		return r.showTrial(v, http.StatusUnprocessableEntity, f, trial)
	}
	return r.showWriting(v, http.StatusUnprocessableEntity, f, writeModel{
		Notices:  []frame.Notice{{Tone: frame.Bad, Title: "This will not do", Says: "Nothing is saved. What has to be mended is below."}},
		Problems: strings.Split(told.Message, "\n"),
	})
}

// showTrial shows the form with what came of its trial beside the lines.
func (r *Room) showTrial(v *frame.Visit, status int, f writingForm, t rules.Trial) error {
	m := writeModel{Notices: []frame.Notice{t.Verdict("A guardrail")}, Ran: t.Ran, Tests: t.Tests()}
	m.Files, m.Problems = t.Beside(f.Form)
	return r.showWriting(v, status, f, m)
}

func (r *Room) showWriting(v *frame.Visit, status int, f writingForm, m writeModel) error {
	holds, err := v.HeldGuardrails()
	if err != nil {
		return err
	}
	_, m.Known = holds.Find(f.id)
	m.ID = frame.Field{Name: "id", Label: "ID", Value: f.id, Required: true, Autocomplete: "off", Hint: "Lowercase letters, digits and single hyphens, such as no-addresses."}
	m.Person, m.Reason = v.Person.ID, v.FormValue("reason")
	m.Notices = append(m.Notices, f.NotTaken()...)
	if m.Files == nil {
		m.Files = f.Shown()
	}
	title := "Write a guardrail"
	if m.Known {
		title = "Edit the guardrail " + f.id
	}
	return v.ShowWithStatus(status, "guardrailswrite", title, m)
}

// guardrail is what the form says. Files without name and text are left out.
func (f writingForm) guardrail() policy.Guardrail {
	files, _ := f.Source()
	return policy.Guardrail{ID: f.id, Files: files}
}

// readWriting takes the form from a post, with the files that came with it.
func readWriting(v *frame.Visit) (writingForm, error) {
	files, err := rules.Read(v, "a guardrail")
	return writingForm{files, strings.TrimSpace(v.FormValue("id"))}, err
}
