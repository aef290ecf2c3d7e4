package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
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
		post("/imports/:run/discard", Admins, (*Rooms).discardHeld),
	}
}

const (
	maxUpload   = 1 << 30 // bytes
	uploadTime  = 30 * time.Minute
	importsPage = 50 // how many attempts a page lists
)

type importsModel struct {
	May      bool
	Busy     bool
	Problem  string
	DryRun   Switch
	Attempts []attemptRow
	Older    string // the address of the attempts before those
	Newest   bool   // these are the newest
}

// attemptRow is an attempt as the history shows it.
type attemptRow struct {
	roster.Attempt
	At                            Moment
	How                           string
	Status                        Status
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
		May:    v.Person.Role == people.Admin,
		DryRun: Switch{Name: "dry_run", Label: "Only try", Hint: "Judges the package and says what it would change. Nothing is stored."},
	}
	before, err := strconv.ParseInt(v.query("before"), 10, 64)
	if m.Newest = err != nil; m.Newest {
		before = 0
	}
	if err := r.sweep(v.ctx()); err != nil {
		return m, err
	}
	all, err := r.Roster.Attempts(v.ctx(), before, importsPage+1)
	if len(all) > importsPage {
		all = all[:importsPage]
		m.Older = "/imports?before=" + strconv.FormatInt(all[importsPage-1].ID, 10)
	}
	for _, a := range all {
		m.Attempts = append(m.Attempts, r.attemptRow(v, a))
		m.Busy = m.Busy || a.Origin == roster.Upload && r.underWay(a)
	}
	return m, err
}

func (r *Rooms) attemptRow(v *visit, a roster.Attempt) attemptRow {
	row := attemptRow{Attempt: a, At: v.moment(a.StartedAt), How: "Upload", Status: r.statusOf(a)}
	if a.Origin == roster.Command {
		row.How = "Command"
	}
	for _, c := range a.Counts {
		row.Added += int64(c.New)
		row.Changed += int64(c.Changed)
		row.Gone += int64(c.Removed + c.Deleted)
		row.Refused += int64(c.Refused)
	}
	return row
}

// statusOf says how an attempt stands.
func (r *Rooms) statusOf(a roster.Attempt) Status {
	switch {
	case r.underWay(a):
		return Status{Plain, "Running"}
	case a.State != roster.Ended:
		return Status{Bad, "Ended early"}
	case a.Verdict == roster.Held && a.Waits():
		return Status{Careful, "Held, waits"}
	}
	switch a.Verdict {
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
	if err := r.sweep(v.ctx()); err != nil {
		return err
	}
	a := roster.Attempt{Actor: v.Person.Email}
	err := r.receive(v, &a)
	if err == nil {
		a, err = r.start(v.ctx(), a)
	}
	if err != nil {
		r.throwAway(a.Package)
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
	return v.goTo(importPath(a.ID))
}

func importPath(id int64) string { return "/imports/" + strconv.FormatInt(id, 10) }

// receive reads the form of an upload, its file onto disk while it comes in.
func (r *Rooms) receive(v *visit, a *roster.Attempt) error {
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
		case errors.Is(err, io.EOF) && a.Package == "":
			return noPackage()
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return brokenOff(err)
		case part.FormName() == "dry_run":
			a.DryRun = true
		case part.FormName() == "package" && part.FileName() != "" && a.Package == "":
			if err := r.keep(a, part); err != nil {
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
func (r *Rooms) keep(a *roster.Attempt, part *multipart.Part) error {
	var err error
	if a.Package, err = r.newFolder(); err != nil {
		return err
	}
	file, err := os.OpenFile(r.place(a.Package), os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
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
