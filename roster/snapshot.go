package roster

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/revision"
	"gorm.io/gorm"
)

// Snapshot holds how the records of one generation hang together: which are
// active, and the ids that each refers to. It is immutable but for answers that
// it remembers, and safe for concurrent use.
type Snapshot struct {
	revision.State

	links   map[string]*links
	history *history

	mu       sync.Mutex
	subsets  map[string]*roaring.Bitmap
	inverses map[string]*inverse
	views    map[string]func() *View
	touches  map[string]touched

	filling sync.Mutex // held by whoever counts
	fills   map[string]Fill
}

// loadLimit ends the reading of a snapshot that a database no longer answers.
const loadLimit = 2 * time.Minute

// Snapshot is the roster's newest state. It is read once per generation, in one
// transaction, and shared.
func (r *Roster) Snapshot(ctx context.Context) (*Snapshot, error) {
	select {
	case r.memory.loading <- struct{}{}:
		defer func() { <-r.memory.loading }()
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "the links of the roster are still being read: %w", ctx.Err())
	}
	now, err := revision.Read(r.DB.Read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if s := r.Remembered(); s != nil && s.State == now.State() {
		return s, nil
	}
	// Whoever asked may hang up; the others still want the answer.
	patient, stop := context.WithTimeout(context.WithoutCancel(ctx), loadLimit)
	defer stop()
	s, err := r.load(patient)
	if err != nil {
		return nil, err
	}
	r.memory.keep(s)
	return s, nil
}

// keep remembers a snapshot that is newer, and forgets the horizons of others, each
// of which keeps its snapshot: they date no answer any more. One that the remembered
// one does not come from is of another history, and was read later.
func (m *memory) keep(s *Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.current; old != nil && old.Epoch == s.Epoch && old.Follows(s.State) {
		return
	}
	m.current = s
	maps.DeleteFunc(m.horizons, func(_ string, h *Horizon) bool { return !h.of(s) })
}

// Follows reports whether the roster was in a state before it came to be the
// snapshot's, or is: what is remembered of the state still means what it did. A state
// of before there were marks is known by its number alone.
func (s *Snapshot) Follows(state revision.State) bool {
	switch {
	case state.Generation > s.Generation || state.Generation < 0:
		return false
	case state.Generation == s.Generation:
		return state.Mark == s.Mark || state.Mark == 0
	}
	mark := s.history.marks[state.Generation]
	return mark == state.Mark || mark == 0 || state.Mark == 0
}

// Remembered is the snapshot that was read last, or nil. It may be outdated,
// which the stamp of whatever is read with it tells.
func (r *Roster) Remembered() *Snapshot {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	return r.memory.current
}

func (r *Roster) load(ctx context.Context) (*Snapshot, error) {
	s := &Snapshot{
		links: map[string]*links{}, subsets: map[string]*roaring.Bitmap{},
		inverses: map[string]*inverse{}, views: map[string]func() *View{}, touches: map[string]touched{},
		fills: map[string]Fill{},
	}
	err := r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		stamp, err := revision.Read(tx)
		if err != nil {
			return err
		}
		s.State = stamp.State()
		if s.history, err = loadHistory(tx, s.Generation); err != nil {
			return err
		}
		last, err := lastIDs(tx)
		if err != nil {
			return err
		}
		for _, e := range catalog.Tables(catalog.V11) {
			size := last[e.Plural]
			if e.Describes != "" {
				size = last[e.Describes]
			}
			if s.links[e.Plural], err = loadLinks(tx, e, int(size)+1); err != nil {
				return fmt.Errorf("read the links of %s: %w", e.Plural, err)
			}
		}
		return nil
	})
	return s, err
}

// SourcedID is the sourcedId of a record that others refer to, "" where there
// is none.
func (s *Snapshot) SourcedID(entity string, id uint32) string {
	names := s.links[entity].names
	if int(id) >= len(names) {
		return ""
	}
	return names[id]
}

// Live is the set of active records of an entity. Callers must not change it.
func (s *Snapshot) Live(entity string) *roaring.Bitmap { return s.links[entity].live }

// Subset is the set of active records whose field is one of values. Callers
// must not change it.
func (s *Snapshot) Subset(entity string, only catalog.Subset) *roaring.Bitmap {
	if only.Field == "" {
		return s.Live(entity)
	}
	key := fmt.Sprintf("%s.%s %q", entity, only.Field, only.Values)
	s.mu.Lock()
	defer s.mu.Unlock()
	set, ok := s.subsets[key]
	if !ok {
		set = s.links[entity].having(only.Field, only.Values)
		s.subsets[key] = set
	}
	return set
}
