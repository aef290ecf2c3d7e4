package intake

import (
	"errors"
	"io"
	"strings"
	"unicode"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
)

// survey is the first walk through a file: it judges every row, and gives an id
// to every record that is new. The second walk stages what changed.
type survey struct {
	imp    *importing
	layout bundle.Layout
	index  *index
	counts *Counts
	file   string

	accepted *roaring.Bitmap   // the numbers of the rows that are taken
	refused  []string          // the sourcedIds of rows that are not
	kept     []uint32          // the ids of records of which a stored version stays, their row being refused
	gone     map[string]bool   // the sourcedIds of rows that say that their record is gone
	parents  map[string]parent // of a tree's records, to find cycles
	types    map[string]bool   // of user IDs
	doubles  []*doubles
}

func newSurvey(imp *importing, l bundle.Layout, x *index) survey {
	return survey{
		imp: imp, layout: l, index: x, file: l.Entity.File(), counts: &Counts{Entity: l.Entity.Plural},
		accepted: roaring.New(), gone: map[string]bool{}, parents: map[string]parent{}, types: map[string]bool{}, doubles: newDoubles(l),
	}
}

// note reports a problem of a row.
func (s *survey) note(severity bundle.Severity, line int, column, problem string) {
	s.imp.report.Add(bundle.Problem{Severity: severity, File: s.file, Line: line, Column: column, Problem: problem, Remedy: bundle.Remedy(problem)})
}

// walk calls each for every row behind the header, with its number from 0. It
// ends the import where the rest of the file cannot be trusted.
func (imp *importing) walk(e catalog.Entity, each func(row uint32, line int, cells []string) error) error {
	s, err := bundle.OpenSheet(imp.bundle.Files[e.File()])
	if err != nil {
		return imp.spoiled(e, 0, err)
	}
	defer s.Close()
	for row := uint32(0); ; row++ {
		cells, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			return imp.progress(e.File(), s.Offset())
		case err != nil:
			return imp.spoiled(e, s.Line, err)
		}
		if err := each(row, s.Line, cells); err != nil {
			return err
		}
		if row%1024 == 0 {
			if err := imp.progress(e.File(), s.Offset()); err != nil {
				return err
			}
		}
	}
}

// errRejected ends an import whose report says why.
var errRejected = errors.New("the package is refused")

// spoiled reports a file that cannot be read on.
func (imp *importing) spoiled(e catalog.Entity, line int, err error) error {
	if !bundle.Spoiling(err) {
		return err
	}
	imp.report.Add(bundle.Problem{Severity: bundle.Fatal, File: e.File(), Line: line, Problem: "the file " + err.Error(), Remedy: "Export it as UTF-8 CSV with a header row (RFC 4180)."})
	return errRejected
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
		s.gone[sourcedID] = true
		return nil
	}
	group, sound := s.check(line, cells)
	if !sound {
		s.counts.Refused++
		s.refused = append(s.refused, sourcedID)
		return nil
	}
	s.accepted.Add(row)
	s.remember(row, line, sourcedID, cells)
	for _, d := range s.doubles {
		d.gather(cells)
	}
	s.admit(sourcedID, group)
	return nil
}

// settle ends the first walk: it gives ids to those who are new.
func (s *survey) settle() error {
	for _, id := range s.refused {
		s.keepStored(id)
	}
	s.refused, s.gone = nil, nil
	if err := s.refuseCycles(); err != nil {
		return err
	}
	for _, d := range s.doubles {
		d.settle()
	}
	s.index.number()
	return nil
}

// keepStored lets the stored version of a refused row stay, if there is one and
// no other row took its place.
func (s *survey) keepStored(sourcedID string) {
	if found, known := s.index.entries[sourcedID]; known && !found.seen && found.live {
		found.seen = true
		s.index.entries[sourcedID] = found
		s.kept = append(s.kept, found.id)
	}
}

// admit takes a record in. What describes a person has the id of that person.
func (s *survey) admit(sourcedID string, group uint32) {
	found, known := s.index.entries[sourcedID]
	found.seen = true
	switch {
	case known:
	case s.layout.Entity.Describes != "":
		found.id = group
	default:
		s.index.coming = append(s.index.coming, newcomer{sourcedID, group})
	}
	s.index.entries[sourcedID] = found
}

