package notice

import (
	"bytes"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/codec"
)

// step is what of a reader's past is to be replaced.
type step struct {
	row     horizonRow
	sets    []horizonSet  // that are new, or differ
	unseen  []string      // entities that the sight no longer shows
	recast  []horizonMove // earlier moves, without what came anew; those without records go
	arrived []horizonMove // of the new move

	moves []horizonMove // all of them behind the step, the newest first
}

// past is what is kept behind the step, as far as a horizon needs it.
func (s step) past() past { return past{row: s.row, moves: s.moves} }

// next finds what follows from a reader's past in a sight. The first sight dates
// nothing: whoever sees for the first time sees the records' own dates. In another
// epoch, after a restore, everything comes anew; so it does where the generation that
// the reader saw last is not one that the roster went through.
func (h *Horizons) next(before past, sight Sight) (step, error) {
	s := step{row: before.row, moves: before.moves}
	old := kept{generation: before.row.Generation, at: before.row.MovedAt, sets: before.sets}
	if before.first || before.row.Epoch != sight.Stamp.Epoch || !sight.View.Snapshot.Follows(before.row.stamp().State()) {
		old.sets, s.row.First = nil, sight.Stamp.Generation
	}
	s.row.keep(sight)
	at := h.moment(before.row.MovedAt, sight.View.Snapshot)
	if before.row.Print != sight.Print {
		s.row.PlannedAt = at
	}
	if !before.first {
		if err := s.date(sight.compare(old), at); err != nil {
			return s, err
		}
	}
	return s, s.see(before.sets, sight)
}

// date dates the records that came, under one new move. It takes them out of earlier
// ones: the later one dates them, and moves would pile up.
func (s *step) date(differences map[string]difference, at moment.Moment) error {
	moved := false
	for entity, d := range differences {
		moved = moved || !d.came.IsEmpty() || !d.went.IsEmpty()
		if d.came.IsEmpty() {
			continue
		}
		if err := s.recastMoves(entity, d.came); err != nil {
			return err
		}
		records, err := codec.Pack(d.came.Clone())
		if err != nil {
			return fmt.Errorf("date what came into sight: %w", err)
		}
		s.arrived = append(s.arrived, horizonMove{s.row.Reader, s.row.Moves + 1, entity, at, records})
	}
	if moved {
		s.row.Moves++
		s.row.Mark, s.row.MovedAt = revision.NewMark(), at
	}
	s.moves = append(append([]horizonMove(nil), s.arrived...), s.moves...)
	return nil
}

// recastMoves takes records out of the earlier moves of an entity.
func (s *step) recastMoves(entity string, came *roaring.Bitmap) error {
	var left []horizonMove
	for _, m := range s.moves {
		records := m.records()
		if m.Entity != entity || !records.Intersects(came) {
			left = append(left, m)
			continue
		}
		records.AndNot(came)
		m.Records = nil
		if !records.IsEmpty() {
			var err error
			if m.Records, err = codec.Pack(records); err != nil {
				return fmt.Errorf("date what came into sight: %w", err)
			}
			left = append(left, m)
		}
		s.recast = append(s.recast, m)
	}
	s.moves = left
	return nil
}

// see finds which sets differ from those of the past, and which entities are no
// longer shown.
func (s *step) see(before map[string]horizonSet, sight Sight) error {
	for _, e := range catalog.Entities() {
		shows, visible := sight.Shows[e.Plural]
		old, had := before[e.Plural]
		if !visible {
			if had {
				s.unseen = append(s.unseen, e.Plural)
			}
			continue
		}
		records, err := codec.Pack(sight.View.Set(e.Plural).Clone())
		if err != nil {
			return fmt.Errorf("keep what a reader sees: %w", err)
		}
		now := horizonSet{sight.Reader, e.Plural, codec.JSON(shows), records}
		if !had || old.Shows != now.Shows || !bytes.Equal(old.Records, now.Records) {
			s.sets = append(s.sets, now)
		}
	}
	return nil
}

// store makes the step, in the order in which every process takes the rows.
func (s step) store(tx *gorm.DB) error {
	reader := s.row.Reader
	for _, m := range s.recast {
		those := tx.Where("reader = ? AND entity = ? AND move = ?", reader, m.Entity, m.Move)
		var err error
		if len(m.Records) == 0 {
			err = those.Delete(&horizonMove{}).Error
		} else {
			err = those.Model(&horizonMove{}).Update("records", m.Records).Error
		}
		if err != nil {
			return fmt.Errorf("date anew what came into sight: %w", err)
		}
	}
	if len(s.arrived) > 0 {
		if err := tx.Create(&s.arrived).Error; err != nil {
			return fmt.Errorf("date what came into sight: %w", err)
		}
	}
	if len(s.unseen) > 0 {
		if err := tx.Where("reader = ? AND entity IN ?", reader, s.unseen).Delete(&horizonSet{}).Error; err != nil {
			return fmt.Errorf("forget what a reader saw: %w", err)
		}
	}
	for _, set := range s.sets {
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&set).Error; err != nil {
			return fmt.Errorf("keep what a reader sees: %w", err)
		}
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&s.row).Error; err != nil {
		return fmt.Errorf("keep where a reader's horizon stands: %w", err)
	}
	return nil
}
