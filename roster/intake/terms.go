package intake

import (
	"context"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/calendar"
	"github.com/rostergate/rostergate/roster/stored"
)

// newCalendar is the calendar of an entity, nil where its records are no sessions.
func newCalendar(e catalog.Entity) calendar.Calendar {
	for _, f := range e.Fields {
		if f.Kind == catalog.Year {
			return calendar.Calendar{}
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
	s.terms[strings.Clone(s.cells[0])] = calendar.Session{
		Place: place, Kind: of("type"), Start: of("startDate"), End: of("endDate"), Parent: of("parent"), Year: of("schoolYear"),
	}
}

// keepTerms keeps the sessions that are stored and of which a delta says nothing.
func (s *survey) keepTerms(ctx context.Context, held stored.Table) error {
	x, c := s.index, s.terms
	if c == nil || !x.partial {
		return nil
	}
	ids := x.standing()
	for _, t := range c {
		ids.Remove(x.records[t.Place].id)
	}
	at := roster.Places(x.entity, "sourcedId", "type", "startDate", "endDate", "schoolYear")
	return held.All(ctx, ids, func(cells []string) {
		if year := cells[at[4]]; year != "" {
			c[cells[at[0]]] = calendar.Session{Kind: cells[at[1]], Start: cells[at[2]], End: cells[at[3]], Year: year}
		}
	})
}
