package intake

import (
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/calendar"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/doubles"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/spool"
)

// notes are what the report says of one file.
type notes struct {
	file   string
	report *Report
}

// add notes a problem of a row, or of the whole file where the line is 0.
func (n notes) add(severity bundle.Severity, line int, column string, flaw cell.Flaw) {
	n.report.Add(bundle.Problem{Severity: severity, File: n.file, Line: line, Column: column, Problem: flaw.Problem, Remedy: flaw.Remedy})
}

// judged is what the first walk through a file leaves to the second.
type judged struct {
	layout    bundle.Layout
	index     *index
	counts    *Counts
	rows      *spool.Spool // those that are taken, by their place in the index, with cells from firstContent on
	withdrawn map[int]bool // of them, by their order from 0, those that are not taken after all
	standing  []uint32     // the ids of records of which a stored version stays, their row being refused
	refusals  holds.Refusals
	cut       map[uint32]int    // of a delta, how many cells a row has that lacks its last, by place in the index
	types     map[string]bool   // of user IDs
	years     map[uint32]string // of sessions that do not say theirs, by place in the index
	values    *doubles.Values
	again     repeats
}

// taken is how many rows of the file are taken.
func (j *judged) taken() int { return j.rows.Rows - len(j.withdrawn) }

// survey is the first walk through a file: it cleans and judges every row, keeps
// those that are taken, and gives an id to every record that is new. What needs the
// whole file is left to the second walk.
type survey struct {
	*judged
	notes
	complete map[string]*index // of the entities that the file's may refer to, by plural
	known    *checks.Known     // of the entities before this one
	today    string            // YYYY-MM-DD
	columns  []column          // behind sourcedId, status and dateLastModified

	refused []string          // the sourcedIds of rows that are not taken
	gone    map[string]bool   // the sourcedIds of rows that say that their record is gone
	unknown []unknown         // the rows of these of which no record was stored
	parents map[string]parent // of a tree's records, to find cycles
	terms   calendar.Calendar // of sessions that were taken; nil for other entities
	cells   []string          // of the row at hand, as the spool has them
	lacking []lacking         // the required cells of it that have no usable value
	short   bool              // the row at hand lacks cells: at its end, unless it has a misfit
	width   int               // how many cells the row at hand has
	misfit  bool              // a value of it does not fit where it stands

	own        int    // of the row at hand, the first cause for which it is refused
	fate       missed // and what it hangs on that is refused or removed
	fateColumn string // in which it says so
	why        missed // what its cell at hand refers to
}

// column is a column of a file, with what its references lead to.
type column struct {
	bundle.Column
	target *index // nil where it refers to nothing, or to records of the same file
	lost   cell.Flaw
	one    cell.Flaw // of a list
	last   resolved
	past   bool       // a day that has been
	apt    []knowable // where a required value can be known without the cell
}

// The cells of rows that are taken: the sourcedId, then the stored fields behind
// dateLastModified, then the value of each metadata key. All are clean. References
// within the entity are still sourcedIds, others ids; user IDs are as doubles.Pack has them.
const firstContent = 1

// newSurvey begins a walk. Complete are the indexes of the entities before this one, and
// known what is known of their records.
func newSurvey(l bundle.Layout, x *index, complete map[string]*index, k *checks.Known, today string, report *Report, rows *spool.Spool) *survey {
	s := &survey{
		judged: &judged{
			layout: l, index: x, counts: &Counts{Entity: l.Entity.Plural}, rows: rows,
			withdrawn: map[int]bool{}, cut: map[uint32]int{}, types: map[string]bool{}, values: doubles.Of(l.Entity),
		},
		notes: notes{l.Entity.File(), report}, complete: complete, known: k, today: today,
		terms: newCalendar(l.Entity),
		gone:  map[string]bool{}, parents: map[string]parent{},
	}
	for _, f := range l.Fields[3:] {
		c := column{Column: f, past: f.Name == "birthDate", apt: knowableOf(l.Entity, f.Field)}
		if f.Kind.Refers() && f.Target != l.Entity.Plural {
			file := f.Target + ".csv"
			c.target, c.lost, c.one = complete[f.Target], cell.Unresolved(file), cell.UnresolvedItem(file)
			if x.partial || c.target.keeps() {
				c.lost, c.one = cell.Nowhere(file), cell.NowhereItem(file)
			}
		}
		s.columns = append(s.columns, c)
	}
	return s
}

// judge decides over a row and notes what is wrong with it.
func (s *survey) judge(line int, cells []string) error {
	s.counts.Rows++
	sourcedID, ok := s.identify(line, cells)
	if !ok {
		s.refuseRow(cells)
		return nil
	}
	gone, known := s.status(line, cells)
	switch {
	case !known:
		s.fall(line, sourcedID)
		return nil
	case gone:
		s.leave(line, sourcedID)
		return nil
	case s.gone[sourcedID]:
		s.refuseStatus(line, sourcedID)
		return nil
	}
	s.cells = append(s.cells[:0], sourcedID)
	group, sound := s.check(line, cells)
	if !sound {
		s.fall(line, sourcedID)
		return nil
	}
	if s.stands(sourcedID) {
		return s.again.add(spool.Row{Place: s.index.places[sourcedID], Line: uint32(line), Cells: s.cells})
	}
	s.remember(line, cells)
	s.values.Gather(s.cells)
	place := s.admit(sourcedID, group)
	s.keepTerm(place)
	if s.short && s.index.partial {
		s.cut[place] = s.width
	}
	return s.rows.Write(spool.Row{Place: place, Line: uint32(line), Cells: s.cells})
}

