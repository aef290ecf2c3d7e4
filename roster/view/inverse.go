package view

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
)

// inverse finds the active records whose field refers to a given one.
type inverse struct{ lists }

// Referring lists the active records of entity whose field refers to id, in id
// order. Callers must not change it.
func (s *Snapshot) Referring(entity, field string, id uint32) []uint32 {
	return s.inverse(entity, field).of(id)
}

// inverse turns a field's links around, once.
func (s *Snapshot) inverse(entity, field string) *inverse {
	key := entity + "." + field
	s.mu.Lock()
	defer s.mu.Unlock()
	inv, ok := s.inverses[key]
	if !ok {
		inv = s.invert(entity, field)
		s.inverses[key] = inv
	}
	return inv
}

func (s *Snapshot) invert(entity, field string) *inverse {
	l := s.links[entity]
	f, _ := l.entity.Field(field)
	size := len(s.links[f.Target].names)
	inv := &inverse{lists{start: make([]uint32, size+1)}}
	l.each(field, func(_, to uint32) { inv.start[to+1]++ })
	for i := 1; i <= size; i++ {
		inv.start[i] += inv.start[i-1]
	}
	inv.ids = make([]uint32, inv.start[size])
	next := append([]uint32(nil), inv.start...)
	l.each(field, func(from, to uint32) {
		inv.ids[next[to]] = from
		next[to]++
	})
	return inv
}

// each calls fn for every link of the field between active records and others.
func (l *links) each(field string, fn func(from, to uint32)) {
	one, many := l.one[field], l.many[field]
	l.live.Iterate(func(id uint32) bool {
		if one != nil && one[id] > 0 {
			fn(id, one[id])
		}
		if many != nil {
			for _, to := range many.of(id) {
				fn(id, to)
			}
		}
		return true
	})
}

// Joined is the set of records of entity that belong to the record with the
// given id by join, found through records of the view only.
func (v *View) Joined(entity string, join catalog.Join, id uint32) *roaring.Bitmap {
	s := v.Snapshot
	if join.Through == "" {
		return roaring.BitmapOf(s.Referring(entity, join.Field, id)...)
	}
	through, visible := s.links[join.Through], v.Set(join.Through)
	set := roaring.New()
	for _, t := range s.Referring(join.Through, join.Field, id) {
		if !visible.Contains(t) || join.Role != "" && through.words["role"].Of(t) != join.Role {
			continue
		}
		if one := through.one[join.Member]; one != nil {
			set.Add(one[t])
		} else {
			set.AddMany(through.many[join.Member].of(t))
		}
	}
	return set
}

// Linked lists the records that a computed field of the record with the given
// id holds, each once, as far as they are in the view. Their order is their own,
// for that of the records between is nothing that the view shows.
func (v *View) Linked(link catalog.Link, id uint32) []uint32 {
	visible, member := v.Set(link.Entity), v.Snapshot.links[link.Entity].one[link.Member]
	var linked []uint32
	for _, from := range v.Snapshot.Referring(link.Entity, link.Field, id) {
		switch {
		case !visible.Contains(from):
		case link.Member == "":
			linked = append(linked, from)
		default:
			linked = append(linked, member[from])
		}
	}
	slices.Sort(linked)
	return slices.Compact(linked)
}

// Targets lists the records in the view that a field of a record refers to.
func (v *View) Targets(entity string, f catalog.Field, id uint32) []uint32 {
	if f.Through != nil {
		return v.Linked(*f.Through, id)
	}
	l, visible := v.Snapshot.links[entity], v.Set(f.Target)
	if one := l.one[f.Name]; one != nil {
		if visible.Contains(one[id]) {
			return one[id : id+1]
		}
		return nil
	}
	var targets []uint32
	for _, target := range l.many[f.Name].of(id) {
		if visible.Contains(target) {
			targets = append(targets, target)
		}
	}
	return targets
}
