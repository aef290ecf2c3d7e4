package dataguard

import (
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
)

// policyForm is the policy of an app as a person edits it.
type policyForm struct {
	version int64        // of the policy that the person was looking at
	files   []policyFile // in the order of the page
	taken   int          // files that were uploaded with the form
	refused []string     // sentences on uploaded files that are none of a policy
}

type policyFile struct{ name, text string }

// mostPolicyFiles is how many the page takes back, more than a policy may have.
const mostPolicyFiles = 40

// policyFormOf is the form as it stands in a saved policy, or an example of one where the
// app has none.
func policyFormOf(saved apps.SavedPolicy) policyForm {
	f := policyForm{version: saved.Version}
	for _, name := range slices.Sorted(maps.Keys(saved.Files)) {
		f.files = append(f.files, policyFile{name, saved.Files[name]})
	}
	if len(f.files) == 0 {
		f.files = []policyFile{{"policy.rego", exampleRules}, {"policy_test.rego", exampleTests}}
	}
	return f
}

// What a person begins with who writes the first policy of an app.
const (
	exampleRules = `package rostergate.app

# METADATA
# title: No addresses
# description: The app sends no mail.
hide contains "users.email"
`
	exampleTests = `package rostergate.app_test

import data.rostergate.app

test_no_address_is_shared if "users.email" in app.hide
`
)

// readPolicyForm takes the form from a post, with the files that came with it: each takes
// the place of one of the same name.
func readPolicyForm(v *frame.Visit) (policyForm, error) {
	var f policyForm
	var err error
	if f.version, err = strconv.ParseInt(v.FormValue("version"), 10, 64); err != nil {
		return f, fault.New(fault.Invalid, "The form does not say which version of the policy it changes. Open the page again.")
	}
	for i := range mostPolicyFiles {
		if len(v.FormValues(fileField(i))) == 0 && len(v.FormValues(textField(i))) == 0 {
			continue
		}
		f.files = append(f.files, policyFile{strings.TrimSpace(v.FormValue(fileField(i))), rego.Lines(v.FormValue(textField(i)))})
	}
	if form := v.Request().MultipartForm; form != nil {
		for _, upload := range form.File["upload"] {
			if err := f.take(upload); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

func fileField(i int) string { return "file-" + strconv.Itoa(i) }

func textField(i int) string { return "text-" + strconv.Itoa(i) }

// take takes a file that was uploaded. A chooser that was left alone brings one without a
// name.
func (f *policyForm) take(upload *multipart.FileHeader) error {
	if upload.Filename == "" {
		return nil
	}
	if !rego.IsRego(upload.Filename) {
		f.refused = append(f.refused, fmt.Sprintf("%s is no file of a policy: their names end in .rego.", upload.Filename))
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
	f.taken++
	file := policyFile{upload.Filename, rego.Lines(string(text))}
	if i := slices.IndexFunc(f.files, func(known policyFile) bool { return known.name == file.name }); i >= 0 {
		f.files[i] = file
	} else {
		f.files = append(f.files, file)
	}
	return nil
}

// add adds an empty file whose name is not taken yet.
func (f *policyForm) add(ending string) {
	for n := 1; ; n++ {
		name := "policy" + map[bool]string{true: strconv.Itoa(n)}[n > 1] + ending
		if !slices.ContainsFunc(f.files, func(known policyFile) bool { return known.name == name }) {
			f.files = append(f.files, policyFile{name: name})
			return
		}
	}
}

// remove takes away the file with a number, if there is one.
func (f *policyForm) remove(number string) {
	if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(f.files) {
		f.files = slices.Delete(f.files, i, i+1)
	}
}

// source are the files by their names, those without name and text left out. What cannot
// be a policy for its names is of rego.Problems.
func (f policyForm) source() (rego.Source, rego.Problems) {
	files := rego.Source{}
	var found rego.Problems
	for _, file := range f.files {
		_, twice := files[file.name]
		switch {
		case file.name == "" && strings.TrimSpace(file.text) == "":
			continue
		case file.name == "":
			found = append(found, rego.Problem{Says: "a file has no name: give it one such as policy.rego"})
		case twice:
			found = append(found, rego.Problem{File: file.name, Says: "two files have this name"})
		}
		files[file.name] = file.text
	}
	return files, found
}

// keptValues are the form for the next page to carry along.
func (f policyForm) keptValues(version int64) []keptValue {
	kept := []keptValue{{"version", strconv.FormatInt(version, 10)}}
	for i, file := range f.files {
		kept = append(kept, keptValue{fileField(i), file.name}, keptValue{textField(i), file.text})
	}
	return kept
}
