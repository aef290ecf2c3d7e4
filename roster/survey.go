package roster

import (
	"errors"
	"io"
	"strings"
	"unicode"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
)

// survey is the first walk through a file: it judges every row, and gives an id
// to every record that is new. The second walk stages what changed.
type survey struct {
	imp    *importing
	layout layout
	index  *index
	counts *Counts
	file   string

	accepted *roaring.Bitmap   // the numbers of the rows that are taken
	parents  map[string]parent // of a tree's records, to find cycles
}

// parent is a row of a tree: its number, and what it refers to as its parent.
type parent struct {
	row  uint32
	line int
	of   string
}

// note reports a problem of a row.
func (s *survey) note(severity Severity, line int, column, problem string) {
	s.imp.report.add(Problem{Severity: severity, File: s.file, Line: line, Column: column, Problem: problem, Remedy: remedy(problem)})
}

// walk calls each for every row behind the header, with its number from 0. It
// ends the import where the rest of the file cannot be trusted.
func (imp *importing) walk(e catalog.Entity, each func(row uint32, line int, cells []string) error) error {
	s, err := openSheet(imp.bundle.files[e.File()])
	if err != nil {
		return imp.spoiled(e, 0, err)
	}
	defer s.Close()
	for row := uint32(0); ; row++ {
		cells, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return imp.spoiled(e, s.line, err)
		}
		if err := each(row, s.line, cells); err != nil {
			return err
		}
		if row%1024 == 0 {
			if err := imp.progress(e.File(), s.csv.InputOffset()); err != nil {
				return err
			}
		}
	}
}

// errRejected ends an import whose report says why.
var errRejected = errors.New("the package is refused")

// spoiled reports a file that cannot be read on.
func (imp *importing) spoiled(e catalog.Entity, line int, err error) error {
	switch {
	case errors.Is(err, errUTF8), errors.Is(err, errQuotes), errors.Is(err, errEmpty):
		imp.report.add(Problem{Severity: Fatal, File: e.File(), Line: line, Problem: "the file " + err.Error(), Remedy: "Export it as UTF-8 CSV with a header row (RFC 4180)."})
		return errRejected
	}
	return err
}

// judge decides over a row and notes what is wrong with it.
func (s *survey) judge(row uint32, line int, cells []string) error {
	s.counts.Rows++
	sourcedID, ok := s.identify(line, cells)
	switch {
	case !ok:
		s.counts.Refused++
		return nil
	case s.deleted(line, cells):
		s.counts.Deleted++
		return nil
	}
	found, known := s.index.entries[sourcedID]
	group, sound := s.check(line, cells)
	if !sound {
		s.counts.Refused++
		if known { // its stored version stays
			found.seen = found.live
			s.index.entries[sourcedID] = found
		}
		return nil
	}
	s.accepted.Add(row)
	s.remember(row, line, sourcedID, cells)
	if known {
		found.seen = true
		s.index.entries[sourcedID] = found
		return nil
	}
	s.admit(sourcedID, group)
	return nil
}

// admit takes a record in that was never stored. What describes a person has
// the id of that person.
func (s *survey) admit(sourcedID string, group uint32) {
	if s.layout.entity.Describes != "" {
		s.index.entries[sourcedID] = entry{id: group, seen: true}
		return
	}
	s.index.entries[sourcedID] = entry{seen: true}
	s.index.coming = append(s.index.coming, newcomer{strings.Clone(sourcedID), group})
}

// identify reads the row's sourcedId, if it has a usable one.
func (s *survey) identify(line int, cells []string) (string, bool) {
	if len(cells) != s.layout.width {
		s.note(Refused, line, "", "the row has another number of cells than the header")
		return "", false
	}
	f := s.layout.fields[0]
	id, bad, _ := clean(f.Field, cells[f.at])
	switch {
	case bad != "":
		s.note(Refused, line, f.Header(), bad)
	case id == "":
		s.note(Refused, line, f.Header(), blankCell)
	case s.index.entries[id].seen:
		s.note(Refused, line, f.Header(), "the sourcedId stands in the file already; the first row was taken")
	default:
		return strings.Clone(id), true
	}
	return "", false
}

