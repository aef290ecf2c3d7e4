package imports

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/shelf"
)

// maxFiles is how many files a folder may have, like a zip.
const maxFiles = 1000

// delivery is an upload while it comes in: a zip, or the files of a folder.
type delivery struct {
	shelf  *shelf.Shelf
	dryRun bool
	folder string          // of the package; empty until there is something to keep
	zip    bool            // that is kept
	files  int             // that came of a folder, kept or not
	names  map[string]bool // of those that are kept, in lower case
}

// receive reads the form of an upload, its files onto disk while they come in. What
// a person can do otherwise is a fault.Invalid.
func (d *delivery) receive(from *http.Request) error {
	form, err := from.MultipartReader()
	if err != nil {
		return noPackage()
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return d.complete()
		case err != nil:
			return brokenOff(err)
		}
		if err := d.takePart(part); err != nil {
			return err
		}
	}
}

// takePart takes one part of the form. A chooser that was left alone sends one without
// a name.
func (d *delivery) takePart(part *multipart.Part) error {
	switch {
	case part.FormName() == "dry_run":
		d.dryRun = true
	case part.FileName() == "":
	case part.FormName() == "package":
		return d.takeZip(part)
	case part.FormName() == "files":
		return d.takeFile(part)
	}
	return nil
}

func (d *delivery) takeZip(part *multipart.Part) error {
	if d.zip || d.files > 0 {
		return fault.New(fault.Invalid, "Choose one zip or one folder, not both.")
	}
	d.zip = true
	if err := d.openFolder(); err != nil {
		return err
	}
	size, err := keepFile(d.shelf.Place(d.folder), part)
	if err == nil && size == 0 {
		err = fault.New(fault.Invalid, "The file is empty.")
	}
	return err
}

// takeFile keeps a file of a folder by its plain name, wherever the browser says
// that it was, and passes over what a package does not have.
func (d *delivery) takeFile(part *multipart.Part) error {
	name := part.FileName()
	if d.files++; d.files > maxFiles {
		return fault.New(fault.Invalid, "The folder has more than %d files. Choose the one with manifest.csv in it.", maxFiles)
	}
	if d.zip {
		return fault.New(fault.Invalid, "Choose one zip or one folder, not both.")
	}
	if !plainCSVName(name) {
		return nil
	}
	if err := d.openFolder(); err != nil {
		return err
	}
	// Disks that tell large letters from small ones do not differ from others here.
	if d.names[strings.ToLower(name)] {
		return fault.New(fault.Invalid, "Two files of the folder have the same name. Choose the folder with manifest.csv in it, without other folders.")
	}
	d.names[strings.ToLower(name)] = true
	_, err := keepFile(filepath.Join(d.shelf.Place(d.folder), name), part)
	return err
}

// plainCSVName reports whether a file of a package may have the name: one of letters,
// digits and what commonly stands between them, and no path of any system.
func plainCSVName(name string) bool {
	stem, csv := strings.CutSuffix(strings.ToLower(name), ".csv")
	odd := func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-_. ()", c)
	}
	return csv && stem != "" && len(name) <= 100 && name[0] != '.' && !strings.ContainsFunc(stem, odd)
}

// openFolder makes the place of the package, if it is not there.
func (d *delivery) openFolder() error {
	if d.folder != "" {
		return nil
	}
	var err error
	if d.folder, err = d.shelf.NewFolder(); err != nil || d.zip {
		return err
	}
	d.names = map[string]bool{}
	if err := os.Mkdir(d.shelf.Place(d.folder), 0o700); err != nil {
		return fmt.Errorf("make a folder for an upload: %w", err)
	}
	return nil
}

// complete judges a form that has come to its end.
func (d *delivery) complete() error {
	switch {
	case d.folder != "":
		return nil
	case d.files > 0:
		return fault.New(fault.Invalid, "There is no CSV file in the folder.")
	}
	return noPackage()
}

func noPackage() error {
	return fault.New(fault.Invalid, "Choose a zip of OneRoster CSV, or a folder.")
}

func brokenOff(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return fault.New(fault.Invalid, "The package is larger than 1 GiB. Import it with the command rostergate import.")
	}
	return fault.New(fault.Invalid, "The upload broke off. Try again.")
}

// keepFile writes what comes in into a new file, and says how many bytes that were.
func keepFile(place string, from io.Reader) (int64, error) {
	file, err := os.OpenFile(place, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("keep an upload: %w", err)
	}
	size, err := io.Copy(file, from)
	if closed := file.Close(); closed != nil {
		return size, fmt.Errorf("keep an upload: %w", closed)
	}
	var full *fs.PathError
	switch {
	case errors.As(err, &full):
		return size, fmt.Errorf("keep an upload: %w", err)
	case err != nil:
		return size, brokenOff(err)
	}
	return size, nil
}