// admit takes a record in. What describes a person has the id of that person.
func (s *survey) admit(sourcedID string, group uint32) (place uint32) {
	place, known := s.index.places[sourcedID]
	switch {
	case known:
		s.index.records[place].seen = true
	case s.layout.Entity.Describes != "":
		place = s.index.add(sourcedID, record{id: group, seen: true})
	default:
		place = s.index.add(sourcedID, record{seen: true})
		s.index.coming = append(s.index.coming, newcomer{place, group})
	}
	return place
}

// identify reads the row's sourcedId, if it has a usable one.
func (s *survey) identify(line int, cells []string) (string, bool) {
	f := s.layout.Fields[0]
	id, bad, loose := cell.Clean(&f.Field, cells[f.At])
	if loose.Found() {
		s.add(bundle.Warning, line, f.Header(), loose)
	}
	switch {
	case bad.Found():
		s.add(bundle.Refused, line, f.Header(), bad)
	case id == "":
		s.add(bundle.Refused, line, f.Header(), cell.BlankCell)
	default:
		return id, true
	}
	return "", false
}

// stands reports whether a row with the sourcedId was taken already.
func (s *survey) stands(sourcedID string) bool {
	found := s.index.find(sourcedID)
	return found != nil && found.seen
}

// status reports whether the row says that its record is gone, as some exporters do in
// bulk files, where status should be blank. What it says may not be known.
func (s *survey) status(line int, cells []string) (gone, known bool) {
	status, modified := s.layout.Fields[1], s.layout.Fields[2]
	if s.index.partial {
		return s.stated(line, cells)
	}
	if modified.At >= 0 && strings.TrimSpace(cells[modified.At]) != "" {
		s.add(bundle.Warning, line, modified.Header(), cell.Ignored)
	}
	if status.At < 0 || cells[status.At] == "" {
		return false, true
	}
	gone, bad, loose := cell.Status(cells[status.At])
	switch {
	case bad.Found():
		s.add(bundle.Refused, line, status.Header(), bad)
	case loose.Found():
		s.add(bundle.Warning, line, status.Header(), loose)
	}
	return gone, !bad.Found()
}

// check cleans and judges every other cell of the row. The group is the id that new
// records are sorted by.
func (s *survey) check(line int, cells []string) (group uint32, sound bool) {
	s.lacking = s.lacking[:0]
	secret := false // the row has one
	for i := range s.columns {
		c := &s.columns[i]
		switch {
		case c.Class == catalog.Credential:
			if c.At >= 0 && cells[c.At] != "" && !secret {
				secret = true
				s.report.PasswordsDropped++
			}
			continue
		case c.At < 0:
			s.cells = append(s.cells, "")
			continue
		}
		value, first := s.cell(line, c, cells[c.At])
		if c.Target == "orgs" && (c.Required || c.Name == "primaryOrg") {
			group = first
		}
		s.cells = append(s.cells, value)
	}
	for i, at := range s.layout.KeysAt {
		value, flaw := cell.Member(cells[at])
		if flaw.Found() {
			s.add(bundle.Warning, line, "metadata."+s.layout.Keys[i], flaw)
		}
		s.cells = append(s.cells, value)
	}
	return s.described(line, group, !s.misfit && s.supplied(line))
}

// cell judges one cell. The first is the id of the first record that the cell refers to.
// What a required cell lacks is left to supplied.
func (s *survey) cell(line int, c *column, text string) (value string, first uint32) {
	value, bad, loose := s.clean(line, c, text)
	if c.target != nil && value != "" {
		value, first, bad = s.resolve(line, c, value)
	}
	if c.past && value > s.today {
		value, bad = "", cell.Unborn
	}
	if loose.Found() {
		s.add(bundle.Warning, line, c.Header(), loose)
	}
	if c.Required && value == "" && !bad.Found() {
		bad = cell.BlankCell
	}
	switch {
	case !bad.Found():
	case s.short:
		s.misfit = true
	case c.Required:
		s.lacking = append(s.lacking, lacking{c, len(s.cells), bad, s.why})
	default:
		s.add(bundle.Warning, line, c.Header(), cell.LeftOut(bad))
	}
	return value, first
}

// described checks that the person whom a record describes is there.
func (s *survey) described(line int, group uint32, sound bool) (uint32, bool) {
	of := s.layout.Entity.Describes
	if of == "" {
		return group, sound
	}
	id, ok := s.complete[of].resolve(s.cells[0])
	if !ok {
		own, lost := s.layout.Fields[0], s.index.unresolved(of)
		if s.complete[of].keeps() {
			lost = cell.Nowhere(of + ".csv")
		}
		lost = s.complete[of].seems(s.cells[0]).Add(lost, s.file, of+".csv")
		s.add(bundle.Refused, line, own.Header(), s.lost(s.complete[of], own.Field, s.cells[0], lost))
		return 0, false
	}
	return id, sound
}
