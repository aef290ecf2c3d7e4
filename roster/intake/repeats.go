package intake

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/doubles"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/near"
	"github.com/rostergate/rostergate/roster/spool"
)

// repeats are the rows of a file whose sourcedId an earlier one has. The first walk puts
// them aside on disk and keeps where, in 16 bytes each; the second joins them with the
// row that they repeat.
type repeats struct {
	rows  *doubles.Rows
	open  func() (*spool.Spool, error)
	spool *spool.Spool // nil until there is one
	at    []repeat
	in    spool.Reading
}

// repeat is a row of the spool, by the place of its record in the index.
type repeat struct {
	place  uint32
	offset int64
}

func newRepeats(e catalog.Entity, day string, open func() (*spool.Spool, error)) repeats {
	return repeats{rows: doubles.NewRows(e, day), open: open}
}

// add puts a row aside.
func (a *repeats) add(r spool.Row) error {
	if a.spool == nil {
		var err error
		if a.spool, err = a.open(); err != nil {
			return err
		}
	}
	a.at = append(a.at, repeat{r.Place, a.spool.Size})
	return a.spool.Write(r)
}

// settle ends the first walk.
func (a *repeats) settle() error {
	if a.spool == nil {
		return nil
	}
	slices.SortStableFunc(a.at, func(one, other repeat) int { return cmp.Compare(one.place, other.place) })
	return a.spool.Settle()
}

// close lets go of the rows.
func (a *repeats) close() { a.spool.Close() }

// of calls each for the rows that repeat that of a place, in their order.
func (a *repeats) of(place uint32, each func(spool.Row)) error {
	at, _ := slices.BinarySearchFunc(a.at, place, func(r repeat, place uint32) int { return cmp.Compare(r.place, place) })
	for ; at < len(a.at) && a.at[at].place == place; at++ {
		row, err := a.spool.At(a.at[at].offset, &a.in)
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
		if kept, stored := s.goes(sourcedID); !stored {
			s.unknown = append(s.unknown, unknown{line, kept})
		}
		s.index.mark(sourcedID, line)
	}
}

// unknown is a row that says that a record is gone that was never stored.
type unknown struct {
	line      int
	sourcedID string
}

// tellUnknown tells of those whose sourcedId is nearly that of a record that stays.
func (s *survey) tellUnknown() {
	for _, row := range s.unknown {
		if seems := s.index.seems(row.sourcedID); seems != near.Nothing {
			s.notes.add(bundle.Warning, row.line, s.layout.Fields[0].Header(), seems.Add(cell.NeverStored, s.file, s.file))
		}
	}
	s.unknown, s.index.near = nil, nil // for what hangs on others may still go
}

// refuseStatus refuses a row of which an earlier one says otherwise whether there is such
// a record.
func (s *survey) refuseStatus(line int, sourcedID string) {
	s.add(bundle.Refused, line, s.layout.Fields[0].Header(), doubles.Contradicts(s.layout.Fields[1].Header()))
	s.refuse(sourcedID, false)
}

// join puts a row together with those that repeat it.
func (s *stage) join(r spool.Row) (spool.Row, error) {
	err := s.again.of(r.Place, func(repeated spool.Row) {
		j := s.again.rows.Join(r.Cells, repeated.Cells)
		severity := bundle.Warning
		if j.Refused {
			severity = bundle.Refused
			s.refuseRepeat(repeated)
		} else {
			s.counts.Joined++
		}
		for _, said := range j.Said {
			s.add(severity, int(repeated.Line), said.Column, said.Flaw)
		}
		if j.Second {
			r.Line = repeated.Line
		}
		r.Cells = slices.Clone(j.Cells) // of a row that is read again next
	})
	return r, err
}

// refuseRepeat counts a row that is refused beside one that has its sourcedId, too.
func (s *stage) refuseRepeat(r spool.Row) {
	s.counts.Refused++
	s.refusals = append(s.refusals, holds.Key("again", r.Cells[0]))
}

// refuseRepeats refuses the rows that repeat one that was taken back.
func (s *stage) refuseRepeats(r spool.Row) error {
	up, _ := upward(s.layout)
	return s.again.of(r.Place, func(repeated spool.Row) {
		s.add(bundle.Refused, int(repeated.Line), up.Header(), cell.OwnAncestor)
		s.refuseRepeat(repeated)
	})
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
