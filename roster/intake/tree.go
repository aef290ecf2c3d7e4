package intake

import (
	"fmt"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
)

// parent is a row of a tree: its number, and what it refers to as its parent.
type parent struct {
	row  uint32
	line int
	of   string
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
func (s *survey) remember(row uint32, line int, sourcedID string, cells []string) {
	if up, ok := upward(s.layout); ok && up.At >= 0 {
		s.parents[sourcedID] = parent{row: row, line: line, of: strings.TrimSpace(strings.Clone(cells[up.At]))}
	}
}

// refuseCycles refuses the rows that are their own ancestors. Since the stored
// version of a refused row stays, it may close another circle, so that all is
// looked at again until none is found.
func (s *survey) refuseCycles() error {
	up, ok := upward(s.layout)
	if !ok {
		return nil
	}
	stored, err := s.storedParents(up.Field)
	if err != nil {
		return err
	}
	for {
		var circular []string
		for id := range s.parents {
			if s.circular(id, stored) {
				circular = append(circular, id)
			}
		}
		if len(circular) == 0 {
			return nil
		}
		for _, id := range circular {
			s.withdraw(id, up.Header())
		}
	}
}

// storedParents are the sourcedIds of the active records' parents, as stored.
func (s *survey) storedParents(up catalog.Field) (map[string]string, error) {
	table := s.layout.Entity.Table()
	rows, err := s.imp.importer.DB.Read.WithContext(s.imp.ctx).
		Raw("SELECT c.sourced_id, p.sourced_id FROM " + table + " c JOIN " + table + " p ON p.id = c." + roster.Quoted(up)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the stored parents of %s: %w", s.layout.Entity.Plural, err)
	}
	defer rows.Close()
	stored := map[string]string{}
	for rows.Next() {
		var child, of string
		if err := rows.Scan(&child, &of); err != nil {
			return nil, fmt.Errorf("read the stored parents of %s: %w", s.layout.Entity.Plural, err)
		}
		stored[child] = of
	}
	return stored, rows.Err()
}

// circular reports whether id is reached again on the way up from it.
func (s *survey) circular(id string, stored map[string]string) bool {
	at := id
	for range len(s.index.entries) {
		switch row, in := s.parents[at]; {
		case in:
			at = row.of
		case s.index.entries[at].seen:
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

// withdraw takes a row back that had been accepted.
func (s *survey) withdraw(id, column string) {
	row := s.parents[id]
	s.note(bundle.Refused, row.line, column, bundle.OwnAncestor)
	s.accepted.Remove(row.row)
	s.counts.Refused++
	delete(s.parents, id)
	found := s.index.entries[id]
	found.seen = found.live
	s.index.entries[id] = found
	for i, n := range s.index.coming {
		if n.sourcedID == id {
			s.index.coming = append(s.index.coming[:i], s.index.coming[i+1:]...)
			delete(s.index.entries, id)
			return
		}
	}
}
