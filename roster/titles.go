package roster

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
)

// Titles reads what people call records of an entity: their name or their title,
// by id. Records without one, or that are not there, are left out. An entity
// whose records have neither is a fault.NotFound.
func (r *Roster) Titles(ctx context.Context, entity string, ids []uint32) (map[uint32]string, error) {
	e, _ := catalog.Find(entity)
	field, named := e.Field("name")
	if !named {
		if field, named = e.Field("title"); !named {
			return nil, fault.New(fault.NotFound, "records of %q have no titles", entity)
		}
	}
	titles := make(map[uint32]string, len(ids))
	_, err := r.Read(ctx, Selection{Entity: e, Fields: []catalog.Field{field}}, ids, func(id uint32, cells [][]byte) error {
		if len(cells[0]) > 0 {
			titles[id] = string(cells[0])
		}
		return nil
	})
	return titles, err
}

// IDs are the ids of the active records of an entity that have one of the
// sourcedIds. Only entities that others refer to are known so.
func (s *Snapshot) IDs(entity string, sourcedIDs []string) *roaring.Bitmap {
	return s.pick(entity, Among{Only: sourcedIDs}).bitmap()
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
		used.Add(uint32(w.at[id]))
		return true
	})
	var grades []string
	used.Iterate(func(at uint32) bool {
		grades = append(grades, listItems(w.all[at])...)
		return true
	})
	slices.Sort(grades)
	return slices.Compact(grades)
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
