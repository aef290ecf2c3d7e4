package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/wording"
)

type reportModel struct {
	attemptRow
	Failed  string       // why there is no report
	Held    bool         // the person may decide
	Mark    int64        // of the attempt that the person decides over
	Away    bool         // the package waits on another server
	Until   frame.Moment // it waits
	Unusual string       // heading over why it was held, or was not
	Outcome string       // what became of it
	Holds   []string
	Stats   []frame.Stat
	Rare    rareCounts
	Causes  []causeRow
	More    int // lines with a problem that the page does not name
	New     []keyGroup
	Gone    []keyGroup
}

// rareCounts says which counts are shown that are 0 in most reports.
type rareCounts struct{ Joined, Deleted, NeverStored, Ignored bool }

// causeRow is one problem, with the first lines that have it.
type causeRow struct {
	bundle.Cause
	Status frame.Status
	Lines  string   // the first
	More   int      // besides
	Falls  []string // what falls with it
}

// importReportPage shows how an attempt ended or, while it runs, how far it is; the
// page then asks for itself again.
func (r *Room) importReportPage(v *frame.Visit) error {
	a, err := r.namedAttempt(v)
	if err != nil {
		return err
	}
	m := reportModel{attemptRow: r.attemptRow(v, a)}
	if a.Waits() {
		m.Held, m.Mark = v.Person.Role == people.Admin && r.Shelf.Here(a), a.Mark
		m.Away = !r.Shelf.Here(a)
		if ended, err := a.EndedAt.Time(); err == nil {
			m.Until = v.Moment(moment.Of(ended.Add(shelf.WaitTime)))
		}
	}
	switch {
	case m.Running:
		v.ResponseHeader().Set("Refresh", "2")
	case a.State != intake.Ended:
		m.Failed = importFailure(a)
	}
	if a.Report != nil {
		m.showReport(a)
	}
	return v.Show("importreport", "Import "+strconv.FormatInt(a.ID, 10), m)
}

// showReport fills in what an attempt's report says.
func (m *reportModel) showReport(a intake.Attempt) {
	m.Stats, m.Causes = totalStats(m.attemptRow), causeRows(a.Report)
	for _, c := range a.Report.Files {
		m.Rare.Joined, m.Rare.Ignored = m.Rare.Joined || c.Joined > 0, m.Rare.Ignored || c.Ignored > 0
		m.Rare.Deleted, m.Rare.NeverStored = m.Rare.Deleted || c.Deleted > 0, m.Rare.NeverStored || c.NeverStored > 0
	}
	for _, c := range a.Report.Causes {
		if c.Because > 0 {
			m.More += c.Count
		}
	}
	for _, row := range m.Causes {
		m.More += row.More
	}
	m.Unusual, m.Outcome = sayUnusual(a)
	for _, hold := range slices.Concat(a.Report.Holds, a.Report.AcceptedHolds) {
		m.Holds = append(m.Holds, longNumbers.ReplaceAllStringFunc(hold, groupDigits))
	}
	m.New, m.Gone = keyGroups(a.Report.NewKeys), keyGroups(a.Report.VanishedKeys)
}

// longNumbers are whole numbers in a sentence.
var longNumbers = regexp.MustCompile(`\d{4,}`)

func groupDigits(digits string) string {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return digits // longer than any count
	}
	return frame.Number(n)
}

// sayUnusual says of a package that changes much what became of it.
func sayUnusual(a intake.Attempt) (heading, outcome string) {
	switch {
	case a.DryRun:
		return "This package would change more than usual", "An import would be held until an admin decides. This was a dry run: nothing was stored."
	case a.Waits():
		return "This package would change more than usual", "Nothing was stored yet."
	}
	switch a.Verdict {
	case intake.Stored, intake.Unchanged:
		return "This package changed more than usual", "It was imported anyway."
	case intake.Accepted:
		return "This package was held, then imported", "An admin decided to import it anyway, as an import of its own."
	case intake.Discarded:
		return "This package was discarded", "It would have changed more than usual. Nothing was stored."
	case intake.Expired:
		return "This package was held until it expired", "No admin decided within a week. Nothing was stored."
	case intake.Held:
		return "This package would have changed more than usual", "Nothing was stored. To import it anyway, import it again and accept the hold."
	}
	return "This package would have changed more than usual", "It was refused for the problems below. Nothing was stored."
}

// namedAttempt is the one that the address names.
func (r *Room) namedAttempt(v *frame.Visit) (intake.Attempt, error) {
	id, err := strconv.ParseInt(v.PathParam("run"), 10, 64)
	if err != nil {
		id = 0 // which there never is
	}
	return v.ImportAttempt(id)
}

