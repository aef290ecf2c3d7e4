package roster

import "strings"

// remember keeps a row of a tree (orgs, academicSessions), whose parents can
// only be judged when all rows are known.
func (s *survey) remember(row uint32, line int, sourcedID string, cells []string) {
	for _, f := range s.layout.fields {
		if f.Name != "parent" || f.at < 0 {
			continue
		}
		if s.parents == nil {
			s.parents = map[string]parent{}
		}
		s.parents[sourcedID] = parent{row: row, line: line, of: strings.TrimSpace(strings.Clone(cells[f.at]))}
	}
}

// refuseCycles refuses the rows that are their own ancestors.
func (s *survey) refuseCycles() {
	for id, p := range s.parents {
		if !s.circular(id) {
			continue
		}
		s.note(Refused, p.line, "parentSourcedId", "the record is its own ancestor")
		s.accepted.Remove(p.row)
		s.counts.Refused++
		s.withdraw(id)
	}
}

// circular reports whether id is reached again on the way up from it.
func (s *survey) circular(id string) bool {
	at := s.parents[id].of
	for range len(s.parents) {
		if at == id {
			return true
		}
		at = s.parents[at].of
	}
	return false
}

// withdraw takes a record back that had been admitted; a stored version stays.
func (s *survey) withdraw(id string) {
	e := s.index.entries[id]
	e.seen = e.live
	s.index.entries[id] = e
	for i, n := range s.index.coming {
		if n.sourcedID == id {
			s.index.coming = append(s.index.coming[:i], s.index.coming[i+1:]...)
			delete(s.index.entries, id)
			return
		}
	}
}
