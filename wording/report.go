package wording

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/terminal"
)

// How many lines of each cause a text names.
const (
	firstPlaces = 5 // Brief
	mostPlaces  = 50
)

// Report tells a person all of how an import ended: first what happened, then what is
// wrong with the package, then what it brought.
func Report(out io.Writer, r *intake.Report) error {
	w := &terminal.Lines{Out: out}
	told := outcome(w, r, mostPlaces)
	if out := leftOut(r, told); out != "" {
		w.Writef("    %s: with --csv, or --json, each is listed\n", out)
	}
	counts(w, r)
	for _, key := range r.NewKeys {
		w.Writef("  new: %s, shared with nobody until it is reviewed\n", key)
	}
	for _, key := range r.VanishedKeys {
		w.Writef("  gone: %s\n", key)
	}
	return w.Err
}

// Brief is Report without the names of what appeared and what is gone, which it counts,
// and with fewer lines of each cause. It ends with where the rest is, if there
// is any: in the import with the number, unless that is 0 for one that has not ended.
func Brief(out io.Writer, r *intake.Report, number int64) error {
	w := &terminal.Lines{Out: out}
	told := outcome(w, r, firstPlaces)
	counts(w, r)
	if len(r.NewKeys) > 0 {
		w.Writef("  new, and shared with nobody until reviewed: %s\n", byEntity(r.NewKeys))
	}
	if len(r.VanishedKeys) > 0 {
		w.Writef("  gone: %s\n", byEntity(r.VanishedKeys))
	}
	if number > 0 && len(r.NewKeys)+len(r.VanishedKeys) > 0 {
		w.Writef("  rostergate imports show %d lists each of them\n", number)
	}
	if out := leftOut(r, told); number > 0 && out != "" {
		w.Writef("  %s here: rostergate imports show %d --csv lists each\n", out, number)
	}
	return w.Err
}

// outcome says what happened, why a person has to look, and what is wrong, with so many
// lines of each cause at most. It returns how many lines it told.
func outcome(w *terminal.Lines, r *intake.Report, most int) (told int) {
	became := ""
	switch r.Verdict {
	case intake.Rejected:
		became = ", nothing is stored" // and it was not looked at what is
	case intake.Held, intake.Checked:
		became = fmt.Sprintf(" (generation %d), nothing is stored", r.Generation)
	default:
		became = fmt.Sprintf(" (generation %d)", r.Generation)
	}
	w.Writef("%s%s%s\n", r.Verdict, became, sum(r))
	said := "  waits for a person: %s\n"
	if r.Verdict != intake.Held {
		said = "  would have to wait for a person, too: %s\n" // it is refused
	}
	for _, hold := range r.Holds {
		w.Writef(said, hold)
	}
	for _, hold := range r.AcceptedHolds {
		w.Writef("  accepted: %s\n", hold)
	}
	return causes(w, r, most)
}

// sum adds the files up, if any was read to its end and the package may be stored.
func sum(r *intake.Report) string {
	if len(r.Files) == 0 || r.Verdict == intake.Rejected {
		return ""
	}
	var all intake.Counts
	for _, f := range r.Files {
		all.Rows, all.New, all.Changed, all.Refused = all.Rows+f.Rows, all.New+f.New, all.Changed+f.Changed, all.Refused+f.Refused
		all.Joined, all.Deleted, all.Removed, all.Ignored = all.Joined+f.Joined, all.Deleted+f.Deleted, all.Removed+f.Removed, all.Ignored+f.Ignored
	}
	var parts []string
	for _, one := range []struct {
		n    int
		what string
	}{{all.New, "new"}, {all.Changed, "changed"}, {all.Joined, "joined"}, {all.Refused, "refused"}, {all.Deleted, "deleted"}, {all.Removed, "removed"}, {all.Ignored, "ignored"}} {
		if one.n > 0 {
			parts = append(parts, plural.Of(one.n, one.what, one.what))
		}
	}
	if parts == nil {
		parts = []string{"all as they are stored"}
	}
	return fmt.Sprintf(": %s in %s, %s", plural.Of(all.Rows, "row", "rows"), plural.Of(len(r.Files), "file", "files"), strings.Join(parts, ", "))
}

// counts says file by file what became of the rows, or would have. Of a package that is
// refused nothing would.
func counts(w *terminal.Lines, r *intake.Report) {
	if r.Verdict == intake.Rejected {
		return
	}
	t := terminal.Table{Lines: *w, Format: "  %-18v", Heading: []string{""}}
	shown := columns(r)
	for _, c := range shown {
		t.Format, t.Heading = t.Format+fmt.Sprintf(" %%%dv", max(len(c.name), 9)), append(t.Heading, c.name)
	}
	t.Format += "\n"
	for _, f := range r.Files {
		cells := []any{f.Entity}
		for _, c := range shown {
			cells = append(cells, c.of(f))
		}
		t.Row(cells...)
	}
	w.Err = t.Err
	switch r.PasswordsDropped {
	case 0:
	case 1:
		w.Writef("  1 password was dropped; it is never kept\n")
	default:
		w.Writef("  %s were dropped; they are never kept\n", plural.Of(r.PasswordsDropped, "password", "passwords"))
	}
}

// column is a count of each file.
type column struct {
	name string
	of   func(intake.Counts) int
	rare bool // shown where it is not 0 everywhere
}

// columns are those that a report has something to say in.
func columns(r *intake.Report) []column {
	all := []column{
		{"rows", func(f intake.Counts) int { return f.Rows }, false},
		{"new", func(f intake.Counts) int { return f.New }, false},
		{"changed", func(f intake.Counts) int { return f.Changed }, false},
		{"same", func(f intake.Counts) int { return f.Unchanged }, false},
		{"joined", func(f intake.Counts) int { return f.Joined }, true},
		{"refused", func(f intake.Counts) int { return f.Refused }, false},
		{"deleted", func(f intake.Counts) int { return f.Deleted }, true},
		{"of them never stored", func(f intake.Counts) int { return f.NeverStored }, true},
		{"ignored", func(f intake.Counts) int { return f.Ignored }, true},
		{"removed", func(f intake.Counts) int { return f.Removed }, false},
	}
	return slices.DeleteFunc(all, func(c column) bool {
		return c.rare && !slices.ContainsFunc(r.Files, func(f intake.Counts) bool { return c.of(f) > 0 })
	})
}

// byEntity counts members of bags, together and by their entity.
func byEntity(members roster.Members) string {
	count := map[string]int{}
	for _, m := range members {
		count[catalog.ParseMember(m).Entity]++
	}
	var parts []string
	for _, e := range catalog.Entities() {
		if n := count[e.Plural]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", e.Plural, n))
		}
	}
	return fmt.Sprintf("%s (%s)", plural.Of(len(members), "metadata key or type of userIds", "metadata keys and types of userIds"), strings.Join(parts, ", "))
}
