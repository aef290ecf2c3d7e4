package notice

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/view"
)

// touched is, by id, the last generation in which something changed that a
// reader sees.
type touched []uint32

// dates reports whether a change is dated by its generation for a reader who
// first asked in the generation first, and sees shows. What came or went among
// references after that is dated by the reader's horizon, which knows whether the
// reader sees it.
func dates(c history.Change, shows Names, first int64) bool {
	return shows.Has(c.Field) && (!c.Refers() || c.Generation <= first)
}

// touchedIn works the changes of an entity down to what shows, once for all who
// see the same since the same generation.
func touchedIn(s *view.Snapshot, entity string, shows Names, first int64) touched {
	key := fmt.Sprintf("%s %d %q", entity, first, shows) // quoted: a member's name may hold anything
	m := memoryOf(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.touches[key]
	if !ok {
		t = make(touched, s.Size(entity))
		for _, c := range s.History.Changes[entity] {
			if dates(c, shows, first) {
				c.Records.Iterate(func(id uint32) bool {
					t[id] = uint32(c.Generation)
					return true
				})
			}
		}
		m.touches[key] = t
	}
	return t
}

// lastTouch is the last generation that changed something that shows in one of
// the records, 0 for none.
func lastTouch(s *view.Snapshot, entity string, shows Names, first int64, records *roaring.Bitmap) int64 {
	all := s.History.Changes[entity]
	for i := len(all) - 1; i >= 0; i-- {
		if dates(all[i], shows, first) && all[i].Records.Intersects(records) {
			return all[i].Generation
		}
	}
	return 0
}
