package main

import (
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster/intake"
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
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings, h *house, _ []string) error {
		attempts, err := h.intake.Attempts(cmd.Context(), before, max(most, 1))
		if err != nil {
			return err
		}
		all := []attemptLine{}
		for _, a := range attempts {
			all = append(all, newAttemptLine(a, h.intake.Clock()))
		}
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), all)
		}
		w := &lines{out: cmd.OutOrStdout()}
		for _, a := range all {
			a.print(w)
		}
		return w.err
	})
	return cmd
}

func importsShow() *cobra.Command {
	cmd := &cobra.Command{Use: "show IMPORT", Short: "Show one import by its number, with its report", Example: "  rostergate imports show 12"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings, h *house, args []string) error {
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
		one := newAttemptLine(attempt, h.intake.Clock())
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), struct {
				attemptLine
				Report *intake.Report `json:"report"`
			}{one, attempt.Report})
		}
		w := &lines{out: cmd.OutOrStdout()}
		one.print(w)
		if attempt.Report == nil || w.err != nil {
			return w.err
		}
		return writeReport(cmd.OutOrStdout(), attempt.Report)
	})
	return cmd
}

// attemptLine is an attempt to import, for people and scripts.
type attemptLine struct {
	ID         int64           `json:"id"`
	StartedAt  moment.Moment   `json:"started_at"`
	EndedAt    moment.Moment   `json:"ended_at,omitempty"`
	Actor      string          `json:"actor"`
	Origin     intake.Origin   `json:"origin"`
	DryRun     bool            `json:"dry_run,omitempty"`
	AcceptHold bool            `json:"accept_hold,omitempty"`
	State      string          `json:"state"` // running, ended, failed or lost
	Verdict    intake.Verdict  `json:"verdict,omitempty"`
	Generation int64           `json:"generation"`
	Files      []intake.Counts `json:"files"`
}

func newAttemptLine(a intake.Attempt, now time.Time) attemptLine {
	state := string(a.State)
	if a.Lost(now) {
		state = "lost"
	}
	return attemptLine{
		ID: a.ID, StartedAt: a.StartedAt, EndedAt: a.EndedAt, Actor: a.Actor, Origin: a.Origin, DryRun: a.DryRun, AcceptHold: a.AcceptHold,
		State: state, Verdict: a.Verdict, Generation: a.Generation, Files: append([]intake.Counts{}, a.Counts...),
	}
}

func (a attemptLine) print(w *lines) {
	became := a.State
	if a.Verdict != "" {
		became = string(a.Verdict)
	}
	w.printf("%6d  %s  %-10s generation %-4d %-8s %s\n", a.ID, a.StartedAt, became, a.Generation, a.Origin, a.Actor)
}
