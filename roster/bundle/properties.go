package bundle

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/rostergate/rostergate/roster/cell"
)

// property is a row of the manifest.
type property struct {
	value string
	line  int
}

// read reads the table. Where it cannot be read the line says where.
func (m *manifest) read() (line int, err error) {
	s, err := OpenSheet(m.bundle, manifestFile)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	for _, row := range s.Before {
		m.tell(row)
	}
	if m.bundle.separator = s.Separator(); s.separator != ',' {
		m.note(Warning, s.Line, "", "the columns are separated by "+s.Separator(), remedySeparator)
	}
	header := []string{"propertyName", "value"}
	if len(s.Header) > len(header) && blank(s.Header[len(header):]) {
		m.note(Warning, s.Line, "", SurplusCells.Problem, SurplusCells.Remedy)
		s.Header = s.Header[:len(header)]
	}
	switch {
	case slices.Equal(s.Header, header):
	case slices.EqualFunc(s.Header, header, strings.EqualFold):
		m.note(Warning, s.Line, "", otherHeader.Problem, otherHeader.Remedy)
	default:
		return s.Line, errHeader
	}
	for {
		row, err := s.Next()
		m.tell(row)
		switch {
		case errors.Is(err, io.EOF):
			return 0, nil
		case err != nil:
			return s.Line, err
		case row.Fate == Uncut:
			return s.Line, errQuotes
		case row.Fate == Skipped:
			continue
		}
		name, value, ok := m.pair(row)
		if !ok {
			return s.Line, errWidth
		}
		if written := inItsCase(name); written != name {
			m.note(Warning, s.Line, written, otherProperty.Problem, otherProperty.Remedy)
			name = written
		}
		if _, twice := m.properties[name]; twice {
			return s.Line, errProperty
		}
		m.properties[name] = property{value: value, line: s.Line}
	}
}

var otherProperty = cell.Flaw{Problem: "the property is written in another case", Remedy: "Write it as OneRoster does."}

// inItsCase is a property as OneRoster writes it, if it is one in any case.
func inItsCase(name string) string {
	for _, known := range []string{"manifest.version", "oneroster.version"} {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	for _, file := range fileNames() {
		if known := "file." + strings.TrimSuffix(file, ".csv"); strings.EqualFold(known, name) {
			return known
		}
	}
	return name
}

// pair is a property and its value, where a row has no other values.
func (m *manifest) pair(r Row) (name, value string, ok bool) {
	if len(r.Cells) > 2 && !blank(r.Cells[2:]) {
		return "", "", false
	}
	if len(r.Cells) > 1 {
		value = strings.TrimSpace(r.Cells[1])
	}
	return strings.TrimSpace(r.Cells[0]), value, true
}

// tell reports what is odd about how a row is written.
func (m *manifest) tell(r Row) {
	for _, n := range r.Notes {
		if n.Flaw != Torn {
			m.note(Warning, r.Line, "", n.Problem, n.Remedy)
		}
	}
}

// strangeProperties reports the properties that the package's OneRoster does not have.
func (m *manifest) strangeProperties(stems []string) {
	known := []string{"manifest.version", "oneroster.version", "source.systemName", "source.systemCode"}
	for _, stem := range stems {
		known = append(known, "file."+stem)
	}
	for name, p := range m.properties {
		if slices.Contains(known, name) {
			continue
		}
		meant := slices.IndexFunc(known, func(k string) bool {
			_, is := m.properties[k]
			return !is && misspells(name, k)
		})
		column, problem := "", "OneRoster "+m.oneRoster()+" does not know the property, so it was ignored"
		if meant >= 0 {
			column, problem = known[meant], "a property that OneRoster does not know looks like a misspelling of this one"
		}
		m.note(Warning, p.line, column, problem, "Write the properties as OneRoster "+m.oneRoster()+" does, or leave them out.")
	}
}

// misspells reports whether text is nearly the name, or is it in another case.
func misspells(text, name string) bool {
	return text != name && (strings.EqualFold(text, name) || levenshtein.ComputeDistance(text, name) <= min(2, len(name)/2))
}
