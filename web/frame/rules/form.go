package rules

import (
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
)

// mostFiles is how many files a page takes back, more than a source may have.
const mostFiles = 40

// Form is files as a person edits them.
type Form struct {
	Files   []File   // in the order of the page
	Taken   int      // files that were uploaded with the form
	Refused []string // sentences on uploaded files that are none of these
}

// File is a file with its name, which may be empty or none of Rego's yet.
type File struct{ Name, Text string }

// Of is the form of files that are saved, by their names.
func Of(files rego.Source) Form {
	var f Form
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f.Files = append(f.Files, File{name, files[name]})
	}
	return f
}

// Read takes the form from a post, with the files that came with it: each takes the place
// of one of the same name. Whose says what they are files of: "a policy".
func Read(v *frame.Visit, whose string) (Form, error) {
	var f Form
	for i := range mostFiles {
		if len(v.FormValues(nameField(i)))+len(v.FormValues(textField(i))) == 0 {
			continue
		}
		f.Files = append(f.Files, File{strings.TrimSpace(v.FormValue(nameField(i))), rego.Lines(v.FormValue(textField(i)))})
	}
	form := v.Request().MultipartForm
	if form == nil {
		return f, nil
	}
	for _, upload := range form.File["upload"] {
		if err := f.take(upload, whose); err != nil {
			return f, fmt.Errorf("read an upload: %w", err)
		}
	}
	return f, nil
}

func nameField(i int) string { return "file-" + strconv.Itoa(i) }

func textField(i int) string { return "text-" + strconv.Itoa(i) }

// take takes a file that was uploaded. A chooser that was left alone brings one without a
// name.
func (f *Form) take(upload *multipart.FileHeader, whose string) error {
	if upload.Filename == "" {
		return nil
	}
	if !rego.IsRego(upload.Filename) {
		f.Refused = append(f.Refused, fmt.Sprintf("%s is no file of %s: their names end in .rego.", upload.Filename, whose))
		return nil
	}
	open, err := upload.Open()
	if err != nil {
		return err
	}
	defer open.Close()
	text, err := io.ReadAll(open)
	if err != nil {
		return err
	}
	if !gateway.Legible(string(text)) {
		f.Refused = append(f.Refused, fmt.Sprintf("%s is no text in UTF-8.", upload.Filename))
		return nil
	}
	f.Taken++
	file := File{upload.Filename, rego.Lines(string(text))}
	if i := slices.IndexFunc(f.Files, func(known File) bool { return known.Name == file.Name }); i >= 0 {
		f.Files[i] = file
	} else {
		f.Files = append(f.Files, file)
	}
	return nil
}

// Add adds an empty file whose name is not taken yet: policy.rego, policy2.rego.
func (f *Form) Add(stem, ending string) {
	for n := 1; ; n++ {
		name := stem + map[bool]string{true: strconv.Itoa(n)}[n > 1] + ending
		if !slices.ContainsFunc(f.Files, func(known File) bool { return known.Name == name }) {
			f.Files = append(f.Files, File{Name: name})
			return
		}
	}
}

// Remove takes away the file with a number, as the page counts them from 0, if there is one.
func (f *Form) Remove(number string) {
	if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(f.Files) {
		f.Files = slices.Delete(f.Files, i, i+1)
	}
}

// Source are the files by their names, those without name and text left out. What cannot
// stand for its names is of rego.Problems.
func (f Form) Source() (rego.Source, rego.Problems) {
	files := rego.Source{}
	var found rego.Problems
	for _, file := range f.Files {
		_, twice := files[file.Name]
		switch {
		case file.Name == "" && strings.TrimSpace(file.Text) == "":
			continue
		case file.Name == "":
			found = append(found, rego.Problem{Says: "a file has no name: give it one that ends in .rego"})
		case twice:
			found = append(found, rego.Problem{File: file.Name, Says: "two files have this name"})
		}
		files[file.Name] = file.Text
	}
	return files, found
}

// Values are the form's names and values, for the next page to carry along.
func (f Form) Values() [][2]string {
	var all [][2]string
	for i, file := range f.Files {
		all = append(all, [2]string{nameField(i), file.Name}, [2]string{textField(i), file.Text})
	}
	return all
}

// NotTaken says of each uploaded file that is none of these why it was left out.
func (f Form) NotTaken() []frame.Notice {
	var all []frame.Notice
	for _, sentence := range f.Refused {
		all = append(all, frame.Notice{Tone: frame.Careful, Title: "Not taken", Says: sentence})
	}
	return all
}
