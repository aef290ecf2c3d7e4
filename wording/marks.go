package wording

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/waiting"
)

// Marks says in a line what is marked as sensitive.
func Marks(m waiting.Marks) string {
	var parts []string
	for _, c := range m.Classes {
		parts = append(parts, "class "+waiting.WrittenClass(c))
	}
	for _, c := range m.Categories {
		parts = append(parts, "category "+string(c))
	}
	parts = append(parts, m.Names...)
	for _, app := range m.Apps {
		parts = append(parts, "all that "+app+" gets")
	}
	if m.PageOnly {
		parts = append(parts, "approved on the pages alone")
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing")
}

// WaitingChanges lists changes that wait, or waited.
func WaitingChanges(out io.Writer, all []waiting.Change) error {
	t := terminal.Table{Lines: terminal.Lines{Out: out}, Format: "%6v  %-9v  %-15v  %-20v  %-24v  %v\n", Heading: []string{"number", "", "what", "app", "asked by", "reason"}}
	for _, c := range all {
		t.Row(c.Number, c.State, c.Kind, cmp.Or(c.App, "-"), c.Actor, c.Reason)
	}
	return t.Err
}

// WaitingChange says what is on record of a change that waits, or waited.
func WaitingChange(c waiting.Change) []string {
	told := []string{
		fmt.Sprintf("Change %d: %s", c.Number, strings.TrimSpace(c.Kind+" "+c.App)),
		fmt.Sprintf("asked by %s, %s%s", c.Actor, c.AskedAt, because(c.Reason)),
	}
	if names := c.Gains.All(); len(names) > 0 {
		told = append(told, "marked as sensitive: "+strings.Join(names, ", "))
	}
	if c.State != waiting.Waits {
		told = append(told, fmt.Sprintf("%s by %s, %s%s", c.State, c.DecidedBy, c.DecidedAt, because(c.DecidedReason)))
	}
	return told
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
