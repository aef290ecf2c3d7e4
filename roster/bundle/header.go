package bundle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/cell"
)

// Layout says which column of a file holds what.
type Layout struct {
	Entity catalog.Entity
	Fields []Column // in the order of the stored fields, then the dropped ones
	Keys   []string // the metadata keys, sorted
	KeysAt []int    // where each key's column is
	Width  int

	delta bool
}

// Column is a field and its column, -1 where the file has none.
type Column struct {
	catalog.Field
	At int
}

// ReadLayout matches a header row with the catalog, by name. Problems go into
// the report; it returns false where one is fatal.
//
// A header that the catalog does not know is never named, but for a metadata key: it may be
// what somebody wrote there, or the file has no header row, and the first row is a person.
//
// A delta must have the column of the status. It says nothing of the columns that it
// lacks.
func ReadLayout(c Chosen, header []string, found *Findings) (Layout, bool) {
	e := c.Entity
	l := Layout{Entity: e, Width: len(header), delta: c.Delta}
	note := func(s Severity, column, problem, remedy string) {
		found.Add(Problem{Severity: s, File: e.File(), Line: 1, Column: column, Problem: problem, Remedy: remedy})
	}
	if !hasHeader(e, header) {
		note(Fatal, "", "the first row has none of the columns that the file needs", "Name the columns in the first row, as OneRoster does, and save the file as CSV.")
		return l, false
	}
	taken := map[int]bool{}
	missing, many := false, otherwise(c, header) > 3
	if many {
		note(Warning, "", "headers are written in another case, or with blanks or marks", otherHeader.Remedy)
	}
	for _, f := range e.Columns(catalog.Both) {
		at, exact := locate(header, f.Header())
		switch own := f.Versions.Has(c.Version); {
		case !own && (f.Required || !exact): // of another version, where another file may say it
			at = -1
		case !own:
			note(Warning, f.Header(), "the column is one of another version of OneRoster, and was read", "Say in the manifest which version the package has.")
		case at >= 0 && !exact && !many:
			note(Warning, f.Header(), otherHeader.Problem, otherHeader.Remedy)
		case at < 0 && f.Required && c.soundsNewer(f, header):
			missing = true
			note(Fatal, f.Header(), "a required column is missing, and the package looks like one of OneRoster 1.2", remedyNewer)
		case at < 0 && (f.Required || c.Delta && f.Name == "status"):
			missing = true
			note(Fatal, f.Header(), "a required column is missing"+nearMiss(e, header, f.Header()), "Add it; the header row must be the first row.")
		case at < 0 && f.Class == catalog.Credential: // which nobody needs
		case at < 0 && c.Delta:
			note(Warning, f.Header(), "the column is missing, so what is stored of it stays"+nearMiss(e, header, f.Header()), "Add it; leave its cells empty where a record has no value.")
		case at < 0:
			note(Warning, f.Header(), "the column is missing and counts as empty"+nearMiss(e, header, f.Header()), "Add it, even if it is empty.")
		}
		taken[at] = true
		l.Fields = append(l.Fields, Column{Field: f.As(c.Version), At: at})
	}
	if missing {
		return l, false
	}
	if twice := repeated(header); twice > 0 {
		note(Fatal, knownHeader(e, header[twice-1]), fmt.Sprintf("column %d has the header of an earlier one", twice), "Leave one of them out.")
		return l, false
	}
	l.placeKeys(header, taken, note)
	if !l.ordered() {
		note(Warning, "", "the columns are not in OneRoster's order", "Write them in its order, metadata behind the others; they were read by name.")
	}
	return l, true
}

// Fit gives a row the width of the header, where only empty cells are too many or too
// few: loose says what was done. A row that lacks cells of required columns, or has
// values too many, is bad; but one of a delta that says that its record is gone needs no more.
func (l *Layout) Fit(cells []string) (fitted []string, loose, bad cell.Flaw) {
	switch {
	case len(cells) == l.Width:
		return cells, cell.Flaw{}, cell.Flaw{}
	case len(cells) > l.Width && !blank(cells[l.Width:]):
		return cells, cell.Flaw{}, MoreCells
	case len(cells) > l.Width:
		return cells[:l.Width], SurplusCells, cell.Flaw{}
	}
	for _, f := range l.Fields {
		if f.Required && f.At >= len(cells) && !l.deletes(cells) {
			return cells, cell.Flaw{}, FewerCells
		}
	}
	return append(slices.Clone(cells), make([]string, l.Width-len(cells))...), ShortRow, cell.Flaw{}
}

// deletes reports whether a row of a delta names its record and says, in OneRoster's word, that
// it is gone.
func (l *Layout) deletes(cells []string) bool {
	id, status := l.Fields[0], l.Fields[1]
	if !l.delta || max(id.At, status.At) >= len(cells) {
		return false
	}
	gone, _, loose := cell.Stated(cells[status.At])
	return gone && (!loose.Found() || loose == cell.OtherCase)
}

// Has reports whether the file has a column of a field, by the JSON name.
func (l *Layout) Has(field string) bool { return l.HasWithin(field, l.Width) }

// HasWithin is Has of the first so many columns.
func (l *Layout) HasWithin(field string, width int) bool {
	return slices.ContainsFunc(l.Fields, func(c Column) bool { return c.Name == field && c.At >= 0 && c.At < width })
}

// HasKey reports whether the file has a column of a metadata key.
func (l *Layout) HasKey(key string) bool {
	_, has := slices.BinarySearch(l.Keys, key)
	return has
}

