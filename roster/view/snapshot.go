package view

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/flight"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/history"
	"gorm.io/gorm"
)

// Memory reads snapshots, and remembers the one that it read last. It is safe for
// concurrent use.
type Memory struct {
	db     *database.Database
	pinned bool // db is one transaction, which nobody else may wait for
	last   *remembered
}

// remembered is what every handle of a Memory shares.
type remembered struct {
	loads   flight.Group[*Snapshot]
	turns   atomic.Int64 // given to readings as they begin
	mu      sync.Mutex
	current *Snapshot
	turn    int64 // of the reading of current, or of one before it
}

// NewMemory remembers nothing yet of the roster in db.
func NewMemory(db *database.Database) *Memory { return &Memory{db: db, last: &remembered{}} }

// CountPanics has the panics of readings counted; it is called before the first one.
func (m *Memory) CountPanics(by *fault.Panics) { m.last.loads.Panics = by }

// At is the same memory, which reads in a transaction of its database.
func (m *Memory) At(db *database.Database) *Memory {
	return &Memory{db: db, pinned: true, last: m.last}
}

// Snapshot holds how the records of one generation hang together: which are
// active, and the ids that each refers to. It is immutable but for answers that
// it remembers, and safe for concurrent use.
type Snapshot struct {
	revision.State
	History *history.History

	links map[string]*links

	mu       sync.Mutex
	subsets  map[string]*roaring.Bitmap
	inverses map[string]*inverse
	views    map[string]func() *View
	beside   map[reflect.Type]any
}

// Beside is what somebody works out of a snapshot and keeps beside it, one of each
// type: it is let go of with the snapshot. Whoever asks first makes it.
func Beside[T any](s *Snapshot, empty func() *T) *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := reflect.TypeFor[T]()
	kept, ok := s.beside[kind].(*T)
	if !ok {
		kept = empty()
		s.beside[kind] = kept
	}
	return kept
}

// Snapshot is the roster's newest state. It is read once per generation, in one
// transaction, and shared.
func (m *Memory) Snapshot(ctx context.Context) (*Snapshot, error) {
	now, err := revision.Read(m.db.Read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if s := m.Remembered(); s != nil && s.State == now.State() {
		return s, nil
	}
	if m.pinned {
		s, err := read(ctx, m.db)
		if err == nil {
			m.last.keep(s)
		}
		return s, err
	}
	return m.last.loads.Do(ctx, fmt.Sprint(now.State()), m.load)
}

// load reads the newest state and remembers it.
func (m *Memory) load(ctx context.Context) (*Snapshot, error) {
	turn := m.last.turns.Add(1)
	s, err := read(ctx, m.db)
	if err == nil {
		m.last.replace(turn, s)
	}
	return s, err
}

// replace remembers a snapshot of which the reading began after that of the remembered
// one: whatever its number, for a server that took over may have lost generations.
func (r *remembered) replace(turn int64, s *Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if turn > r.turn {
		r.current, r.turn = s, turn
	}
}

// keep remembers a snapshot that is newer, of a state that a transaction stands still in.
// One that the remembered one does not come from is of another history, and was read
// later.
func (r *remembered) keep(s *Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.current; old == nil || old.Epoch != s.Epoch || !old.Follows(s.State) {
		r.current = s
	}
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
	mark := s.History.Marks[state.Generation]
	return mark == state.Mark || mark == 0 || state.Mark == 0
}

// Remembered is the snapshot that was read last, or nil. It may be outdated,
// which the stamp of whatever is read with it tells.
func (m *Memory) Remembered() *Snapshot {
	m.last.mu.Lock()
	defer m.last.mu.Unlock()
	return m.last.current
}

func read(ctx context.Context, db *database.Database) (*Snapshot, error) {
	s := &Snapshot{
		links: map[string]*links{}, subsets: map[string]*roaring.Bitmap{},
		inverses: map[string]*inverse{}, views: map[string]func() *View{}, beside: map[reflect.Type]any{},
	}
	err := db.Snapshot(ctx, func(tx *gorm.DB) error {
		stamp, err := revision.Read(tx)
		if err != nil {
			return err
		}
		s.State = stamp.State()
		if s.History, err = history.Load(tx, s.Generation); err != nil {
			return err
		}
		last, err := roster.LastIDs(tx)
		if err != nil {
			return err
		}
		for _, e := range catalog.Entities() {
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

// SourcedIDs lists the sourcedIds of the active records of an entity that others refer to.
func (s *Snapshot) SourcedIDs(entity string) []string {
	var all []string
	s.Live(entity).Iterate(func(id uint32) bool {
		all = append(all, s.SourcedID(entity, id))
		return true
	})
	return all
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
