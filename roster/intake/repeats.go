package intake

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/doubles"
	"github.com/rostergate/rostergate/roster/holds"
)

// repeats are the rows of a file whose sourcedId an earlier one has. The first walk puts
// them aside on disk and keeps where, in 16 bytes each; the second joins them with the
// row that they repeat.
type repeats struct {
	rows  *doubles.Rows
	open  func() (*spool, error)
	spool *spool // nil until there is one
	at    []repeat
	in    rereading
}

// repeat is a row of the spool, by the place of its record in the index.
type repeat struct {
	place  uint32
	offset int64
}

func newRepeats(e catalog.Entity, day string, open func() (*spool, error)) repeats {
	return repeats{rows: doubles.NewRows(e, day, unionIDs), open: open}
}

// add puts a row aside.
func (a *repeats) add(r spooled) error {
	if a.spool == nil {
		var err error
		if a.spool, err = a.open(); err != nil {
			return err
		}
	}
	a.at = append(a.at, repeat{r.place, a.spool.size})
	return a.spool.write(r)
}

// settle ends the first walk.
func (a *repeats) settle() error {
	if a.spool == nil {
		return nil
	}
	slices.SortStableFunc(a.at, func(one, other repeat) int { return cmp.Compare(one.place, other.place) })
	if err := a.spool.out.Flush(); err != nil {
		return fmt.Errorf("%w: %w", errStaging, err)
	}
	a.in.in = bufio.NewReader(nil)
	return nil
}

// close lets go of the rows.
func (a *repeats) close() { a.spool.close() }

// of calls each for the rows that repeat that of a place, in their order.
func (a *repeats) of(place uint32, each func(spooled)) error {
	at, _ := slices.BinarySearchFunc(a.at, place, func(r repeat, place uint32) int { return cmp.Compare(r.place, place) })
	for ; at < len(a.at) && a.at[at].place == place; at++ {
		offset := a.at[at].offset
		a.in.in.Reset(io.NewSectionReader(a.spool.file, offset, a.spool.size-offset))
		row, err := a.in.next()
		if err != nil {
			return err
		}
		each(row)
	}
	return nil
}

// leave notes a row that says that its record is gone.
func (s *survey) leave(line int, sourcedID string) {
	switch {
	case s.stands(sourcedID):
		s.refuseStatus(line, sourcedID)
	case s.gone[sourcedID]:
		s.add(bundle.Warning, line, "", doubles.SameRow)
		s.counts.Joined++
	default:
		s.goes(line, sourcedID)
		s.index.mark(sourcedID, line)
	}
}

// refuseStatus refuses a row of which an earlier one says otherwise whether there is such
// a record.
func (s *survey) refuseStatus(line int, sourcedID string) {
	s.add(bundle.Refused, line, s.layout.Fields[0].Header(), doubles.Contradicts(s.layout.Fields[1].Header()))
	s.refuse(sourcedID, false)
}

// join puts a row together with those that repeat it.
func (s *stage) join(r spooled) (spooled, error) {
	err := s.again.of(r.place, func(repeated spooled) {
		j := s.again.rows.Join(r.cells, repeated.cells)
		severity := bundle.Warning
		if j.Refused {
			severity = bundle.Refused
			s.refuseRepeat(repeated)
		} else {
			s.counts.Joined++
		}
		for _, said := range j.Said {
			s.add(severity, int(repeated.line), said.Column, said.Flaw)
		}
		if j.Second {
			r.line = repeated.line
		}
		r.cells = slices.Clone(j.Cells) // of a row that is read again next
	})
	return r, err
}

// refuseRepeat counts a row that is refused beside one that has its sourcedId, too.
func (s *stage) refuseRepeat(r spooled) {
	s.counts.Refused++
	s.refusals = append(s.refusals, holds.Key("again", r.cells[0]))
}

// refuseRepeats refuses the rows that repeat one that was taken back.
func (s *stage) refuseRepeats(r spooled) error {
	up, _ := upward(s.layout)
	return s.again.of(r.place, func(repeated spooled) {
		s.add(bundle.Refused, int(repeated.line), up.Header(), cell.OwnAncestor)
		s.refuseRepeat(repeated)
	})
}

// unionIDs are the user IDs of two packed cells, false where a type has others in each.
func unionIDs(one, other string) (both string, ok bool) {
	if one == "" || other == "" {
		return one + other, true
	}
	all := unpackIDs(one)
	for _, t := range unpackIDs(other) {
		at, known := slices.BinarySearchFunc(all, t.Type, func(had cell.TypedIDs, kind string) int { return strings.Compare(had.Type, kind) })
		switch {
		case !known:
			all = slices.Insert(all, at, t)
		case !slices.Equal(all[at].IDs, t.IDs):
			return "", false
		}
	}
	return packIDs(all), true
}

// districtDay is the day by which enrollments are current: the one by which permissions
// go, if any does, or else that of the import.
func districtDay(tx *gorm.DB, now moment.Moment) (string, error) {
	var day string
	if err := tx.Raw("SELECT COALESCE(MAX(day), '') FROM days").Row().Scan(&day); err != nil {
		return "", fmt.Errorf("read the district's day: %w", err)
	}
	return cmp.Or(day, string(now)[:len("2006-01-02")]), nil
}
