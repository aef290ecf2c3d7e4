package notice

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/history"
)

// nestedIn are the shown entities whose records are nested in those of an entity.
func (s Sight) nestedIn(entity string) []catalog.Entity {
	var parts []catalog.Entity
	for _, e := range catalog.Entities() {
		_, shown := s.Shows[e.Plural]
		if holder, nested := e.Holder(); nested && shown && holder.Entity == entity {
			parts = append(parts, e)
		}
	}
	return parts
}

// touched finds the last generation in which something changed that the reader sees of a
// record, or of what is nested in it.
func (s Sight) touched(entity string, first int64) func(id uint32) uint32 {
	own := touchedIn(s.View.Snapshot, entity, s.Shows[entity], first)
	last := func(id uint32) uint32 { return own[id] }
	for _, part := range s.nestedIn(entity) {
		before, nested := last, s.View.Nested(part)
		of := touchedIn(s.View.Snapshot, part.Plural, s.Shows[part.Plural], first)
		last = func(id uint32) uint32 {
			latest := before(id)
			for _, one := range nested(id) {
				latest = max(latest, of[one.Row])
			}
			return latest
		}
	}
	return last
}

// gather counts what came and went of nested records for those that hold them: the reader
// knows of no others.
func (s Sight) gather(noticed map[string]difference, old kept) {
	for _, part := range catalog.Entities() {
		holder, nested := part.Holder()
		d, shown := noticed[part.Plural]
		if !nested || !shown {
			continue
		}
		delete(noticed, part.Plural)
		all, held := noticed[holder.Entity]
		if !held {
			continue
		}
		roaring.Or(d.came, d.went).Iterate(func(id uint32) bool {
			all.came.Add(s.View.Snapshot.Referred(part.Plural, holder.By, id))
			return true
		})
		s.left(all.came, part.Plural, holder.By, old)
		all.came.Or(s.recast(old))
		all.came.And(s.View.Set(holder.Entity))
	}
}

// left adds the records in which a reader saw nested ones that are in others now.
func (s Sight) left(set *roaring.Bitmap, part, by string, old kept) {
	saw := old.sets[part].records()
	for _, c := range s.View.Snapshot.History.Changes[part] {
		if c.Generation <= old.generation || c.Field != by || c.How != history.Left {
			continue
		}
		for it := c.Pairs.Iterator(); it.HasNext(); {
			if pair := it.Next(); saw.Contains(uint32(pair >> 32)) {
				set.Add(uint32(pair))
			}
		}
	}
}

// recast are the users who are something else in 1.2 since an org that the reader sees is of
// another type.
func (s Sight) recast(old kept) *roaring.Bitmap {
	orgs := roaring.New()
	for _, c := range s.View.Snapshot.History.Changes["orgs"] {
		if c.Generation > old.generation && c.Field == "type" {
			orgs.Or(c.Records)
		}
	}
	return s.View.Recast(orgs)
}