// heading is the name of a column, empty where the catalog has none.
func (l *Layout) heading(at int) string {
	if at < 0 {
		return ""
	}
	for _, f := range l.Fields {
		if f.At == at {
			return f.Header()
		}
	}
	if i := slices.Index(l.KeysAt, at); i >= 0 {
		return "metadata." + l.Keys[i]
	}
	return ""
}

// ordered reports whether the columns stand in the standard's order, metadata
// last.
func (l *Layout) ordered() bool {
	var at []int
	for _, f := range l.Fields {
		if f.At >= 0 {
			at = append(at, f.At)
		}
	}
	return slices.IsSorted(at) && (len(l.KeysAt) == 0 || slices.Max(at) < slices.Min(l.KeysAt))
}

var otherHeader = cell.Flaw{Problem: "the header is written in another case, or with blanks or marks", Remedy: "Write it as OneRoster does."}

// locate finds a header, by its exact name first, then in another case, then in another
// case with blanks, hyphens or underscores, as in "Sourced ID".
func locate(header []string, name string) (at int, exact bool) {
	if at = slices.Index(header, name); at >= 0 {
		return at, true
	}
	if at = slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(h, name) }); at >= 0 {
		return at, false
	}
	marks := strings.NewReplacer(" ", "", "_", "", "-", "")
	return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(marks.Replace(h), name) }), false
}

// hasHeader reports whether a header has any of the columns that a file needs. One that
// has none is a row, or no CSV at all.
func hasHeader(e catalog.Entity, header []string) bool {
	return slices.ContainsFunc(e.Columns(catalog.Both), func(f catalog.Field) bool {
		at, _ := locate(header, f.Header())
		return f.Required && (at >= 0 || nearMiss(e, header, f.Header()) != "")
	})
}

// otherwise is how many headers are not written as OneRoster does.
func otherwise(c Chosen, header []string) int {
	n := 0
	for _, f := range c.Entity.Columns(c.Version) {
		if at, exact := locate(header, f.Header()); at >= 0 && !exact {
			n++
		}
	}
	return n
}

// nearMiss tells where a misspelling of a header stands, without quoting it.
func nearMiss(e catalog.Entity, header []string, name string) string {
	for i, h := range header {
		isOwn := slices.ContainsFunc(e.Columns(catalog.Both), func(f catalog.Field) bool { return f.Header() == h })
		if !isOwn && misspells(h, name) {
			return fmt.Sprintf(" (column %d looks like a misspelling of it)", i+1)
		}
	}
	return ""
}

// repeated is the 1-based column whose header stands before it already, or 0.
func repeated(header []string) int {
	seen := map[string]bool{}
	for i, h := range header {
		if h != "" && seen[h] {
			return i + 1
		}
		seen[h] = true
	}
	return 0
}

// knownHeader is a header that may be told: that of a field, or of a metadata key.
func knownHeader(e catalog.Entity, header string) string {
	key, isKey := strings.CutPrefix(header, "metadata.")
	own := slices.ContainsFunc(e.Columns(catalog.Both), func(f catalog.Field) bool { return f.Header() == header })
	if own || isKey && e.Metadata && cell.KeyFits(key) {
		return header
	}
	return ""
}

// placeKeys finds the metadata columns and reports the rest.
func (l *Layout) placeKeys(header []string, taken map[int]bool, note func(Severity, string, string, string)) {
	columns := map[string]int{}
	for i, h := range header {
		key, isKey := strings.CutPrefix(h, "metadata.")
		switch {
		case taken[i]:
		case isKey && l.Entity.Metadata && cell.KeyFits(key):
			columns[key] = i
			l.Keys = append(l.Keys, key)
			if known, ok := nearKnown(l.Entity.Plural, key); ok {
				note(Warning, h, "the metadata name looks like a misspelling of "+known, "Names are case-sensitive; apps that expect the other name will not find it.")
			}
		case isKey && l.Entity.Metadata:
			note(Warning, "", fmt.Sprintf("column %d has a metadata name that cannot be kept", i+1), "Use 1 to 200 printable characters without quotes and backslashes.")
		case h == "":
			note(Warning, "", fmt.Sprintf("column %d has no header and was ignored", i+1), "Name it or leave it out.")
		case l.Entity.Metadata && nearlyKey(h):
			note(Warning, "", fmt.Sprintf("column %d looks like a metadata column, was ignored and is shared with nobody", i+1), "Begin its header with metadata. in lower case.")
		default:
			note(Warning, "", fmt.Sprintf("column %d has a header that OneRoster does not know, so it was ignored and is shared with nobody", i+1), "Leave it out; the headers of a district's own columns begin with metadata.")
		}
	}
	slices.Sort(l.Keys)
	for _, key := range l.Keys {
		l.KeysAt = append(l.KeysAt, columns[key])
	}
}

// nearlyKey reports whether a header begins with a misspelling of metadata.
func nearlyKey(h string) bool {
	prefix, key, dotted := strings.Cut(h, ".")
	return dotted && key != "" && misspells(prefix, "metadata")
}

// nearKnown finds the commonly known key that key is a misspelling of.
func nearKnown(entity, key string) (string, bool) {
	known := catalog.KnownKeys()
	if slices.ContainsFunc(known, func(k catalog.Known) bool { return k.Entity == entity && k.Key == key }) {
		return "", false
	}
	for _, k := range known {
		if k.Entity == entity && misspells(key, k.Key) {
			return k.Key, true
		}
	}
	return "", false
}
