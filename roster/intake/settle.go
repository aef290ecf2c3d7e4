package intake

import (
	"context"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/stored"
)

// settle ends the first walk: it gives ids to those who are new. Held is what is
// stored of the entity.
func (s *survey) settle(ctx context.Context, held stored.Table) (*judged, error) {
	for _, id := range s.refused {
		s.keepStored(id)
	}
	s.refused, s.gone = nil, nil
	if err := s.refuseCycles(ctx, held); err != nil {
		return nil, err
	}
	if err := s.keepTerms(ctx, held); err != nil {
		return nil, err
	}
	s.years = s.terms.Years()
	s.values.Settle()
	s.index.giveIDs()
	s.tellUnknown()
	return s.judged, s.again.settle()
}

// parent is a row of a tree: its place among those that are taken, and what it
// refers to as its parent.
type parent struct {
	place int
	line  int
	of    string
}

// upward is the field by which the records of a tree (orgs, academicSessions)
// refer to their parents.
func upward(l bundle.Layout) (bundle.Column, bool) {
	for _, f := range l.Fields {
		if f.Kind == catalog.Reference && f.Target == l.Entity.Plural {
			return f, true
		}
	}
	return bundle.Column{}, false
}

// remember keeps a row of a tree, whose parents can only be judged when all rows
// are known.
func (s *survey) remember(line int, cells []string) {
	if up, ok := upward(s.layout); ok && up.At >= 0 {
		of := strings.TrimSpace(cells[up.At])
		if of == s.cells[0] {
			of = "" // link leaves it out
		}
		s.parents[strings.Clone(s.cells[0])] = parent{s.rows.Rows, line, strings.Clone(of)}
	}
}

// refuseCycles refuses the rows that are their own ancestors. Since the stored
// version of a refused row stays, it may close another circle, so that all is
// looked at again until none is found.
func (s *survey) refuseCycles(ctx context.Context, held stored.Table) error {
	up, ok := upward(s.layout)
	if !ok {
		return nil
	}
	parents, err := held.Parents(ctx, up.Field)
	if err != nil {
		return err
	}
	for {
		var circles []string
		for id := range s.parents {
			if s.circular(id, parents) {
				circles = append(circles, id)
			}
		}
		if len(circles) == 0 {
			return nil
		}
		for _, id := range circles {
			s.withdraw(id, up.Header())
		}
	}
}

// circular reports whether id is reached again on the way up from it.
func (s *survey) circular(id string, stored map[string]string) bool {
	at := id
	for range s.index.records {
		found := s.index.find(at)
		switch row, in := s.parents[at]; {
		case in:
			at = row.of
		case found != nil && s.index.stays(*found):
			at = stored[at]
		default:
			return false
		}
		if at == id {
			return true
		}
	}
	return false
}

// withdraw takes a row back that had been taken.
func (s *survey) withdraw(id, column string) {
	row := s.parents[id]
	s.begin()
	s.add(bundle.Refused, row.line, column, cell.OwnAncestor)
	s.index.note(id, s.own)
	s.withdrawn[row.place] = true
	s.counts.Refused++
	s.refusals = append(s.refusals, holds.Key(id))
	delete(s.parents, id)
	if found := s.index.find(id); !s.index.forget(id) {
		found.seen = found.live
	}
}
