package intake

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// calendar is the sessions of a file by sourcedId, to find the school years of those that
// do not say theirs: which may stand before those that they lie in.
type calendar map[string]term

// term is a session that was taken. The year is empty where it does not say its own.
type term struct {
	place            uint32 // in the index
	kind, start, end string
	parent, year     string
}

// newCalendar is the calendar of an entity, nil where its records are no sessions.
func newCalendar(e catalog.Entity) calendar {
	for _, f := range e.Fields {
		if f.Kind == catalog.Year {
			return calendar{}
		}
	}
	return nil
}

// keepTerm keeps the session at hand.
func (s *survey) keepTerm(place uint32) {
	if s.terms == nil {
		return
	}
	of := func(field string) string { return strings.Clone(s.content(field)) }
	s.terms[strings.Clone(s.cells[0])] = term{
		place: place, kind: of("type"), start: of("startDate"), end: of("endDate"), parent: of("parent"), year: of("schoolYear"),
	}
}

// years are the school years of the sessions that do not say theirs, by their place in
// the index.
func (c calendar) years() map[uint32]string {
	var found map[uint32]string
	for id, t := range c {
		if t.year != "" {
			continue
		}
		if found == nil {
			found = map[uint32]string{}
		}
		found[t.place] = c.year(id)
	}
	return found
}

// year is the school year of a session: its own, else that of the sessions above it,
// nearest first, else the one that their dates, or its own, lie in.
func (c calendar) year(id string) string {
	t := c[id]
	for range c {
		above, known := c[t.parent]
		if t.year != "" || !known {
			break
		}
		t = above
	}
	switch {
	case t.year != "":
		return t.year
	case t.kind == schoolYear:
		return t.end[:4]
	}
	around := ""
	for _, other := range c {
		if other.kind == schoolYear && other.start <= t.start && t.end <= other.end {
			around = max(around, cmp.Or(other.year, other.end[:4]))
		}
	}
	return cmp.Or(around, t.endingYear())
}

const schoolYear = "schoolYear"

// endingYear is the year in which a school year ends that begins in summer.
func (t term) endingYear() string {
	year, _ := strconv.Atoi(t.start[:4])
	if t.start[5:7] >= "07" {
		year++
	}
	return strconv.Itoa(year)
}
