package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
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
		Short:   "Import a OneRoster 1.1 CSV package, a folder or a zip",
		Long:    "Import reads the whole package and judges it before anything is stored. A package that is refused, or that would change too much and is held for a person, stores nothing.",
		Example: "  rostergate import district.zip\n  rostergate import district/ --dry-run --json",
		RunE: inHouseOf(&house{makes: true}, func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
			asked := o.AcceptHold && !o.DryRun && asks(cmd, *yes)
			report, err := h.importPackage(cmd, args[0], intake.Options{DryRun: o.DryRun, AcceptHold: o.AcceptHold && !asked}, asJSON)
			if err == nil && asked && report.Verdict == intake.Held {
				report, err = h.acceptHold(cmd, args[0], report, asJSON)
			}
			if err != nil {
				return err
			}
			if asJSON {
				err = terminal.JSON(cmd.OutOrStdout(), report)
			} else {
				err = wording.Report(cmd.OutOrStdout(), report)
			}
			if err == nil && !asJSON && report.Verdict == intake.Held {
				err = terminal.Say(cmd.OutOrStdout(), "  once a person has looked, go on with --accept-hold\n")
			}
			if err == nil && (report.Verdict == intake.Rejected || report.Verdict == intake.Held) {
				return errQuiet
			}
			return err
		}),
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "judge the package and store nothing")
	cmd.Flags().BoolVar(&o.AcceptHold, "accept-hold", false, "store the package even if it changes more than is usual; at a terminal, after showing it and asking")
	yes = yesFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON, and the progress as JSON lines on stderr")
	return cmd
}

// acceptHold shows what a package would change that is held, asks, and imports it all the
// same. Without a yes nothing is stored.
func (h *house) acceptHold(cmd *cobra.Command, path string, held *intake.Report, asJSON bool) (*intake.Report, error) {
	if err := wording.Report(cmd.ErrOrStderr(), held); err != nil {
		return nil, err
	}
	if err := agree(cmd, "Store it all the same?"); err != nil {
		return nil, err
	}
	return h.importPackage(cmd, path, intake.Options{AcceptHold: true}, asJSON)
}

// importPackage imports with progress on stderr, and with the attempt and the
// change on record.
func (h *house) importPackage(cmd *cobra.Command, path string, o intake.Options, asJSON bool) (*intake.Report, error) {
	by := byMe("")
	attempt, err := h.intake.Begin(cmd.Context(), intake.Attempt{Actor: by.Actor, Origin: intake.Command, DryRun: o.DryRun, AcceptHold: o.AcceptHold})
	if err != nil {
		return nil, err
	}
	b := &terminal.Bar{Out: cmd.ErrOrStderr()}
	defer b.Clear()
	o.Progress = terminal.Progress(b, asJSON)
	o.Committing = apps.RecordImport(by, o.AcceptHold)
	report, err := h.intake.Carry(cmd.Context(), attempt, path, o)
	if err != nil {
		return nil, err
	}
	if change, note := apps.NotStored(by, o.DryRun, report); note {
		err = h.ledger.Note(cmd.Context(), change)
	}
	return report, err
}
