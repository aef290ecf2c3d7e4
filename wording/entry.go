package wording

import (
	"cmp"
	"fmt"
	"io"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/terminal"
)

// Entry writes an entry of the ledger on one line.
func Entry(out io.Writer, e audit.Entry) error {
	w := &terminal.Lines{Out: out}
	switch e.Kind {
	case audit.KindDisclosure:
		w.Writef("%s  %-14s %-10s %6d %-16s fields [%s] metadata [%s]  revision %d generation %d%s\n",
			e.Time, e.App, e.Door, e.Count, e.Entity, terminal.Apart(e.Fields), terminal.Apart(e.Metadata), e.Permission, e.Generation, seenBy(e))
	case audit.KindRefusal:
		w.Writef("%s  %-14s %-10s %d %s %s%s%s\n", e.Time, cmp.Or(e.App, e.Address), e.Door, e.Status, e.Route, e.Reason, seenBy(e), counted(e))
	case audit.KindChange:
		w.Writef("%s  %-14s %-12s %-14s %s %s\n", e.Time, e.Actor, e.Action, e.App, e.Subject, cmp.Or(e.Reason, origin(e)))
	}
	return w.Err
}

// counted says how many refusals an entry stands for, if not for one.
func counted(e audit.Entry) string {
	if e.Count == 0 {
		return ""
	}
	return fmt.Sprintf("  and %d more until then, from request %s to %s", e.Count, e.RequestID, e.LastRequestID)
}

// seenBy names the person whom a preview was shown to: the app did not get it.
func seenBy(e audit.Entry) string {
	if e.Actor == "" {
		return ""
	}
	if e.Kind == audit.KindDisclosure && e.Reason != "" {
		return "  shown to " + e.Actor + "; " + e.Reason
	}
	return "  shown to " + e.Actor
}

// origin says where somebody signed in from.
func origin(e audit.Entry) string {
	if e.Origin() == "" {
		return ""
	}
	return "from " + e.Origin()
}
