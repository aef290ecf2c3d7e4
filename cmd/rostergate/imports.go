package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/cmd/rostergate/reports"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func importsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "imports", Short: "List and show the imports there were", RunE: help,
		Example: "  rostergate imports list",
	}
	cmd.AddCommand(importsList(), importsShow())
	return cmd
}

func importsList() *cobra.Command {
	var most int
	var before int64
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the attempts to import, the newest first, however they ended",
		Example: "  rostergate imports list --json\n  rostergate imports list --before 120 --most 10",
	}
	cmd.Flags().IntVar(&most, "most", 50, "how many")
	cmd.Flags().Int64Var(&before, "before", 0, "older than the import with this number")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		attempts, err := h.intake.Attempts(cmd.Context(), before, max(most, 1))
		if err != nil {
			return err
		}
		all := []wording.Attempt{}
		for _, a := range attempts {
			all = append(all, wording.NewAttempt(a, h.intake.Clock()))
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), all)
		}
		return wording.Attempts(cmd.OutOrStdout(), all...)
	})
	return cmd
}

func importsShow() *cobra.Command {
	cmd := &cobra.Command{Use: "show IMPORT", Short: "Show one import by its number, with its report", Example: "  rostergate imports show 12\n  rostergate imports show 12 --csv"}
	asJSON := jsonFlag(cmd)
	asCSV := cmd.Flags().Bool("csv", false, "print every line of every problem as CSV")
	cmd.MarkFlagsMutuallyExclusive("csv", "json")
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return usageError{fault.New(fault.Invalid, "IMPORT is the number of an import, as imports list shows it")}
		}
		attempt, err := h.intake.Attempt(cmd.Context(), id)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "there is no import %d: rostergate imports list shows those that there are", id)
		}
		if err != nil {
			return err
		}
		form := reports.Text
		switch {
		case *asCSV:
			form = reports.CSV
		case *asJSON:
			form = reports.JSON
		}
		return reports.Printer{Importer: h.intake, Cmd: cmd}.Show(attempt, form)
	})
	return cmd
}
