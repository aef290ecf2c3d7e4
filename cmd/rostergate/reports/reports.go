package reports

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

// Form is how a report is printed.
type Form int

// The forms.
const (
	Text Form = iota
	JSON
	CSV // of the problems alone
)

// Printer prints reports to where a command prints.
type Printer struct {
	Importer *intake.Importer
	Cmd      *cobra.Command
}

// Tell says how an import ended that has just been tried. Of JSON the list of problems is
// whole.
func (p Printer) Tell(attempt int64, report *intake.Report, form Form) error {
	if form != JSON {
		err := wording.Brief(p.Cmd.OutOrStdout(), report, attempt)
		if err == nil && report.Verdict == intake.Held {
			err = terminal.Say(p.Cmd.OutOrStdout(), "  once a person has looked, go on with --accept-hold\n")
		}
		return err
	}
	a, err := p.Importer.Attempt(p.Cmd.Context(), attempt)
	if err != nil {
		return err
	}
	return wording.ReportJSON(p.Cmd.OutOrStdout(), wording.WithoutProblems(report), p.eachProblem(a, report))
}

// Show prints an attempt that is on record, with its report if it has one.
func (p Printer) Show(a intake.Attempt, form Form) error {
	out, one := p.Cmd.OutOrStdout(), wording.NewAttempt(a, p.Importer.Clock())
	switch {
	case form == CSV && a.Report == nil:
		return fault.New(fault.NotFound, "import %d ended without a report", a.ID)
	case form == CSV:
		return wording.ProblemsCSV(terminal.CSVText(out), a.Report, p.eachProblem(a, a.Report))
	case form == JSON:
		return wording.ReportJSON(out, struct {
			wording.Attempt
			Report *intake.Report `json:"report"`
		}{one, wording.WithoutProblems(a.Report)}, p.eachProblem(a, a.Report))
	}
	if err := wording.Attempts(out, one); err != nil || a.Report == nil {
		return err
	}
	return wording.Report(out, a.Report)
}

// eachProblem goes through the problems of an attempt's report, and says on stderr where
// they are not kept any more.
func (p Printer) eachProblem(a intake.Attempt, report *intake.Report) wording.EachProblem {
	return func(each func(bundle.Problem) error) error {
		missing, err := p.Importer.EachProblem(p.Cmd.Context(), a, report, each)
		if err == nil && missing > 0 {
			err = terminal.Say(p.Cmd.ErrOrStderr(), "rostergate: %s more are not listed: of old imports only the first lines of each problem are kept\n", plural.Of(missing, "line", "lines"))
		}
		return err
	}
}
