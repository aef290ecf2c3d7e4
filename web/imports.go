package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
)

func importsRoutes() []Route {
	return []Route{
		get("/imports", Anyone, (*Rooms).importList),
		post("/imports", Admins, (*Rooms).upload).taking(maxUpload),
		get("/imports/:run", Anyone, (*Rooms).importReport),
		get("/imports/:run/problems", Anyone, (*Rooms).importProblems),
		post("/imports/:run/accept", Admins, (*Rooms).acceptHold),
	}
}

const (
	maxUpload   = 1 << 30 // bytes
	uploadTime  = 30 * time.Minute
	importsKept = 50 // how many stored imports the page lists
)

type importsModel struct {
	May     bool
	Busy    bool
	Problem string
	DryRun  Switch
	Uploads []uploadRow
	Past    []pastRow
}

type uploadRow struct {
	ID, Actor string
	At        Moment
	Status    Status
}

type pastRow struct {
	Generation                    int64
	At                            Moment
	Added, Changed, Gone, Refused int64
}

func (r *Rooms) importList(v *visit) error {
	m, err := r.imports(v)
	if err != nil {
		return err
	}
	return v.show("imports", "Imports", m)
}

func (r *Rooms) imports(v *visit) (importsModel, error) {
	m := importsModel{
		May: v.Person.Role == people.Admin, Busy: r.uploads.busy(),
		DryRun: Switch{Name: "dry_run", Label: "Only try", Hint: "Judges the package and says what it would change. Nothing is stored."},
	}
	for _, u := range r.uploads.latest() {
		m.Uploads = append(m.Uploads, uploadRow{u.ID, u.Actor, v.moment(u.Started.UTC().Format(timeLayout)), statusOf(u)})
	}
	past, err := r.Roster.Imports(v.ctx(), importsKept)
	for _, p := range past {
		row := pastRow{Generation: p.Generation, At: v.moment(p.CommittedAt)}
		for _, c := range p.Files {
			row.Added += int64(c.New)
			row.Changed += int64(c.Changed)
			row.Gone += int64(c.Removed + c.Deleted)
			row.Refused += int64(c.Refused)
		}
		m.Past = append(m.Past, row)
	}
	return m, err
}

// statusOf says how an upload stands.
func statusOf(u run) Status {
	switch {
	case u.Running:
		return Status{Plain, "Running"}
	case u.Report == nil:
		return Status{Bad, "Ended early"}
	}
	switch u.Report.Verdict {
	case roster.Stored:
		return Status{Good, "Stored"}
	case roster.Unchanged:
		return Status{Good, "Nothing new"}
	case roster.Checked:
		return Status{Good, "Would be stored"}
	case roster.Held:
		return Status{Careful, "Held"}
	}
	return Status{Bad, "Refused"}
}

// upload takes a package and begins to import it.
func (r *Rooms) upload(v *visit) error {
	if r.uploads.busy() {
		return errBusy()
	}
	u := &run{Actor: v.Person.Email, Started: r.Clock()}
	err := v.receive(u)
	if err == nil {
		err = r.start(v.ctx(), u)
	}
	if err != nil && u.folder != "" {
		_ = os.RemoveAll(u.folder)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		m, wrong := r.imports(v)
		if wrong != nil {
			return wrong
		}
		m.Problem = err.Error()
		return v.again("imports", "Imports", m)
	case err != nil:
		return err
	}
	return v.goTo("/imports/" + u.ID)
}

// receive reads the form of an upload, its file onto disk while it comes in.
func (v *visit) receive(u *run) error {
	patience := http.NewResponseController(v.c.Response())
	_ = patience.SetReadDeadline(time.Now().Add(uploadTime)) // where it cannot be set, the server's own holds
	_ = patience.SetWriteDeadline(time.Now().Add(uploadTime + answerTime))
	form, err := v.c.Request().MultipartReader()
	if err != nil {
		return noPackage()
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && u.folder == "":
			return noPackage()
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return brokenOff(err)
		case part.FormName() == "dry_run":
			u.DryRun = true
		case part.FormName() == "package" && part.FileName() != "" && u.folder == "":
			if err := u.keep(part); err != nil {
				return err
			}
		}
	}
}

func noPackage() error { return fault.New(fault.Invalid, "Choose a zip of OneRoster CSV.") }

func brokenOff(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return fault.New(fault.Invalid, "The file is larger than 1 GiB. Import it with the command rostergate import.")
	}
	return fault.New(fault.Invalid, "The upload broke off. Try again.")
}

// keep writes the package into a folder of its own.
func (u *run) keep(part *multipart.Part) error {
	var err error
	if u.folder, err = os.MkdirTemp("", "rostergate-upload-"); err != nil {
		return fmt.Errorf("make a folder for an upload: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(u.folder, packageName), os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	size, err := io.Copy(file, part)
	if closed := file.Close(); closed != nil {
		return fmt.Errorf("keep an upload: %w", closed)
	}
	var full *os.PathError
	switch {
	case errors.As(err, &full):
		return fmt.Errorf("keep an upload: %w", err)
	case err != nil:
		return brokenOff(err)
	case size == 0:
		return fault.New(fault.Invalid, "The file is empty.")
	}
	return nil
}