// importFailure is what people are told of an attempt that has no report.
func importFailure(a intake.Attempt) string {
	switch {
	case a.Conflict:
		return "Another import was stored meanwhile. Import the package again."
	case a.State == intake.Running:
		return "Nothing was heard of this import for a while: whoever carried it out was stopped. Nothing was stored; import the package again."
	}
	return "Something went wrong, and nothing was stored. The log says what; try again, and if it happens again tell whoever runs Rostergate."
}

// totalStats are the counts of all files as tiles. What was not stored would be.
func totalStats(row attemptRow) []frame.Stat {
	tile := func(label, otherwise string, n int64, t frame.Tone) frame.Stat {
		if !row.Done {
			label = otherwise
		}
		return frame.Stat{Label: label, Value: frame.Number(n), Tone: frame.ToneOf(n, t)}
	}
	return []frame.Stat{
		tile("Added", "Would be added", row.Added, frame.Good),
		tile("Changed", "Would be changed", row.Changed, frame.Careful),
		tile("Removed", "Would be removed", row.Gone, frame.Bad),
		tile("Rows refused", "Rows refused", row.Refused, frame.Bad),
	}
}

// causeRows groups the problems of a report.
func causeRows(report *intake.Report) []causeRow {
	var rows []causeRow
	for _, c := range report.Roots() {
		const most = 5
		lines, more := wording.Lines(report, c, most)
		named := strings.Join(lines, ", ")
		if more > 0 {
			named += " …"
		}
		rows = append(rows, causeRow{Cause: c, Status: severityStatus(c.Severity), Lines: named, More: more, Falls: wording.Falls(c)})
	}
	return rows
}

func severityStatus(s bundle.Severity) frame.Status {
	switch s {
	case bundle.Warning:
		return frame.Status{Tone: frame.Careful, Label: "Warning"}
	case bundle.Refused:
		return frame.Status{Tone: frame.Bad, Label: "Row refused"}
	}
	return frame.Status{Tone: frame.Bad, Label: "Package refused"}
}

// importProblems sends all problems of a report as CSV.
func (r *Room) importProblems(v *frame.Visit) error {
	a, err := r.namedAttempt(v)
	if err != nil {
		return err
	}
	if a.Report == nil {
		return fault.New(fault.NotFound, "This import has no report.")
	}
	name := fmt.Sprintf("import-%d-problems.csv", a.ID)
	return v.Download(name, "text/csv; charset=utf-8", func(out io.Writer) error {
		return wording.ProblemsCSV(out, a.Report, func(each func(bundle.Problem) error) error {
			_, err := r.Shelf.Importer.EachProblem(v.Context(), a, a.Report, each)
			return err
		})
	})
}

// decidedOver is the attempt that a form decides over, as the person saw it.
func (r *Room) decidedOver(v *frame.Visit) (intake.Attempt, error) {
	a, err := r.namedAttempt(v)
	if seen := v.FormValue("mark"); err == nil && seen != "" && seen != strconv.FormatInt(a.Mark, 10) {
		err = fault.New(fault.Conflict, "This is another import than the one that you were looking at. Look at it first.")
	}
	return a, err
}

// acceptHold imports a held package whatever it changes.
func (r *Room) acceptHold(v *frame.Visit) error {
	before, err := r.decidedOver(v)
	if err != nil {
		return err
	}
	if before.Waits() && !r.Shelf.Here(before) {
		return fault.New(fault.Conflict, "The package waits on another server. Upload it again.")
	}
	if before.Waits() {
		if err := r.Shelf.Touch(before); err != nil {
			return err
		}
	}
	folder, err := r.Shelf.Importer.Take(v.Context(), before.ID, intake.Accepted)
	if err != nil {
		return err
	}
	a, err := r.Shelf.Start(v.Context(), intake.Attempt{Actor: v.Person.Email, AcceptHold: true, Package: folder})
	if err != nil {
		return errors.Join(err, r.Shelf.Importer.Return(context.WithoutCancel(v.Context()), before.ID, folder))
	}
	return v.Redirect(importPath(a.ID))
}

// discardHeld throws a held package away.
func (r *Room) discardHeld(v *frame.Visit) error {
	a, err := r.decidedOver(v)
	if err != nil {
		return err
	}
	folder, err := r.Shelf.Importer.Take(v.Context(), a.ID, intake.Discarded)
	if err != nil {
		return err
	}
	r.Shelf.ThrowAway(folder)
	return v.EndForm(importPath(a.ID), "The package was discarded. Nothing was stored.")
}
