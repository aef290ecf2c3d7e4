package view

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/codec"
)

// IDs are the ids of the active records of an entity that have one of the
// sourcedIds. Only entities that others refer to are known so.
func (s *Snapshot) IDs(entity string, sourcedIDs []string) *roaring.Bitmap {
	return (&growth{Snapshot: s}).pick(entity, Among{Only: sourcedIDs}).bitmap()
}

// Roots are the active records of an entity that none of the entity is above by
// the field, in id order.
func (s *Snapshot) Roots(entity, field string) []uint32 {
	roots, above := s.Live(entity).Clone(), s.Live(entity)
	s.links[entity].each(field, func(from, to uint32) {
		if above.Contains(to) {
			roots.Remove(from)
		}
	})
	return roots.ToArray()
}

// Grades lists the grades that active users have, sorted.
func (s *Snapshot) Grades() []string {
	l := s.links["users"]
	w, used := l.words["grades"], roaring.New()
	l.live.Iterate(func(id uint32) bool {
		used.Add(uint32(w.At[id]))
		return true
	})
	var grades []string
	used.Iterate(func(at uint32) bool {
		grades = append(grades, codec.Items(w.Values[at])...)
		return true
	})
	slices.Sort(grades)
	return slices.Compact(grades)
}

// HasGrade reports whether an active user has a grade, however it is written.
func (s *Snapshot) HasGrade(grade string) bool {
	return slices.ContainsFunc(s.Grades(), Among{Only: []string{grade}}.hasGrade)
}

// Referred is the record that a reference of a record leads to, 0 where it leads to
// none.
func (s *Snapshot) Referred(entity, field string, id uint32) uint32 {
	to := s.links[entity].one[field]
	if int(id) >= len(to) {
		return 0
	}
	return to[id]
}

// Backwards lists the records of e whose field f holds target.
func (s *Snapshot) Backwards(e catalog.Entity, f catalog.Field, target uint32) []uint32 {
	if f.Through == nil {
		return s.Referring(e.Plural, f.Name, target)
	}
	through := s.links[f.Through.Entity]
	if f.Through.Member == "" {
		return []uint32{through.one[f.Through.Field][target]}
	}
	var found []uint32
	for _, t := range s.Referring(f.Through.Entity, f.Through.Member, target) {
		found = append(found, through.one[f.Through.Field][t])
	}
	return found
}
