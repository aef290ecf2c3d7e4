package imports

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) importsRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/imports", frame.Anyone, r.importsPage),
		frame.Post("/imports", frame.Admins, r.uploadPackage).TakingUpTo(maxUpload),
		frame.Get("/checks", frame.Anyone, r.checksPage),
		frame.Get("/imports/:run", frame.Anyone, r.importReportPage).WithNames(),
		frame.Get("/imports/:run/problems", frame.Anyone, r.importProblems),
		frame.Post("/imports/:run/accept", frame.Admins, r.acceptHold),
		frame.Post("/imports/:run/discard", frame.Admins, r.discardHeld),
	}
}

const (
	maxUpload      = 1 << 30 // bytes, of the whole form
	attemptsListed = 50      // how many attempts a page lists
)

type importsModel struct {
	May      bool
	Busy     bool
	Zip      frame.Field
	Folder   frame.Field
	DryRun   frame.Switch
	Attempts []attemptRow
	Ended    frame.Choice
	How      frame.Choice
	Sort     frame.Choice
	Narrow   bool // something is asked for
	Columns  []frame.Column
	Pager    frame.Pager
	Among    string // how many of them were sorted; empty for all
	Supposed bool   // some of the counts are in parentheses

	pastEnd string // the last page, where one behind it was asked for
}

// attemptRow is an attempt as the history shows it.
type attemptRow struct {
	intake.Attempt
	At                            frame.Moment
	How                           string
	Status                        frame.Status
	Running                       bool
	Done                          bool // what is counted was stored, or there was nothing to store
	Added, Changed, Gone, Refused int64
}

// countCell is a count in the table of attempts.
type countCell struct {
	Label string
	Tone  frame.Tone
	Text  string
}

// supposed reports whether the count is of what was not stored.
func (c countCell) supposed() bool { return strings.HasPrefix(c.Text, "(") }

// Cells are the counts of an attempt; what was not stored is in parentheses.
func (row attemptRow) Cells() []countCell {
	cell := func(label string, n int64, t frame.Tone, done bool) countCell {
		switch {
		case row.State != intake.Ended:
			return countCell{}
		case !done && n > 0:
			return countCell{label, "none", "(" + frame.Number(n) + ")"}
		}
		return countCell{label, frame.ToneOf(n, t), frame.Number(n)}
	}
	return []countCell{
		cell("Added", row.Added, frame.Good, row.Done), cell("Changed", row.Changed, frame.Careful, row.Done),
		cell("Removed", row.Gone, frame.Bad, row.Done), cell("Refused", row.Refused, frame.Bad, true),
	}
}

func (r *Room) importsPage(v *frame.Visit) error {
	m, err := r.newImports(v)
	if err != nil {
		return err
	}
	if m.pastEnd != "" {
		return v.Redirect(m.pastEnd)
	}
	return v.Show("imports", "Imports", m)
}

func (r *Room) newImports(v *frame.Visit) (importsModel, error) {
	m := importsModel{
		May:    v.Person.Role == people.Admin,
		DryRun: frame.Switch{Name: "dry_run", Label: "Dry run", Hint: "Checks the package and reports what would change."},
		Zip:    frame.Field{Name: "package", Label: "Zip", Kind: "zip", Hint: "OneRoster CSV, 1.1 or 1.2, with its manifest.csv, at most 1 GiB."},
		Folder: frame.Field{Name: "files", Label: "Folder of CSV files", Kind: "folder", Hint: "The same, not zipped. Where your browser takes no folder, choose all of its files."},
	}
	if err := r.Shelf.Sweep(v.Context()); err != nil {
		return m, err
	}
	all, err := r.listAttempts(v, &m)
	for _, a := range all {
		row := r.attemptRow(v, a)
		m.Attempts = append(m.Attempts, row)
		m.Supposed = m.Supposed || slices.ContainsFunc(row.Cells(), countCell.supposed)
	}
	if err != nil {
		return m, err
	}
	newest, err := r.Shelf.Importer.Attempts(v.Context(), 0, attemptsListed)
	m.Busy = slices.ContainsFunc(newest, func(a intake.Attempt) bool { return a.Origin == intake.Upload && r.Shelf.UnderWay(a) })
	return m, err
}

func (r *Room) attemptRow(v *frame.Visit, a intake.Attempt) attemptRow {
	row := attemptRow{Attempt: a, At: v.Moment(a.StartedAt), How: "Upload", Running: r.Shelf.UnderWay(a)}
	row.Status = frame.AttemptStatus(a, row.Running)
	row.Done = a.State == intake.Ended && !a.DryRun && (a.Verdict == intake.Stored || a.Verdict == intake.Unchanged)
	if a.Origin == intake.Command {
		row.How = "Command"
	}
	for _, c := range a.Counts {
		row.Added += int64(c.New)
		row.Changed += int64(c.Changed)
		row.Gone += int64(c.Removed) // which has the stored ones of rows that are deleted
		row.Refused += int64(c.Refused)
	}
	return row
}

// uploadPackage takes a package and begins to import it.
func (r *Room) uploadPackage(v *frame.Visit) error {
	defer v.AllowLargeFile()()
	if err := r.Shelf.Sweep(v.Context()); err != nil {
		return err
	}
	in := delivery{shelf: r.Shelf}
	err := in.receive(v.Request())
	a := intake.Attempt{Actor: v.Person.Email, DryRun: in.dryRun, Package: in.folder}
	if err == nil {
		a, err = r.Shelf.Start(v.Context(), a)
	}
	if err != nil {
		r.Shelf.ThrowAway(in.folder)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return r.uploadAgain(v, in.files > 0, err)
	case err != nil:
		return err
	}
	return v.Redirect(importPath(a.ID))
}

// uploadAgain says beside what was chosen why it will not do.
func (r *Room) uploadAgain(v *frame.Visit, folder bool, why error) error {
	m, err := r.newImports(v)
	if err != nil {
		return err
	}
	if folder {
		m.Folder.Blame(why)
	} else {
		m.Zip.Blame(why)
	}
	return v.ShowAgain("imports", "Imports", m)
}

func importPath(id int64) string { return "/imports/" + strconv.FormatInt(id, 10) }
