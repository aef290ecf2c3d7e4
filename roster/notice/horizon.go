package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/view"
)

// Sight is what a reader may see at a stamp.
type Sight struct {
	Reader string // whose horizon it is
	Print  string // the same for two sights exactly where they show the same of every roster
	Stamp  revision.Stamp
	View   *view.View
	Shows  map[string]Names // by entity; an entity that is not in it is not shown
}

// key is the same for sights that are the same.
func (s Sight) key() string { return fmt.Sprintf("%q %q %v", s.Reader, s.Print, s.Stamp) }

// Horizon dates what a reader sees: a record was modified for the reader when
// something that the reader sees of it changed, or when it came into sight.
// It is immutable.
type Horizon struct {
	sight Sight
	first int64 // the generation in which the reader first asked
	moves int64
	mark  int64                // of the newest move
	came  map[string][]arrival // by entity, the newest first

	planned  moment.Moment
	revision func() string
}

// arrival is a set of records that a reader was to see anew from a moment on.
type arrival struct {
	at      moment.Moment
	records *roaring.Bitmap
}

// Dates finds the dateLastModified that the reader sees of an entity's records. What is
// nested in a record dates it, too.
func (h *Horizon) Dates(entity string) func(id uint32) moment.Moment {
	s := h.sight.View.Snapshot
	touched, came := h.sight.touched(entity, h.first), h.came[entity]
	return func(id uint32) moment.Moment {
		date := s.History.Times[touched(id)]
		for _, a := range came {
			if a.at <= date {
				break
			}
			if a.records.Contains(id) {
				return a.at
			}
		}
		return date
	}
}

// Planned is when the reader was first shown something by the plan that holds, "" where that
// was before it was kept.
func (h *Horizon) Planned() moment.Moment { return h.planned }

// Revision changes when, and only when, something changes that the reader sees.
func (h *Horizon) Revision() string { return h.revision() }

func (h *Horizon) fingerprint() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%d", h.moves)
	marked(sum, h.mark)
	for _, e := range catalog.Entities() {
		if shows, ok := h.sight.Shows[e.Plural]; ok {
			last := lastTouch(h.sight.View.Snapshot, e.Plural, shows, h.first, h.sight.View.Set(e.Plural))
			fmt.Fprintf(sum, " %s%q%d", e.Plural, shows, last)
			marked(sum, h.sight.View.Snapshot.History.Marks[last])
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// marked adds the mark of a number that was written before it. What was there before
// there were marks sums up to what it always did.
func marked(sum io.Writer, mark int64) {
	if mark != 0 {
		fmt.Fprintf(sum, "#%d", mark)
	}
}

// difference is what a sight shows that another did not, or no longer shows, of
// one entity.
type difference struct {
	came, went *roaring.Bitmap
}

// kept is what a reader saw when it last asked.
type kept struct {
	generation int64
	at         moment.Moment // no date that the reader saw is later
	sets       map[string]horizonSet
}

// compare finds what changed in a reader's sight since it last asked, as far as
// the dates of generations do not tell. A record comes anew, too, when more of it
// shows, and when it refers to one that came or went.
func (s Sight) compare(old kept) map[string]difference {
	moved := map[string]difference{}
	for entity := range s.Shows {
		before, now := old.sets[entity].records(), s.View.Set(entity)
		moved[entity] = difference{came: roaring.AndNot(now, before), went: roaring.AndNot(before, now)}
	}
	noticed := map[string]difference{}
	for entity, shows := range s.Shows {
		now := s.View.Set(entity)
		anew := now.Clone()
		if !grew(old.sets[entity].names(), shows) {
			anew = roaring.Or(s.referring(entity, old, moved), s.changed(entity, old))
			anew.Or(moved[entity].came)
			anew.And(now)
		}
		noticed[entity] = difference{came: anew, went: moved[entity].went}
	}
	s.gather(noticed, old)
	return noticed
}

// changed is the set of records that look different since the reader last asked
// without a later date to tell: those whose shown references to what the reader
// sees, or saw, came, went or changed places, and those of a generation that was dated before
// something that the reader saw.
func (s Sight) changed(entity string, old kept) *roaring.Bitmap {
	set, shows := roaring.New(), s.Shows[entity]
	e, _ := catalog.Find(entity)
	for _, c := range s.View.Snapshot.History.Changes[entity] {
		switch {
		case c.Generation <= old.generation || !shows.Has(c.Field):
		case c.Refers():
			f, _ := e.Field(c.Field)
			addSources(c, set, old.sets[f.Target].records(), s.View.Set(f.Target))
		case s.View.Snapshot.History.Times[c.Generation] <= old.at:
			set.Or(c.Records)
		}
	}
	return set
}

// addSources adds the records whose references changed among what a reader saw
// and sees: it saw what went, and sees what came and, on both sides, what changed
// places.
func addSources(c history.Change, set, saw, sees *roaring.Bitmap) {
	switch c.How {
	case history.Order:
		c.Orders.AddTo(set, roaring.And(saw, sees))
		return
	case history.Arrived:
		saw = roaring.New()
	case history.Left:
		sees = roaring.New()
	}
	for it := c.Pairs.Iterator(); it.HasNext(); {
		pair := it.Next()
		if to := uint32(pair); saw.Contains(to) || sees.Contains(to) {
			set.Add(uint32(pair >> 32))
		}
	}
}

// grew reports whether now shows what before did not.
func grew(before, now Names) bool {
	return slices.ContainsFunc(now, func(name string) bool { return !before.exactly(name) })
}

// referring is the set of records whose shown references lead to a record that
// came or went. One that came to refer only when its target went never showed it.
func (s Sight) referring(entity string, old kept, moved map[string]difference) *roaring.Bitmap {
	set := roaring.New()
	e, _ := catalog.Find(entity)
	for _, f := range e.Fields {
		d, ok := moved[f.Target]
		if !ok || !f.Kind.Refers() || !s.Shows[entity].Has(f.Name) {
			continue
		}
		d.came.Iterate(func(target uint32) bool {
			set.AddMany(s.View.Snapshot.Backwards(e, f, target))
			return true
		})
		if d.went.IsEmpty() {
			continue
		}
		lately := s.View.Snapshot.History.Arrivals(entity, f.Name, old.generation)
		d.went.Iterate(func(target uint32) bool {
			for _, from := range s.View.Snapshot.Backwards(e, f, target) {
				if !lately.Contains(history.Pair(from, target)) {
					set.Add(from)
				}
			}
			return true
		})
	}
	return set
}
