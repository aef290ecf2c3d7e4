package intake

import (
	"context"
	"strings"

	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/spool"
)

// readRow is a row of a file, and how many bytes of the file were read then.
type readRow struct {
	bundle.Row
	offset int64
}

// keep is the row with cells that hold for good.
func (r readRow) keep(room *[]string) (kept readRow, bytes int) {
	r.Cells, bytes = spool.CopyCells(r.Cells, room)
	return r, bytes
}

// walk calls each for every row behind the header. It ends the import where the rest
// of the file cannot be trusted.
func (imp *importing) walk(ctx context.Context, f *openFile, each func(readRow) error) error {
	file := f.layout.Entity.File()
	step := func(offset int64) error {
		return imp.tell(ctx, Step{File: file, Done: offset, Total: imp.bundle.Sizes[file]})
	}
	next := func() (readRow, error) {
		row, err := f.Next()
		return readRow{row, f.Offset()}, err
	}
	rows := 0
	err := spool.Ahead(next, readRow.keep, func(r readRow) error {
		if rows++; rows%1024 == 1 {
			if err := step(r.offset); err != nil {
				return err
			}
		}
		return each(r)
	})
	if err == nil {
		return step(f.Offset())
	}
	return imp.spoiled(file, f.Line, err)
}

// row judges a row as it is written, and then what is in it.
func (s *survey) row(r bundle.Row) error {
	s.begin()
	r.Tell(s.layout, &s.report.Findings)
	if r.Fate == bundle.Skipped {
		s.ignore(r)
		return nil
	}
	cells, loose, bad := s.layout.Fit(r.Cells)
	if r.Fate == bundle.Uncut || bad.Found() {
		if s.own = s.report.Last(); r.Fate != bundle.Uncut {
			s.own = 0
			s.add(bundle.Refused, r.Line, "", bad)
		}
		s.giveUp(r.Cells)
		return nil
	}
	s.short, s.width, s.misfit = loose == bundle.ShortRow, len(r.Cells), false
	refused, cut := s.counts.Refused, len(s.cut)
	err := s.judge(r.Line, cells)
	if len(s.cut) > cut {
		loose = bundle.CutRow
	}
	switch {
	case s.misfit && s.counts.Refused > refused:
		s.add(bundle.Refused, r.Line, "", bundle.FewerCells)
		s.index.note(s.cells[0], s.own)
	case loose.Found() && s.counts.Refused == refused:
		s.add(bundle.Warning, r.Line, "", loose)
	}
	return err
}

// ignore counts a line that is no row.
func (s *survey) ignore(r bundle.Row) {
	if r.IsLine() {
		s.counts.Rows++
		s.counts.Ignored++
	}
}

// giveUp refuses a row that has no cells to judge. Which record it is of is told by what
// stands where its sourcedId should.
func (s *survey) giveUp(cells []string) {
	s.counts.Rows++
	if f := s.layout.Fields[0]; f.At < len(cells) {
		if id, _, _ := cell.Clean(&f.Field, cells[f.At]); id != "" {
			s.index.note(id, s.own)
			s.refuse(id, true)
			return
		}
	}
	s.refuseRow(cells)
}

// refuse counts a row that is not taken, and has a sourcedId. The stored version of its
// record stays or, where that hangs on one that is removed, does not.
func (s *survey) refuse(sourcedID string, stays bool) {
	s.counts.Refused++
	s.refusals = append(s.refusals, holds.Key(sourcedID))
	if stays {
		s.refused = append(s.refused, strings.Clone(sourcedID))
	}
}

// keepStored lets the stored version of a refused row stay, if there is one and
// no other row took its place.
func (s *survey) keepStored(sourcedID string) {
	if found := s.index.find(sourcedID); found != nil && !found.seen && !found.gone && found.live {
		found.seen = true
		s.standing = append(s.standing, found.id)
	}
}

// refuseRow counts a row that is not taken, and has no sourcedId of its own.
func (s *survey) refuseRow(cells []string) {
	s.counts.Refused++
	s.refusals = append(s.refusals, holds.Key(cells...))
}
