package guardrails

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
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

// mostFiles is how many files the page takes back, more than a guardrail may have.
const mostFiles = 40

// writingForm is a guardrail as a person writes it.
type writingForm struct {
	id      string
	files   []writtenFile // in the order of the page
	refused []string      // sentences on uploaded files that are none of a guardrail
}

type writtenFile struct{ name, text string }

type writeModel struct {
	ID       frame.Field
	Known    bool // the guardrail is saved already, and keeps its ID
	Notices  []frame.Notice
	Problems []string
	Tests    []rego.Result
	Files    []shownFile
	Person   string
	Reason   string
}

type shownFile struct {
	Index int
	Name  string
	Text  string
	Rows  int
	Lines []int
}

// writePage shows a guardrail that is written, or an example of one.
func (r *Room) writePage(v *frame.Visit) error {
	f := writingForm{files: []writtenFile{{"guardrail.rego", exampleRules}, {"guardrail_test.rego", exampleTests}}}
	if id := v.QueryParam("id"); id != "" {
		holds, err := v.HeldGuardrails()
		if err != nil {
			return err
		}
		g, there := holds.Find(id)
		if !there || g.Kind != "" {
			return fault.New(fault.NotFound, "There is no guardrail with this ID that somebody wrote.")
		}
		f = writingForm{id: id}
		for _, name := range slices.Sorted(maps.Keys(g.Files)) {
			f.files = append(f.files, writtenFile{name, g.Files[name]})
		}
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
	m := writeModel{Notices: []frame.Notice{{Tone: frame.Good, Title: "It compiles, and its tests pass", Says: "Nothing is saved yet."}}}
	report, err := guardrails.Try(v.Context(), r.Engine, f.guardrail().Files)
	m.Tests = report.Tests
	if err != nil {
		return r.refusedWriting(v, f, m, err)
	}
	return r.showWriting(v, http.StatusOK, f, m)
}

// refused answers a form that will not do: one that is written with what is wrong beside
// it.
func (r *Room) refused(v *frame.Visit, err error) error {
	if v.FormValue("deed") != writing || !fault.Is(err, fault.Invalid) {
		return err
	}
	f, broken := readWriting(v)
	if broken != nil {
		return broken
	}
	report, _ := r.Engine.TestGuardrail(v.Context(), f.guardrail().Files)
	return r.refusedWriting(v, f, writeModel{Tests: report.Tests}, err)
}

func (r *Room) refusedWriting(v *frame.Visit, f writingForm, m writeModel, err error) error {
	var told *fault.Error
	if !errors.As(err, &told) || told.Kind != fault.Invalid {
		return err
	}
	m.Problems = strings.Split(told.Message, "\n")
	m.Notices = []frame.Notice{{Tone: frame.Bad, Title: "This will not do", Says: "Nothing is saved. What has to be mended is below."}}
	return r.showWriting(v, http.StatusUnprocessableEntity, f, m)
}

func (r *Room) showWriting(v *frame.Visit, status int, f writingForm, m writeModel) error {
	holds, err := v.HeldGuardrails()
	if err != nil {
		return err
	}
	_, m.Known = holds.Find(f.id)
	m.ID = frame.Field{Name: "id", Label: "ID", Value: f.id, Required: true, Autocomplete: "off", Hint: "Lowercase letters, digits and single hyphens, such as no-addresses."}
	m.Person, m.Reason = v.Person.ID, v.FormValue("reason")
	for _, sentence := range f.refused {
		m.Notices = append(m.Notices, frame.Notice{Tone: frame.Careful, Title: "Not taken", Says: sentence})
	}
	for i, file := range f.files {
		one := shownFile{Index: i, Name: file.name, Text: file.text, Rows: max(8, strings.Count(file.text, "\n")+2)}
		for n := range strings.Count(file.text, "\n") + 1 {
			one.Lines = append(one.Lines, n+1)
		}
		m.Files = append(m.Files, one)
	}
	title := "Write a guardrail"
	if m.Known {
		title = "Edit the guardrail " + f.id
	}
	return v.ShowWithStatus(status, "guardrailswrite", title, m)
}

// guardrail is what the form says. Files without name and text are left out.
func (f writingForm) guardrail() policy.Guardrail {
	files := rego.Source{}
	for _, file := range f.files {
		if file.name != "" || strings.TrimSpace(file.text) != "" {
			files[file.name] = file.text
		}
	}
	return policy.Guardrail{ID: f.id, Files: files}
}

// readWriting takes the form from a post, with the files that came with it: each takes the
// place of one of the same name.
func readWriting(v *frame.Visit) (writingForm, error) {
	f := writingForm{id: strings.TrimSpace(v.FormValue("id"))}
	for i := range mostFiles {
		name, text := "file-"+strconv.Itoa(i), "text-"+strconv.Itoa(i)
		if len(v.FormValues(name))+len(v.FormValues(text)) == 0 {
			continue
		}
		f.files = append(f.files, writtenFile{strings.TrimSpace(v.FormValue(name)), rego.Lines(v.FormValue(text))})
	}
	form := v.Request().MultipartForm
	if form == nil {
		return f, nil
	}
	for _, upload := range form.File["upload"] {
		if err := f.take(upload); err != nil {
			return f, err
		}
	}
	return f, nil
}

// take takes a file that was uploaded. A chooser that was left alone brings one without a
// name.
func (f *writingForm) take(upload *multipart.FileHeader) error {
	if upload.Filename == "" {
		return nil
	}
	if !rego.IsRego(upload.Filename) {
		f.refused = append(f.refused, fmt.Sprintf("%s is no file of a guardrail: their names end in .rego.", upload.Filename))
		return nil
	}
	open, err := upload.Open()
	if err != nil {
		return fmt.Errorf("read an upload: %w", err)
	}
	defer open.Close()
	text, err := io.ReadAll(open)
	if err != nil {
		return fmt.Errorf("read an upload: %w", err)
	}
	if !gateway.Legible(string(text)) {
		f.refused = append(f.refused, fmt.Sprintf("%s is no text in UTF-8.", upload.Filename))
		return nil
	}
	file := writtenFile{upload.Filename, rego.Lines(string(text))}
	if i := slices.IndexFunc(f.files, func(known writtenFile) bool { return known.name == file.name }); i >= 0 {
		f.files[i] = file
	} else {
		f.files = append(f.files, file)
	}
	return nil
}
