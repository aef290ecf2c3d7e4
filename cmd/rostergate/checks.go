package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/losses"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func checksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "checks",
		Short: "Say what the last import found amiss in the roster as a whole, and which app lacks whom because of it",
		Long: "Says what the last import found amiss in the roster as a whole: students without enrollments, classes without\n" +
			"teachers, values that are no codes. Each check has its count, how it moved since the import before, and the\n" +
			"enabled apps that lack somebody because of it, by number and not by name.",
		Example: "  rostergate checks\n  rostergate checks --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		gate, err := h.explainer()
		if err != nil {
			return err
		}
		lines, err := losses.Teller{Apps: h.apps, Gateway: gate}.Lines(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), newCheckLines(lines))
		}
		return printChecks(&terminal.Lines{Out: cmd.OutOrStdout()}, lines)
	})
	return cmd
}

// checkLine is a check in machine output.
type checkLine struct {
	Check   string      `json:"check"`
	Entity  string      `json:"entity"`
	Says    string      `json:"says"`
	Records int64       `json:"records"`
	Past    []pastCount `json:"past"` // the newest first
	Apps    []lossLine  `json:"apps"`
}

type pastCount struct {
	Generation int64 `json:"generation"`
	Records    int64 `json:"records"`
}

type lossLine struct {
	App     string `json:"app"`
	Records int64  `json:"records"`
	Says    string `json:"says"`
}

func newCheckLines(lines []losses.Line) []checkLine {
	all := []checkLine{}
	for _, l := range lines {
		one := checkLine{Check: l.Check.Name, Entity: l.Entity, Says: l.Check.Says, Records: l.Records, Past: []pastCount{}, Apps: []lossLine{}}
		for _, p := range l.Past {
			one.Past = append(one.Past, pastCount(p))
		}
		for _, a := range l.Losses {
			one.Apps = append(one.Apps, lossLine{a.App, a.Records, a.Says})
		}
		all = append(all, one)
	}
	return all
}

// printChecks lists what was found; checks without a find are counted at the end.
func printChecks(w *terminal.Lines, lines []losses.Line) error {
	if len(lines) == 0 {
		w.Writef("no import has counted anything yet: the next one that stores something does\n")
		return w.Err
	}
	sound := 0
	for _, l := range lines {
		by, known := l.Moved()
		if l.Records == 0 && by == 0 {
			sound++
			continue
		}
		w.Writef("%8d %-10s %s\n", l.Records, wording.Moved(by, known), l.Check.Says)
		for _, a := range l.Losses {
			w.Writef("%20s%s %s\n", "", a.Name, a.Says)
		}
		if l.Records > 0 {
			w.Writef("%20s%s\n", "", l.Remedy)
		}
	}
	w.Writef("%s\n", fmt.Sprintf("%d of %d checks found nothing", sound, len(lines)))
	return w.Err
}
