package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
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
		RunE: inHouseOf(&house{makes: true}, func(cmd *cobra.Command, _ settings, h *house, args []string) error {
			asked := o.AcceptHold && !o.DryRun && asks(cmd, *yes)
			report, err := h.importPackage(cmd, args[0], intake.Options{DryRun: o.DryRun, AcceptHold: o.AcceptHold && !asked}, asJSON)
			if err == nil && asked && report.Verdict == intake.Held {
				report, err = h.acceptHold(cmd, args[0], report, asJSON)
			}
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), report)
			} else {
				err = writeReport(cmd.OutOrStdout(), report)
			}
			if err == nil && !asJSON && report.Verdict == intake.Held {
				err = say(cmd.OutOrStdout(), "  once a person has looked, go on with --accept-hold\n")
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
	if err := writeReport(cmd.ErrOrStderr(), held); err != nil {
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
	b := &bar{out: cmd.ErrOrStderr()}
	defer b.clear()
	o.Progress = progress(b, asJSON)
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

// progress shows how far a file was read or stored: a bar on a terminal, JSON lines for
// those who asked for JSON, else a line every few seconds.
func progress(b *bar, asJSON bool) func(intake.Step) error {
	out := b.out
	if asJSON {
		return progressLines(out)
	}
	const pause = 5 * time.Second
	if isTerminal(out) {
		return b.show
	}
	last := time.Now()
	return func(s intake.Step) error {
		if time.Since(last) < pause {
			return nil
		}
		last = time.Now()
		unit := "bytes"
		if s.Storing {
			unit = "rows"
		}
		return say(out, "rostergate: %s: %d of %d %s\n", label(s), s.Done, s.Total, unit)
	}
}

// label names what is under way.
func label(s intake.Step) string {
	if s.Storing {
		return "storing " + s.File
	}
	return s.File
}

// progressLines writes an object at the start of each walk through a file and of
// its storing, and one a second on the way. What is stored counts in rows.
func progressLines(out io.Writer) func(intake.Step) error {
	type line struct {
		File    string `json:"file"`
		Done    int64  `json:"done"`
		Total   int64  `json:"total"`
		Storing bool   `json:"storing,omitempty"`
	}
	var last line
	var at time.Time
	enc := json.NewEncoder(jsonText(out))
	return func(s intake.Step) error {
		now := line{s.File, s.Done, s.Total, s.Storing}
		starts := now.File != last.File || now.Storing != last.Storing || now.Done < last.Done
		last = now
		if !starts && time.Since(at) < time.Second {
			return nil
		}
		at = time.Now()
		return enc.Encode(now)
	}
}

// bar is a bar on a terminal: one for each file, for both walks through it, and then
// one for its storing.
type bar struct {
	out    io.Writer
	shown  *progressbar.ProgressBar // nil until there is one
	label  string
	last   int64
	walked int64 // the bytes of the walks before this one
}

func (b *bar) show(s intake.Step) error {
	whole := 2 * s.Total
	if s.Storing {
		whole = s.Total
	}
	if name := label(s); name != b.label {
		b.clear()
		b.label, b.walked = name, 0
		b.shown = progressbar.NewOptions64(whole, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(name),
			progressbar.OptionSetPredictTime(false), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		if err := b.shown.RenderBlank(); err != nil {
			return err
		}
	} else if s.Done < b.last {
		b.walked = s.Total
	}
	b.last = s.Done
	return b.shown.Set64(min(b.walked+s.Done, whole))
}

// clear takes the bar of a file away that was not read to its end, so that what
// is said of it stands on a line of its own.
func (b *bar) clear() {
	if b.shown != nil && !b.shown.IsFinished() {
		_ = b.shown.Clear()
	}
}

// writeReport tells a person how an import ended.
func writeReport(out io.Writer, r *intake.Report) error {
	w := &lines{out: out}
	w.printf("%s (generation %d)\n", r.Verdict, r.Generation)
	for _, hold := range r.Holds {
		w.printf("  waits for a person: %s\n", hold)
	}
	if len(r.Files) > 0 {
		w.printf("  %-18s %9s %9s %9s %9s %9s %9s\n", "", "rows", "new", "changed", "same", "refused", "removed")
	}
	for _, f := range r.Files {
		w.printf("  %-18s %9d %9d %9d %9d %9d %9d\n", f.Entity, f.Rows, f.New, f.Changed, f.Unchanged, f.Refused, f.Removed)
	}
	if r.PasswordsDropped > 0 {
		w.printf("  %d passwords were dropped; they are never kept\n", r.PasswordsDropped)
	}
	for _, key := range r.NewKeys {
		w.printf("  new: %s, shared with nobody until it is reviewed\n", key)
	}
	for _, key := range r.VanishedKeys {
		w.printf("  gone: %s\n", key)
	}
	for _, c := range r.Causes {
		w.printf("  %s %s: %s (%d). %s\n", c.Severity, strings.TrimSpace(c.File+" "+c.Column), c.Problem.Problem, c.Count, c.Remedy)
	}
	for _, p := range r.Problems {
		if p.Line > 0 && p.Severity != bundle.Warning {
			w.printf("    %s: %s\n", strings.TrimSpace(fmt.Sprintf("%s line %d %s", p.File, p.Line, p.Column)), p.Problem)
		}
	}
	return w.err
}
