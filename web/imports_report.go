package web

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
)

type reportModel struct {
	run
	At     Moment
	Status Status
	Held   bool // the person may accept it
	Stats  []Stat
	Causes []causeRow
}

// causeRow is one problem, with the first lines that have it.
type causeRow struct {
	roster.Cause
	Status Status
	Lines  string
}

// importReport shows how an upload ended or, while it runs, how far it is; the
// page then asks for itself again.
func (r *Rooms) importReport(v *visit) error {
	u, err := r.uploads.find(v.param("run"))
	if err != nil {
		return err
	}
	m := reportModel{run: u, At: v.moment(u.Started.UTC().Format(timeLayout)), Status: statusOf(u), Held: u.held() && v.Person.Role == people.Admin}
	if u.Running {
		v.c.Response().Header().Set("Refresh", "2")
	}
	if u.Report != nil {
		m.Stats, m.Causes = totals(u.Report.Files), causes(u.Report)
	}
	return v.show("importreport", "Import report", m)
}

func totals(files []roster.Counts) []Stat {
	var added, changed, removed, refused int64
	for _, c := range files {
		added += int64(c.New)
		changed += int64(c.Changed)
		removed += int64(c.Removed + c.Deleted)
		refused += int64(c.Refused)
	}
	return []Stat{
		{Label: "Added", Value: number(added)},
		{Label: "Changed", Value: number(changed)},
		{Label: "Removed", Value: number(removed)},
		{Label: "Refused", Value: number(refused)},
	}
}

// causes groups the problems of a report.
func causes(report *roster.Report) []causeRow {
	var rows []causeRow
	for _, c := range report.Causes {
		rows = append(rows, causeRow{Cause: c, Status: gravity(c.Severity), Lines: firstLines(report.Problems, c)})
	}
	return rows
}

func gravity(s roster.Severity) Status {
	switch s {
	case roster.Warning:
		return Status{Careful, "Warning"}
	case roster.Refused:
		return Status{Bad, "Row refused"}
	}
	return Status{Bad, "Package refused"}
}

// firstLines names the first five lines that have a problem.
func firstLines(problems []roster.Problem, c roster.Cause) string {
	var lines []string
	for _, p := range problems {
		if p.Line == 0 || p.File != c.File || p.Column != c.Column || p.Problem != c.Problem.Problem {
			continue
		}
		if len(lines) == 5 {
			return strings.Join(lines, ", ") + " …"
		}
		lines = append(lines, strconv.Itoa(p.Line))
	}
	return strings.Join(lines, ", ")
}

// importProblems sends the problems of a report as CSV.
func (r *Rooms) importProblems(v *visit) error {
	u, err := r.uploads.find(v.param("run"))
	if err != nil {
		return err
	}
	if u.Report == nil {
		return fault.New(fault.NotFound, "This upload has no report.")
	}
	return v.download("problems.csv", "text/csv; charset=utf-8", func(out io.Writer) error { return writeProblems(out, u.Report.Problems) })
}

func writeProblems(out io.Writer, problems []roster.Problem) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"severity", "file", "line", "column", "problem", "remedy"}) // Error below tells
	for _, p := range problems {
		line := ""
		if p.Line > 0 {
			line = strconv.Itoa(p.Line)
		}
		_ = w.Write([]string{string(p.Severity), plainCell(p.File), line, plainCell(p.Column), plainCell(p.Problem), plainCell(p.Remedy)})
	}
	w.Flush()
	return w.Error()
}

// plainCell is a text that no spreadsheet takes for a formula.
func plainCell(text string) string {
	if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}

// acceptHold imports a held package whatever it changes.
func (r *Rooms) acceptHold(v *visit) error {
	before, err := r.uploads.find(v.param("run"))
	if err != nil {
		return err
	}
	folder, err := r.uploads.take(before.ID)
	if err != nil {
		return err
	}
	u := &run{Actor: v.Person.Email, Started: r.Clock(), AcceptHold: true, folder: folder}
	if err := r.start(v.ctx(), u); err != nil {
		r.uploads.giveBack(before.ID, folder)
		return err
	}
	return v.goTo("/imports/" + u.ID)
}
