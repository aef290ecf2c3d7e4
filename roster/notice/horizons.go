package notice

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/flight"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/view"
)

// Horizons dates what readers see, and keeps in the ledger's database what each of
// them saw last. It is safe for concurrent use.
type Horizons struct {
	views  *view.Memory
	ledger *database.Database
	newest *database.Database // the roster's: what holds now
	clock  func() time.Time
	moves  flight.Group[*Horizon]
}

// NewHorizons dates the sights of views; it keeps what readers saw in the ledger's
// database, and reads in the roster's which state holds.
func NewHorizons(views *view.Memory, roster, ledger *database.Database, clock func() time.Time) *Horizons {
	return &Horizons{views: views, ledger: ledger, newest: roster, clock: clock}
}

// CountPanics has the panics of comparisons counted; it is called before the first one.
func (h *Horizons) CountPanics(by *fault.Panics) { h.moves.Panics = by }

// Horizon finds the horizon of a sight. Where the reader saw something else when
// it last asked, the difference is dated now and kept.
func (h *Horizons) Horizon(ctx context.Context, sight Sight) (*Horizon, error) {
	if known := h.Remembered(sight.Reader, sight.Print, sight.Stamp); known != nil {
		return known, nil
	}
	moved, err := h.moves.Do(ctx, sight.key(), func(ctx context.Context) (*Horizon, error) {
		// Whoever asked may hang up; what is dated stays dated.
		return h.move(ctx, sight)
	})
	if err != nil {
		return nil, fmt.Errorf("date what a reader sees: %w", err)
	}
	keepHorizon(moved)
	return moved, nil
}

// Foresee finds the horizon that Horizon would find now, and keeps nothing of it:
// whoever is only shown what a reader would get must not move what the reader saw
// last.
func (h *Horizons) Foresee(ctx context.Context, sight Sight) (*Horizon, error) {
	if known := h.Remembered(sight.Reader, sight.Print, sight.Stamp); known != nil {
		return known, nil
	}
	foreseen, err := h.foresee(ctx, sight)
	if err != nil {
		return nil, fmt.Errorf("foresee what a reader would see: %w", err)
	}
	return foreseen, nil
}

// Remembered is the horizon of the sight that the reader had last, if it has this
// print and stamp, else nil. It reads nothing.
func (h *Horizons) Remembered(reader, print string, at revision.Stamp) *Horizon {
	s := h.views.Remembered()
	if s == nil || s.State != at.State() {
		return nil
	}
	m := memoryOf(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.horizons[reader]; known != nil && known.sight.Print == print && known.sight.Stamp == at {
		return known
	}
	return nil
}

// Held is how many horizons are kept beside the snapshot that was read last.
func (h *Horizons) Held() int {
	s := h.views.Remembered()
	if s == nil {
		return 0
	}
	m := memoryOf(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.horizons)
}

// noticed is what is kept beside a snapshot: it dates no answer once the snapshot is
// outdated, and is let go of with it.
type noticed struct {
	mu       sync.Mutex
	horizons map[string]*Horizon // by reader
	touches  map[string]touched
}

func memoryOf(s *view.Snapshot) *noticed {
	return view.Beside(s, func() *noticed { return &noticed{horizons: map[string]*Horizon{}, touches: map[string]touched{}} })
}

func keepHorizon(h *Horizon) {
	s := h.sight.View.Snapshot
	if h.sight.Stamp.State() != s.State {
		return
	}
	m := memoryOf(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.horizons[h.sight.Reader] = h
}

// moment is when a reader's sight moves: now, but later than anything that the
// reader can have seen.
func (h *Horizons) moment(last moment.Moment, s *view.Snapshot) moment.Moment {
	return moment.After(h.clock(), last, s.History.Times[s.Generation])
}
