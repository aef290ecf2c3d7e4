package wording

import (
	"fmt"
	"io"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/terminal"
)

// mostPlaces is how many places of what is wrong with a package Brief lists.
const mostPlaces = 10

// Report tells a person all of how an import ended: first what happened, then what is
// wrong with the package, then what it brought.
func Report(out io.Writer, r *intake.Report) error {
	w := &terminal.Lines{Out: out}
	outcome(w, r)
	for _, place := range places(r) {
		w.Writef("    %s\n", place)
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
// and with the first places of what is wrong. It ends with where the rest is, if there
// is any: in the import with the number, unless that is 0 for one that has not ended.
func Brief(out io.Writer, r *intake.Report, number int64) error {
	w := &terminal.Lines{Out: out}
	outcome(w, r)
	all := places(r)
	for _, place := range all[:min(len(all), mostPlaces)] {
		w.Writef("    %s\n", place)
	}
	if more := len(all) - mostPlaces; more > 0 {
		w.Writef("    and %s\n", plural.Of(more, "more place", "more places"))
	}
	counts(w, r)
	if len(r.NewKeys) > 0 {
		w.Writef("  new, and shared with nobody until reviewed: %s\n", byEntity(r.NewKeys))
	}
	if len(r.VanishedKeys) > 0 {
		w.Writef("  gone: %s\n", byEntity(r.VanishedKeys))
	}
	if number > 0 && (len(r.NewKeys)+len(r.VanishedKeys) > 0 || len(all) > mostPlaces) {
		w.Writef("  rostergate imports show %d lists each of them\n", number)
	}
	return w.Err
}

// outcome says what happened, why a person has to look, and what is wrong.
func outcome(w *terminal.Lines, r *intake.Report) {
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
	for _, hold := range r.Holds {
		w.Writef("  waits for a person: %s\n", hold)
	}
	for _, c := range r.Causes {
		w.Writef("  %s %s: %s (%d). %s\n", c.Severity, strings.TrimSpace(c.File+" "+c.Column), c.Problem.Problem, c.Count, c.Remedy)
	}
}

// sum adds the files up, if any was read to its end.
func sum(r *intake.Report) string {
	if len(r.Files) == 0 {
		return ""
	}
	var all intake.Counts
	for _, f := range r.Files {
		all.Rows, all.New, all.Changed, all.Refused = all.Rows+f.Rows, all.New+f.New, all.Changed+f.Changed, all.Refused+f.Refused
		all.Deleted, all.Removed = all.Deleted+f.Deleted, all.Removed+f.Removed
	}
	var parts []string
	for _, one := range []struct {
		n    int
		what string
	}{{all.New, "new"}, {all.Changed, "changed"}, {all.Refused, "refused"}, {all.Deleted, "deleted"}, {all.Removed, "removed"}} {
		if one.n > 0 {
			parts = append(parts, plural.Of(one.n, one.what, one.what))
		}
	}
	if parts == nil {
		parts = []string{"all as they are stored"}
	}
	return fmt.Sprintf(": %s in %s, %s", plural.Of(all.Rows, "row", "rows"), plural.Of(len(r.Files), "file", "files"), strings.Join(parts, ", "))
}

// places are where something is wrong, but for what is taken all the same.
func places(r *intake.Report) []string {
	var all []string
	for _, p := range r.Problems {
		if p.Line > 0 && p.Severity != bundle.Warning {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s line %d %s", p.File, p.Line, p.Column))+": "+p.Problem)
		}
	}
	return all
}

// counts says file by file what became of the rows.
func counts(w *terminal.Lines, r *intake.Report) {
	t := terminal.Table{Lines: *w, Format: "  %-18v %9v %9v %9v %9v %9v %9v\n", Heading: []string{"", "rows", "new", "changed", "same", "refused", "removed"}}
	for _, f := range r.Files {
		t.Row(f.Entity, f.Rows, f.New, f.Changed, f.Unchanged, f.Refused, f.Removed)
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
