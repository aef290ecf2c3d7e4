package intake

import (
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/holds"
)

// fates are why records of an entity are not there that others may refer to: of each, by
// the hash of its sourcedId, the number of the cause, negative where the record is removed
// and not refused.
type fates map[uint64]int32

// missed is why a record is not there: it is refused, or removed, with a cause.
type missed struct {
	cause   int // 0 where there is no such record
	removed bool
}

// miss says why there is no record of a sourcedId that another one refers to. That one
// that others miss is removed is told when the first of them does: a row, or a stored record
// that the package has no row of.
func (x *index) miss(sourcedID string, stored bool, report *Report) missed {
	key := holds.Key(sourcedID)
	if n, known := x.fates[key]; known {
		return missed{int(max(n, -n)), n < 0}
	}
	p := bundle.Problem{Severity: bundle.Warning, File: x.entity.File(), Stored: stored}
	marks, lacks := cell.MarkedGone, cell.NoLonger
	if stored {
		marks, lacks = cell.MarkedAway, cell.AwayFrom
	}
	line, marked := x.marked[key]
	found := x.find(sourcedID)
	switch {
	case marked:
		status, _ := x.entity.Field("status")
		p.Line, p.Column, p.Problem, p.Remedy = int(line), status.Header(), marks.Problem, marks.Remedy
	case found != nil && found.stored && !found.seen && !x.keeps():
		p.Problem, p.Remedy = lacks.Problem, lacks.Remedy
	default:
		return missed{}
	}
	n := report.Add(p)
	x.fates[key] = int32(-n)
	return missed{n, true}
}

// missing says why a value that refers cannot be resolved: with a record that is refused
// or, where all that it names are removed, with those.
func (x *index) missing(f catalog.Field, value string, report *Report) missed {
	var went missed
	unknown := false
	for sourcedID := range references(f, value) {
		if _, there := x.resolve(sourcedID); there {
			continue
		}
		switch m := x.miss(sourcedID, false, report); {
		case m.cause == 0:
			unknown = true
		case !m.removed:
			return m
		case went.cause == 0:
			went = m
		}
	}
	if unknown {
		return missed{}
	}
	return went
}

// lost is the flaw of a value that refers to nothing that will be there, with otherwise
// for one that never was.
func (s *survey) lost(x *index, f catalog.Field, value string, otherwise cell.Flaw) cell.Flaw {
	s.why = x.missing(f, value, s.report)
	switch {
	case s.why.cause == 0:
		return otherwise
	case s.why.removed:
		return cell.Gone
	}
	return cell.Fallen
}

// follows reports whether a flaw is one of a value whose record is refused or removed.
func follows(flaw cell.Flaw) bool { return flaw == cell.Fallen || flaw == cell.Gone }

// add notes a problem of a row. Of one that is refused for what it refers to, it is only
// remembered: fall tells it once all of the row was seen.
func (s *survey) add(severity bundle.Severity, line int, column string, flaw cell.Flaw) {
	switch {
	case follows(flaw) && severity == bundle.Warning:
		s.drop(line, column, flaw, s.why)
	case follows(flaw):
		if s.fate.cause == 0 || s.fate.removed && !s.why.removed {
			s.fate, s.fateColumn = s.why, column
		}
	default:
		s.notes.add(severity, line, column, flaw)
		if severity == bundle.Refused && s.own == 0 {
			s.own = s.report.Last()
		}
	}
}

// drop notes that a value is left out of a row for what it refers to.
func (n notes) drop(line int, column string, flaw cell.Flaw, why missed) {
	n.follow(bundle.Warning, line, column, flaw, why.cause)
	n.report.Fell(why.cause, n.file, bundle.Fall{Dropped: 1})
}

func (n notes) follow(severity bundle.Severity, line int, column string, flaw cell.Flaw, cause int) {
	n.report.Add(bundle.Problem{Severity: severity, File: n.file, Line: line, Column: column, Problem: flaw.Problem, Remedy: flaw.Remedy, Because: cause})
}

// tellLost tells of a value that refers to a record of the same file that is not there.
func (s *stage) tellLost(line int, f catalog.Field, sourcedID string) {
	switch why := s.index.miss(sourcedID, false, s.report); {
	case why.cause == 0:
		s.add(bundle.Warning, line, f.Header(), s.index.seems(sourcedID).Add(s.index.unresolved(f.Target), s.file, s.file))
	case why.removed:
		s.drop(line, f.Header(), cell.Gone, why)
	default:
		s.drop(line, f.Header(), cell.Fallen, why)
	}
}

// begin forgets what was wrong with the row before.
func (s *survey) begin() { s.own, s.fate, s.fateColumn = 0, missed{}, "" }

// fall decides over a row that is not taken. One that has nothing wrong but that its
// record hangs on one that is removed goes with that; any other is refused, for its own
// reason or for that of the row which it refers to.
func (s *survey) fall(line int, sourcedID string) {
	switch {
	case s.own == 0 && s.fate.removed:
		s.follow(bundle.Warning, line, s.fateColumn, cell.Went, s.fate.cause)
		s.report.Fell(s.fate.cause, s.file, bundle.Fall{Removed: 1})
		s.goes(sourcedID)
		s.index.note(sourcedID, -s.fate.cause)
		return
	case s.own == 0 && s.fate.cause > 0:
		s.follow(bundle.Refused, line, s.fateColumn, cell.Fallen, s.fate.cause)
		s.report.Fell(s.fate.cause, s.file, bundle.Fall{Refused: 1})
		s.index.note(sourcedID, s.fate.cause)
	case s.own > 0:
		s.index.note(sourcedID, s.own)
	}
	s.refuse(sourcedID, !s.fate.removed)
}

// note notes why a record is not there, if others may refer to it.
func (x *index) note(sourcedID string, cause int) {
	if catalog.ReferredTo(x.entity.Plural, catalog.Both) {
		x.fates[holds.Key(sourcedID)] = int32(cause)
	}
}

// mark notes the line of a row that says that its record is gone.
func (x *index) mark(sourcedID string, line int) {
	if catalog.ReferredTo(x.entity.Plural, catalog.Both) {
		x.marked[holds.Key(sourcedID)] = uint32(line)
	}
}

// goes counts a row whose record is gone, and reports whether that was ever stored.
func (s *survey) goes(sourcedID string) (kept string, stored bool) {
	s.counts.Deleted++
	found := s.index.find(sourcedID)
	if stored = found != nil && found.stored; !stored {
		s.counts.NeverStored++
	}
	if found != nil && !found.seen {
		found.gone = true
	}
	kept = s.index.keep(sourcedID)
	s.gone[kept] = true
	return kept, stored
}
