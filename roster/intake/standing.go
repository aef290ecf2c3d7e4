package intake

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/alike"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/sanity"
)

// members are the types of user IDs and the metadata keys of the records that the roster
// will have of what was judged.
func (imp *importing) members(j *judged) (kinds, keys []string) {
	kinds, keys = slices.Sorted(maps.Keys(j.types)), j.layout.Keys
	if len(kinds) > maxTypes {
		kinds = []string{cell.UnknownType}
	}
	if !j.index.keeps() {
		return kinds, keys
	}
	for _, k := range imp.keys.Known {
		switch {
		case k.Entity != j.layout.Entity.Plural || !k.Present:
		case k.Bag == catalog.UserIDs:
			kinds = append(kinds, k.Name)
		default:
			keys = append(slices.Clone(keys), k.Name)
		}
	}
	slices.Sort(kinds)
	keys = slices.Sorted(slices.Values(keys))
	return slices.Compact(kinds), slices.Compact(keys)
}

// columnsAlike prepares to count the rows that were taken, and the records whose stored
// version stays.
func columnsAlike(j *judged, kinds, keys []string) *alike.Columns {
	records := j.taken() + len(j.standing)
	if j.index.keeps() {
		records = j.taken() + int(j.index.standing().GetCardinality())
	}
	return alike.New(j.layout.Entity, kinds, keys, records)
}

// countStanding counts the records whose stored version stays, their row being
// refused: in which columns they are equal, and the types of their user IDs, for a
// type that only they have did not vanish.
func (s *stage) countStanding(ctx context.Context) error {
	if s.index.keeps() {
		return nil // rest did
	}
	ids := roaring.BitmapOf(s.standing...)
	ids.AndNot(s.placed) // those were counted as they become
	return s.table.Each(ctx, ids.ToArray(), s.countStored)
}

// countStored counts a record that stays as it is stored.
func (s *stage) countStored(cells []string) {
	id := codec.ID(cells[0])
	s.count(id, cells)
	s.noting(id, cells)
	if s.index.keeps() {
		s.inspection.Rests(id, cells)
	} else {
		s.inspection.Stands(id, cells)
	}
}

// count counts a record as it is stored or will be.
func (s *stage) count(id uint32, cells []string) {
	for i, f := range s.contents {
		if f.Kind != catalog.Identifiers {
			continue
		}
		for kind, ids := range codec.Bag(cells[roster.ContentAt+i]) {
			s.bags.typed[kind]++
			s.equal.Typed(kind, codec.Items(ids))
		}
	}
	if s.layout.Entity.Metadata {
		for key, value := range codec.Bag(cells[len(cells)-1]) {
			if at, known := slices.BinarySearch(s.bags.keys, key); known {
				s.equal.Key(at, codec.Text(value))
				s.countMember(id, at, codec.Text(value))
			}
		}
	}
	s.equal.Row(cells)
	if s.index.keeps() {
		s.outside.Row(s.known.Codes, cells)
	}
}

// countMember counts a value of a metadata key, by the place of the key, where it was not
// counted when the bag was put together. Of a row that is refused it is not.
func (s *stage) countMember(id uint32, at int, value string) {
	if !s.index.keeps() {
		return
	}
	key := s.bags.keys[at]
	s.bags.filled[at]++
	if meaning := checks.MeaningOf(s.layout.Entity.Plural, key); checks.Strange(meaning, s.known.Codes, value).Found() {
		s.countStrange(id, key, meaning)
	}
}

// countStrange counts a value that is none that its key should have.
func (s *stage) countStrange(id uint32, key string, meaning catalog.Known) {
	if meaning.CEDS != "" {
		s.outside.Records[string(catalog.Metadata)+"."+key]++
	}
	s.sound.Mark(sanity.KeyName(s.layout.Entity.Plural, key), id)
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
