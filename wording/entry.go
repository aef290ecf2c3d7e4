package wording

import (
	"cmp"
	"fmt"
	"io"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/terminal"
)

// Entries writes entries of the ledger as a table, each on a line when it comes. They
// are all of the kind.
func Entries(out io.Writer, kind audit.Kind) func(audit.Entry) error {
	t := &terminal.Table{Lines: terminal.Lines{Out: out}}
	var cells func(audit.Entry) []any
	switch kind {
	case audit.KindDisclosure:
		t.Format, t.Heading, cells = "%-24v  %-14v %-10v %7v %-16v %v\n", []string{"time", "app", "door", "records", "entity", "what of them, and as of when"}, disclosed
	case audit.KindRefusal:
		t.Format, t.Heading, cells = "%-24v  %-14v %-10v %-6v %v\n", []string{"time", "app or address", "door", "status", "route and reason"}, refused
	case audit.KindChange:
		t.Format, t.Heading, cells = "%-24v  %-14v %-14v %-14v %v %v\n", []string{"time", "who", "action", "app", "subject", "and reason"}, changed
	}
	return func(e audit.Entry) error {
		t.Row(cells(e)...)
		return t.Err
	}
}

func disclosed(e audit.Entry) []any {
	what := fmt.Sprintf("fields [%s] metadata [%s]  revision %d generation %d%s", terminal.Apart(e.Fields), terminal.Apart(e.Metadata), e.Permission, e.Generation, seenBy(e))
	return []any{e.Time, e.App, e.Door, e.Count, e.Entity, what}
}

func refused(e audit.Entry) []any {
	return []any{e.Time, cmp.Or(e.App, e.Address), e.Door, e.Status, fmt.Sprintf("%s %s%s%s", e.Route, e.Reason, seenBy(e), counted(e))}
}

func changed(e audit.Entry) []any {
	return []any{e.Time, e.Actor, e.Action, e.App, e.Subject, cmp.Or(e.Reason, origin(e))}
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