// identify reads the row's sourcedId, if it has a usable one.
func (s *survey) identify(line int, cells []string) (string, bool) {
	f := s.layout.Fields[0]
	id, bad := "", ""
	if f.At < len(cells) {
		id, bad, _ = bundle.Clean(f.Field, cells[f.At])
	}
	switch {
	case len(cells) != s.layout.Width:
		s.note(bundle.Refused, line, "", bundle.OtherWidth)
		s.refused = append(s.refused, strings.Clone(id)) // as far as can be told
	case bad != "":
		s.note(bundle.Refused, line, f.Header(), bad)
	case id == "":
		s.note(bundle.Refused, line, f.Header(), bundle.BlankCell)
	case s.index.entries[id].seen || s.gone[id]:
		s.note(bundle.Refused, line, f.Header(), bundle.TakenID)
	default:
		return strings.Clone(id), true
	}
	return "", false
}

// deleted reports whether the row says that its record is gone, as some
// exporters do in bulk files, where status should be blank.
func (s *survey) deleted(line int, cells []string) bool {
	status, modified := s.layout.Fields[1], s.layout.Fields[2]
	if modified.At >= 0 && strings.TrimSpace(cells[modified.At]) != "" {
		s.note(bundle.Warning, line, modified.Header(), bundle.Ignored)
	}
	if status.At < 0 || strings.TrimSpace(cells[status.At]) == "" {
		return false
	}
	s.note(bundle.Warning, line, status.Header(), bundle.Needless)
	switch word := strings.TrimSpace(cells[status.At]); {
	case strings.EqualFold(word, "tobedeleted"), strings.EqualFold(word, "inactive"): // the latter is OneRoster 1.0's
		return true
	}
	return false
}

// check judges every other cell of the row. The group is the id that new
// records are sorted by.
func (s *survey) check(line int, cells []string) (group uint32, sound bool) {
	sound = true
	for _, f := range s.layout.Fields[3:] {
		if f.At < 0 {
			continue
		}
		if f.Class == catalog.Credential {
			if cells[f.At] != "" {
				s.imp.report.PasswordsDropped++
			}
			continue
		}
		first, fine := s.cell(line, f, cells[f.At])
		if f.Required && f.Target == "orgs" {
			group = first
		}
		sound = sound && fine
	}
	for i, at := range s.layout.KeysAt {
		if strings.ContainsFunc(strings.TrimSpace(cells[at]), unicode.IsControl) {
			s.note(bundle.Warning, line, "metadata."+s.layout.Keys[i], bundle.BadMember)
		}
	}
	return s.described(line, cells, group, sound)
}

// cell judges one cell, and reports whether the row stands what is wrong with
// it. The first is the id of the first record that the cell refers to.
func (s *survey) cell(line int, f bundle.Column, cell string) (first uint32, fine bool) {
	text, bad, loose := bundle.Clean(f.Field, cell)
	if f.Kind.Refers() && bad == "" && f.Target != s.layout.Entity.Plural {
		first, bad = s.resolvable(line, f.Field, text)
	}
	if f.Kind == catalog.Identifiers {
		s.noticeTypes(f.Field, text)
	}
	if loose != "" {
		s.note(bundle.Warning, line, f.Header(), loose)
	}
	if bad == "" && text == "" && f.Required {
		bad = bundle.BlankCell
	}
	switch {
	case bad == "":
		return first, true
	case f.Required:
		s.note(bundle.Refused, line, f.Header(), bad)
		return first, false
	}
	s.note(bundle.Warning, line, f.Header(), bad)
	return first, true
}

// described checks that the person whom a record describes is there.
func (s *survey) described(line int, cells []string, group uint32, sound bool) (uint32, bool) {
	of := s.layout.Entity.Describes
	if of == "" {
		return group, sound
	}
	id, ok := s.imp.indexes[of].resolve(strings.TrimSpace(cells[s.layout.Fields[0].At]))
	if !ok {
		s.note(bundle.Refused, line, s.layout.Fields[0].Header(), "the value"+bundle.Unresolved+of+".csv")
		return 0, false
	}
	return id, sound
}

// resolvable checks the references in a cell. A list is sound while one of it
// is; first is the id of its first.
func (s *survey) resolvable(line int, f catalog.Field, text string) (first uint32, bad string) {
	lost := bundle.Unresolved + f.Target + ".csv"
	for _, sourcedID := range references(f, text) {
		id, ok := s.imp.indexes[f.Target].resolve(sourcedID)
		switch {
		case ok && first == 0:
			first = id
		case !ok:
			bad = "the value" + lost
		}
	}
	if first > 0 && bad != "" {
		s.note(bundle.Warning, line, f.Header(), "one of the list"+lost)
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
	items, _ := bundle.Split(text)
	return items
}
