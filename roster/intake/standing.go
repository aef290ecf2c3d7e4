package intake

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/alike"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/codec"
	"gorm.io/gorm"
)

// columnsAlike prepares to count the rows that were taken, and those whose stored version
// stays.
func columnsAlike(j *judged) *alike.Columns {
	kinds := slices.Sorted(maps.Keys(j.types))
	if len(kinds) > maxTypes {
		kinds = []string{cell.UnknownType}
	}
	return alike.New(j.layout.Entity, kinds, j.layout.Keys, j.taken()+len(j.standing))
}

// countStanding counts the records whose stored version stays, their row being
// refused: in which columns they are equal, and the types of their user IDs, for a
// type that only they have did not vanish.
func (s *stage) countStanding(ctx context.Context) error {
	return s.table.each(ctx, s.standing, s.countStored)
}

// countStored counts a record as it is stored.
func (s *stage) countStored(cells []string) {
	for i, f := range roster.Contents(s.layout.Entity) {
		if f.Kind != catalog.Identifiers {
			continue
		}
		for kind, ids := range codec.Bag(cells[contentAt+i]) {
			s.bags.typed[kind]++
			s.equal.Typed(kind, codec.Items(ids))
		}
	}
	if s.layout.Entity.Metadata {
		for key, value := range codec.Bag(cells[len(cells)-1]) {
			if at, known := slices.BinarySearch(s.layout.Keys, key); known {
				s.equal.Key(at, codec.Text(value))
			}
		}
	}
	s.equal.Row(cells)
	s.inspection.Stands(codec.ID(cells[0]), cells)
	s.noting(codec.ID(cells[0]), cells)
}

// storeEqual replaces the pairs of the entities that the package has.
func (imp *importing) storeEqual(tx *gorm.DB) error {
	for _, s := range imp.stages {
		e := s.layout.Entity.Plural
		err := tx.Where("entity = ?", e).Delete(&roster.EqualPair{}).Error
		for _, row := range s.equal.Found() {
			if row.Entity = e; err == nil {
				err = tx.Create(&row).Error
			}
		}
		if err != nil {
			return fmt.Errorf("store which columns of %s are equal: %w", e, err)
		}
	}
	return nil
}
