package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/arrivals"
	"github.com/rostergate/rostergate/cmd/rostergate/reports"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func importCommand() *cobra.Command {
	var o intake.Options
	var asJSON bool
	var yes *bool
	cmd := &cobra.Command{
		Use:     "import PATH",
		Short:   "Import a OneRoster CSV package, 1.1 or 1.2, bulk or delta: a folder or a zip",
		Long:    "Import reads the whole package and judges it before anything is stored. A package that is refused, or that would change too much and is held for a person, stores nothing.",
		Example: "  rostergate import district.zip\n  rostergate import district/ --dry-run --json",
		RunE: inHouseOf(&house{way: stores.Way{Makes: true}}, func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
			var declined error
			wanted := o
			if o.AcceptHold && !o.DryRun && asks(cmd, *yes) {
				wanted.AcceptHold, wanted.Accepting = false, acceptingHold(cmd, &declined)
			}
			attempt, report, err := h.importPackage(cmd, args[0], wanted, asJSON)
			if err = cmp.Or(err, declined); err != nil {
				return err
			}
			return h.tellImport(cmd, attempt, report, asJSON)
		}),
	}
	settings.Declare(cmd.Flags(), settings.Importing)
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "judge the package and store nothing")
	cmd.Flags().BoolVar(&o.AcceptHold, "accept-hold", false, "store the package even if it changes more than is usual; at a terminal, after showing it and asking")
	yes = yesFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON, and the progress as JSON lines on stderr")
	return cmd
}

// tellImport says how an import ended, and fails where the package is refused or held.
func (h *house) tellImport(cmd *cobra.Command, attempt int64, report *intake.Report, asJSON bool) error {
	form := map[bool]reports.Form{true: reports.JSON}[asJSON]
	err := reports.Printer{Importer: h.intake, Cmd: cmd}.Tell(attempt, report, form)
	if err == nil && (report.Verdict == intake.Rejected || report.Verdict == intake.Held) {
		return errQuiet
	}
	return err
}

// acceptingHold shows what a package would change that is held, and asks whether to store
// it all the same. Without a yes nothing is stored, and declined says so.
func acceptingHold(cmd *cobra.Command, declined *error) func(held *intake.Report) (bool, error) {
	return func(held *intake.Report) (bool, error) {
		if err := wording.Brief(cmd.ErrOrStderr(), held, 0); err != nil {
			return false, err
		}
		*declined = agree(cmd, "Store it all the same?")
		return *declined == nil, nil
	}
}

// importPackage imports with progress on stderr, and with the attempt and the
// change on record. It returns the number of the attempt.
func (h *house) importPackage(cmd *cobra.Command, path string, o intake.Options, asJSON bool) (int64, *intake.Report, error) {
	by := byMe("")
	attempt, err := h.intake.Begin(cmd.Context(), intake.Attempt{Actor: by.Actor, Origin: intake.Command, DryRun: o.DryRun, AcceptHold: o.AcceptHold})
	if err != nil {
		return 0, nil, err
	}
	b := &terminal.Bar{Out: cmd.ErrOrStderr()}
	defer b.Clear()
	o.Progress = terminal.Progress(b, asJSON)
	accepted := o.AcceptHold
	if ask := o.Accepting; ask != nil {
		o.Accepting = func(held *intake.Report) (_ bool, err error) {
			b.Clear()
			accepted, err = ask(held)
			return accepted, err
		}
	}
	o.Committing = func(tx *gorm.DB, report *intake.Report) error { return arrivals.Record(by, accepted)(tx, report) }
	report, err := h.intake.Carry(cmd.Context(), attempt, path, o)
	if err != nil {
		return attempt.ID, nil, err
	}
	if change, note := arrivals.NotStored(by, o.DryRun, report); note {
		// Whoever broke the question off declined, which is to be on record too.
		err = h.ledger.Note(context.WithoutCancel(cmd.Context()), change)
	}
	return attempt.ID, report, err
}