// deleted reports whether the row says that its record is gone, as some
// exporters do in bulk files, where status should be blank.
func (s *survey) deleted(line int, cells []string) bool {
	status, modified := s.layout.fields[1], s.layout.fields[2]
	if modified.at >= 0 && cells[modified.at] != "" {
		s.note(Warning, line, modified.Header(), "the value is ignored in a bulk file")
	}
	if status.at < 0 || cells[status.at] == "" {
		return false
	}
	word, _, _ := clean(status.Field, cells[status.at])
	s.note(Warning, line, status.Header(), "the value should be blank in a bulk file")
	return word == "tobedeleted"
}

// check judges every other cell of the row. The group is the id that new
// records are sorted by.
func (s *survey) check(line int, cells []string) (group uint32, sound bool) {
	sound = true
	for _, f := range s.layout.fields[3:] {
		if f.at < 0 {
			continue
		}
		if f.Class == catalog.Credential {
			if cells[f.at] != "" {
				s.imp.report.PasswordsDropped++
			}
			continue
		}
		text, bad, loose := clean(f.Field, cells[f.at])
		first := uint32(0)
		if f.Kind.Refers() && bad == "" && f.Target != s.layout.entity.Plural {
			first, bad = s.resolvable(line, f.Field, text)
		}
		if f.Required && f.Target == "orgs" {
			group = first
		}
		if loose != "" {
			s.note(Warning, line, f.Header(), loose)
		}
		if !s.verdict(line, f.Field, text, bad) {
			sound = false
		}
	}
	for i, at := range s.layout.at {
		if strings.ContainsFunc(strings.TrimSpace(cells[at]), unicode.IsControl) {
			s.note(Warning, line, "metadata."+s.layout.keys[i], badControl)
		}
	}
	return s.described(line, cells, group, sound)
}

// verdict reports what is wrong with a cell, and whether the row stands it.
func (s *survey) verdict(line int, f catalog.Field, text, bad string) bool {
	switch {
	case bad != "" && f.Required:
		s.note(Refused, line, f.Header(), bad)
		return false
	case bad != "":
		s.note(Warning, line, f.Header(), bad)
	case text == "" && f.Required:
		s.note(Refused, line, f.Header(), blankCell)
		return false
	}
	return true
}

// described checks that the person whom a record describes is there.
func (s *survey) described(line int, cells []string, group uint32, sound bool) (uint32, bool) {
	of := s.layout.entity.Describes
	if of == "" {
		return group, sound
	}
	id, ok := s.imp.indexes[of].resolve(strings.TrimSpace(cells[s.layout.fields[0].at]))
	if !ok {
		s.note(Refused, line, s.layout.fields[0].Header(), "no row of "+of+".csv has this sourcedId")
		return 0, false
	}
	return id, sound
}

// resolvable checks the references in a cell. A list is sound while one of it
// is; first is the id of its first.
func (s *survey) resolvable(line int, f catalog.Field, text string) (first uint32, bad string) {
	for _, sourcedID := range references(f, text) {
		id, ok := s.imp.indexes[f.Target].resolve(sourcedID)
		switch {
		case ok && first == 0:
			first = id
		case !ok:
			bad = "no row of " + f.Target + ".csv has the sourcedId referred to"
		}
	}
	if first > 0 && bad != "" {
		s.note(Warning, line, f.Header(), "a row of "+f.Target+".csv that the list refers to is not there")
		bad = ""
	}
	return first, bad
}

// references are the sourcedIds in a cell.
func references(f catalog.Field, text string) []string {
	if text == "" {
		return nil
	}
	if f.Kind == catalog.Reference {
		return []string{text}
	}
	items, _ := split(text)
	return items
}
