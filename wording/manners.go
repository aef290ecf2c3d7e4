package wording

import (
	"io"
	"strings"

	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/terminal"
)

// Manners says how an app is answered.
func Manners(out io.Writer, app string, m manners.Manners) error {
	w := &terminal.Lines{Out: out}
	w.Writef("%s is answered with\n  booleans        %s\n  empty           %s\n  unknown fields  %s\n", app, m.Booleans, m.Empty, m.UnknownFields)
	if m.Message == "" {
		w.Writef("  message         none\n")
		return w.Err
	}
	w.Writef("  message\n")
	for line := range strings.SplitSeq(m.Message, "\n") {
		w.Writef("    %s\n", line)
	}
	return w.Err
}
