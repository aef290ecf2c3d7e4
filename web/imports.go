package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/intake"
)

func importsRoutes() []Route {
	return []Route{
		get("/imports", Anyone, (*Rooms).importList),
		post("/imports", Admins, (*Rooms).upload).taking(maxUpload),
		get("/imports/:run", Anyone, (*Rooms).importReport).withNames(),
		get("/imports/:run/problems", Anyone, (*Rooms).importProblems),
		post("/imports/:run/accept", Admins, (*Rooms).acceptHold),
		post("/imports/:run/discard", Admins, (*Rooms).discardHeld),
	}
}

const (
	maxUpload   = 1 << 30 // bytes, of the whole form
	importsPage = 50      // how many attempts a page lists
)

type importsModel struct {
	May      bool
	Busy     bool
	Zip      Field
	Folder   Field
	DryRun   Switch
	Attempts []attemptRow
	Older    string // the address of the attempts before those
	Newest   bool   // these are the newest
	Supposed bool   // some of the counts are in parentheses
}

// attemptRow is an attempt as the history shows it.
type attemptRow struct {
	intake.Attempt
	At                            Moment
	How                           string
	Status                        Status
	Running                       bool
	Done                          bool // what is counted was stored, or there was nothing to store
	Added, Changed, Gone, Refused int64
}

// countCell is a count in the table of attempts.
type countCell struct {
	Tone Tone
	Text string
}

// supposed reports whether the count is of what was not stored.
func (c countCell) supposed() bool { return strings.HasPrefix(c.Text, "(") }

// Cells are the counts of an attempt; what was not stored is in parentheses.
func (row attemptRow) Cells() []countCell {
	cell := func(n int64, t Tone, done bool) countCell {
		switch {
		case row.State != intake.Ended:
			return countCell{}
		case !done && n > 0:
			return countCell{"none", "(" + number(n) + ")"}
		}
		return countCell{tone(n, t), number(n)}
	}
	return []countCell{cell(row.Added, Good, row.Done), cell(row.Changed, Careful, row.Done), cell(row.Gone, Bad, row.Done), cell(row.Refused, Bad, true)}
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
		DryRun: Switch{Name: "dry_run", Label: "Dry run", Hint: "Checks the package and reports what would change."},
		Zip:    Field{Name: "package", Label: "Zip", Kind: "zip", Hint: "OneRoster 1.1 CSV with its manifest.csv, at most 1 GiB."},
		Folder: Field{Name: "files", Label: "Folder of CSV files", Kind: "folder", Hint: "The same, not zipped. Where your browser takes no folder, choose all of its files."},
	}
	before, err := strconv.ParseInt(v.query("before"), 10, 64)
	if m.Newest = err != nil; m.Newest {
		before = 0
	}
	if err := r.sweep(v.ctx()); err != nil {
		return m, err
	}
	all, err := r.Intake.Attempts(v.ctx(), before, importsPage+1)
	if len(all) > importsPage {
		all = all[:importsPage]
		m.Older = "/imports?before=" + strconv.FormatInt(all[importsPage-1].ID, 10)
	}
	for _, a := range all {
		row := r.attemptRow(v, a)
		m.Attempts = append(m.Attempts, row)
		m.Supposed = m.Supposed || slices.ContainsFunc(row.Cells(), countCell.supposed)
		m.Busy = m.Busy || a.Origin == intake.Upload && row.Running
	}
	return m, err
}

func (r *Rooms) attemptRow(v *visit, a intake.Attempt) attemptRow {
	row := attemptRow{Attempt: a, At: v.moment(a.StartedAt), How: "Upload", Status: statusOf(a), Running: r.underWay(a)}
	row.Done = a.State == intake.Ended && !a.DryRun && (a.Verdict == intake.Stored || a.Verdict == intake.Unchanged)
	if row.Running {
		row.Status = Status{Plain, "Running"}
	}
	if a.Origin == intake.Command {
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

// statusOf says how an attempt ended.
func statusOf(a intake.Attempt) Status {
	switch {
	case a.State != intake.Ended:
		return Status{Bad, "Ended early"}
	case a.DryRun:
		return dryRun(a.Verdict)
	}
	switch a.Verdict {
	case intake.Stored:
		return Status{Good, "Stored"}
	case intake.Unchanged:
		return Status{Good, "Nothing new"}
	case intake.Held:
		return heldStatus(a)
	case intake.Accepted:
		return Status{Plain, "Held, then imported"}
	case intake.Discarded:
		return Status{Plain, "Discarded"}
	case intake.Expired:
		return Status{Plain, "Held, expired"}
	}
	return Status{Bad, "Refused"}
}

func heldStatus(a intake.Attempt) Status {
	switch {
	case a.Waits():
		return Status{Careful, "Held, waits"}
	case a.Origin == intake.Upload:
		return Status{Plain, "Held, no longer waits"}
	}
	return Status{Careful, "Held"}
}

// dryRun says how the package would have ended.
func dryRun(verdict intake.Verdict) Status {
	switch verdict {
	case intake.Checked:
		return Status{Good, "Dry run: would be stored"}
	case intake.Unchanged:
		return Status{Good, "Dry run: nothing new"}
	case intake.Held:
		return Status{Careful, "Dry run: would be held"}
	}
	return Status{Bad, "Dry run: would be refused"}
}

// upload takes a package and begins to import it.
func (r *Rooms) upload(v *visit) error {
	defer v.forFile()()
	if err := r.sweep(v.ctx()); err != nil {
		return err
	}
	in := delivery{rooms: r}
	err := in.receive(v.c.Request())
	a := intake.Attempt{Actor: v.Person.Email, DryRun: in.dryRun, Package: in.folder}
	if err == nil {
		a, err = r.start(v.ctx(), a)
	}
	if err != nil {
		r.throwAway(in.folder)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return r.uploadAgain(v, in.files > 0, err)
	case err != nil:
		return err
	}
	return v.goTo(importPath(a.ID))
}

// uploadAgain says beside what was chosen why it will not do.
func (r *Rooms) uploadAgain(v *visit, folder bool, why error) error {
	m, err := r.imports(v)
	if err != nil {
		return err
	}
	if folder {
		m.Folder.blame(why)
	} else {
		m.Zip.blame(why)
	}
	return v.again("imports", "Imports", m)
}

func importPath(id int64) string { return "/imports/" + strconv.FormatInt(id, 10) }
