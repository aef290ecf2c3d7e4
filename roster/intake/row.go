package intake

import (
	"strings"

	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
)

// row judges a row as it is written, and then what is in it.
func (s *survey) row(r bundle.Row) error {
	r.Tell(s.layout, &s.report.Findings)
	if r.Fate == bundle.Skipped {
		return nil
	}
	cells, loose, bad := s.layout.Fit(r.Cells)
	if r.Fate == bundle.Uncut || bad.Found() {
		if r.Fate != bundle.Uncut {
			s.add(bundle.Refused, r.Line, "", bad)
		}
		s.giveUp(r.Cells)
		return nil
	}
	s.short, s.misfit = loose == bundle.ShortRow, false
	refused := s.counts.Refused
	err := s.judge(r.Line, cells)
	switch {
	case s.misfit:
		s.add(bundle.Refused, r.Line, "", bundle.FewerCells)
	case loose.Found() && s.counts.Refused == refused:
		s.add(bundle.Warning, r.Line, "", loose)
	}
	return err
}

// giveUp refuses a row that has no cells to judge. Which record it is of is told by what
// stands where its sourcedId should.
func (s *survey) giveUp(cells []string) {
	s.counts.Rows++
	s.counts.Refused++
	if f := s.layout.Fields[0]; f.At < len(cells) {
		id, _, _ := cell.Clean(f.Field, cells[f.At])
		s.refused = append(s.refused, strings.Clone(id))
	}
}
