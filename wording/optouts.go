package wording

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/terminal"
)

// OptOuts lists opt-outs, a line each. Doubted says of which it is not certain that they
// are still about the same person.
func OptOuts(out io.Writer, all []optouts.Named, doubted func(optouts.OptOut) bool) error {
	w := &terminal.Lines{Out: out}
	for _, one := range all {
		note := ""
		switch {
		case one.Gone:
			note = " (left the roster"
			if len(one.MayBe) > 0 {
				note += "; may be the same as " + strings.Join(one.MayBe, ", ") + ": opt that one out, too, if so"
			}
			note += ")"
		case doubted(one.OptOut):
			note = " (came back or was renamed since: see that it is still who was meant)"
		}
		w.Writef("%-24s %-14s %s  %-14s %s%s\n", one.Student, cmp.Or(one.App, allApps), one.AddedAt, one.Actor, one.Reason, note)
	}
	return w.Err
}

// Openings says which apps get how many students again by a replacement.
func Openings(report optouts.Report) string {
	if len(report.Opens) == 0 {
		return "no app gets anybody again"
	}
	var each []string
	for i, one := range report.Opens {
		form := "%s %d"
		if i == 0 {
			form = "%s gets %d of them again"
		}
		each = append(each, fmt.Sprintf(form, one.App, one.Students))
	}
	return strings.Join(each, ", ")
}

const allApps = "all apps"

// AppsOfOptOuts says which apps opt-outs are about, by the apps of each.
func AppsOfOptOuts(apps []string) string {
	var names []string
	for _, app := range slices.Sorted(slices.Values(apps)) { // what is of all apps is the empty one, and comes first
		names = append(names, cmp.Or(app, allApps))
	}
	return strings.Join(names, ", ")
}

// mostWrong is how many wrong lines of a file are said; JSON has all.
const mostWrong = 20

// OptOutReport says what became of a file. Where lines are wrong it says which on errs,
// and is a fault.Invalid.
func OptOutReport(out, errs io.Writer, report optouts.Report) error {
	if report.Stored {
		return terminal.Say(out, "%d opt-outs added, %d there already, %d removed\n", report.Added, report.There, report.Removed)
	}
	if report.Held {
		return fault.New(fault.Invalid, "%d of %d opt-outs would go, and %s come back: %s; nothing was stored: look at the file, or replace the register all the same with --yes",
			report.Removed, report.Of, plural.Of(report.Back, "student", "students"), Openings(report))
	}
	w := &terminal.Lines{Out: errs}
	for _, wrong := range report.Wrong[:min(len(report.Wrong), mostWrong)] {
		w.Writef("line %d: %s\n", wrong.Line, wrong.Says)
	}
	if more := len(report.Wrong) - mostWrong; more > 0 {
		w.Writef("and %d lines more; --json lists all\n", more)
	}
	if w.Err != nil {
		return w.Err
	}
	return fault.New(fault.Invalid, "%d lines are wrong, and nothing was stored: correct them, or take them away", len(report.Wrong))
}
