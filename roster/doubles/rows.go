package doubles

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/codec"
)

// Rows joins the rows of a file that have one sourcedId.
type Rows struct {
	sourcedID string          // the header's name
	fields    []catalog.Field // of the cells behind the sourcedId, before the metadata keys
	begin     int             // among the cells: those of a record that has a time of its own,
	end       int             // and 0 of others
	day       string
	named     map[string]bool // which columns differed, as they were told
}

// NewRows joins rows of an entity. Of an enrollment with several dates the one of the day
// counts, which is written YYYY-MM-DD.
func NewRows(e catalog.Entity, day string) *Rows {
	id := e.Stored(catalog.Both)[0]
	r := &Rows{sourcedID: id.Header(), fields: roster.Contents(e), day: day, named: map[string]bool{}}
	r.begin, r.end = r.place("beginDate"), r.place("endDate")
	return r
}

// place is the cell of a field, 0 where the entity does not have it.
func (r *Rows) place(field string) int {
	return 1 + slices.IndexFunc(r.fields, func(f catalog.Field) bool { return f.Name == field })
}

// Joining is what two rows of one sourcedId came to.
type Joining struct {
	Cells   []string // of the record; those of one row or the other, or new ones
	Refused bool     // the rows contradict each other, and the first one counts
	Second  bool     // the second row counts, of which Cells are
	Said    []Said   // what is to be said of the second row
}

// Said is something to say of a row, and of which column.
type Said struct {
	Column string // the header's name, empty for the whole row
	cell.Flaw
}

// What can be said of a row whose sourcedId stands in its file already.
var (
	SameRow = cell.Flaw{Problem: "the row stands in the file already, and was taken once", Remedy: "Export each record once."}
	listed  = cell.Flaw{Problem: "the sourcedId stands in the file already; the rows differ in lists alone, which were joined", Remedy: "Give each record one row, with the whole list."}
	dated   = cell.Flaw{Problem: "the sourcedId stands in the file already; the rows differ in dates alone, and the current dates were taken", Remedy: "Give each enrollment one row, or each of its times a sourcedId of its own."}
)

// Contradicts is that a row contradicts an earlier one of its sourcedId in some columns.
func Contradicts(columns string) cell.Flaw {
	return cell.Flaw{
		Problem: "the sourcedId stands in the file already; the first row was taken (they differ in " + columns + ")",
		Remedy:  "Give each record one row and an id of its own.",
	}
}

// Join puts two rows of one sourcedId together, the first as it was joined so far.
func (r *Rows) Join(first, second []string) Joining {
	differ := differing(first, second)
	switch {
	case len(differ) == 0:
		return Joining{Cells: first, Said: []Said{{"", SameRow}}}
	case r.begin > 0 && !slices.ContainsFunc(differ, func(at int) bool { return at != r.begin && at != r.end }):
		return r.current(first, second)
	}
	joined := Joining{Cells: slices.Clone(first)}
	for _, at := range differ {
		all, ok := r.union(at, first[at], second[at])
		if !ok {
			return Joining{Cells: first, Refused: true, Said: []Said{{r.sourcedID, Contradicts(r.columns(differ))}}}
		}
		joined.Cells[at] = all
		joined.Said = append(joined.Said, Said{r.fields[at-1].Header(), listed})
	}
	return joined
}

func differing(first, second []string) []int {
	var at []int
	for i := range first {
		if first[i] != second[i] {
			at = append(at, i)
		}
	}
	return at
}

// current is the row that holds on the day; of several, and of none, the one that began
// last.
func (r *Rows) current(first, second []string) Joining {
	j := Joining{Cells: first, Said: []Said{{r.fields[r.begin-1].Header(), dated}}}
	one, other := r.holds(first), r.holds(second)
	if other && !one || one == other && second[r.begin] > first[r.begin] {
		j.Cells, j.Second = second, true
	}
	return j
}

// holds reports whether a row's dates have the day.
func (r *Rows) holds(cells []string) bool {
	return cells[r.begin] <= r.day && (cells[r.end] == "" || r.day <= cells[r.end])
}

// mostNamed is how many sets of columns are named: each is a cause of its own.
const mostNamed = 50

// columns names those that differ. The names of metadata keys are the district's.
func (r *Rows) columns(differ []int) string {
	var names []string
	for _, at := range differ {
		name := string(catalog.Metadata)
		if at <= len(r.fields) {
			name = r.fields[at-1].Header()
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	text := strings.Join(names, ", ")
	if !r.named[text] && len(r.named) == mostNamed {
		return "several columns"
	}
	r.named[text] = true
	return text
}

// union is a cell that has what two have; false where they contradict each other.
func (r *Rows) union(at int, one, other string) (both string, ok bool) {
	if at > len(r.fields) {
		return "", false
	}
	switch f := r.fields[at-1]; {
	case f.Kind == catalog.References:
		return strings.Join(together(split(one), split(other)), ","), true
	case f.Kind == catalog.Identifiers:
		return unionIDs(one, other)
	case f.Kind == catalog.List && !r.single(f):
		return codec.List(together(codec.Items(one), codec.Items(other))), true
	}
	return "", false
}

// single reports whether two lists of a field contradict each other. The items of some
// belong to those of another list, in their order; and who is in a grade by one row is
// not in another as well.
func (r *Rows) single(f catalog.Field) bool {
	paired := f.Name == "subjects" || f.Name == "subjectCodes"
	return paired || f.Name == "grades" && r.place("role") > 0
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// together are the items of two lists, each once and those of the first before the others.
func together(one, other []string) []string {
	all := slices.Clone(one)
	for _, item := range other {
		if !slices.Contains(all, item) {
			all = append(all, item)
		}
	}
	return all
}
