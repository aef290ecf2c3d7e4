package paging

import (
	"slices"
	"sync"
	"time"

	"github.com/rostergate/rostergate/revision"
)

// Walks remembers the latest walks, by reader, so that nobody pushes out those of
// another. One that led nowhere for an hour is let go, and so is the oldest of a reader,
// or of the reader that has most, where there are too many. It may be used by several
// goroutines. Make it with NewWalks.
type Walks struct {
	mu       sync.Mutex
	byReader map[string]*walksOfOne
	count    int
	bytes    int
	swept    time.Time // when all that were over were let go
}

// walksOfOne are those of one reader.
type walksOfOne struct {
	walks []*walk // what was used last stands last
	bytes int     // as they were charged
}

// NewWalks remembers none.
func NewWalks() *Walks { return &Walks{byReader: map[string]*walksOfOne{}} }

// The bounds of what is remembered, of a reader and of all.
const (
	maxWalks      = 256
	maxWalkBytes  = 32 << 20
	maxAllWalks   = 4096
	maxAllBytes   = 256 << 20
	maxSpans      = 100_000
	walkBytes     = 512 // a walk without its list
	spanBytes     = 128 // a span and a mark, with what they stand in
	walkLife      = time.Hour
	sweepInterval = time.Minute
)

// Step is a page that is asked for.
type Step struct {
	Reader        string
	List          string // tells the lists of a reader apart, however much of them is asked for at once
	Offset, Limit uint64
}

// State is the roster that a list is of.
type State struct {
	revision.State
	Follows func(revision.State) bool // reports whether the roster went through a state, or is in it
}

// Page is the part of the list, as it is now, that a step asks for.
func (all *Walks) Page(s Step, list List, of State, now time.Time) Page {
	return all.find(s, list, of, now).page(s.Offset, s.Limit, list, now)
}

// LetGo lets all walks go that led nowhere for an hour, at most once a minute.
func (all *Walks) LetGo(now time.Time) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.sweep(now)
}

// Held is how many walks are remembered, and in how many bytes.
func (all *Walks) Held() (walks, bytes int) {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.count, all.bytes
}

func (all *Walks) sweep(now time.Time) {
	if now.Sub(all.swept).Abs() < sweepInterval {
		return
	}
	all.swept = now
	for reader, own := range all.byReader {
		for _, w := range slices.Clone(own.walks) {
			if w.over(now) {
				all.drop(reader, w)
			}
		}
	}
}

// find finds the walk that a step belongs to. At offset 0 a walk begins. Of
// several through one list, it is the latest that leads to the page or has pages
// of its size: who only looks how many records there are begins a walk, too. A walk
// that was in a state which the roster did not go through is no walk through this
// list: after a failover its ids may be those of other records.
func (all *Walks) find(s Step, list List, of State, now time.Time) *walk {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.sweep(now)
	own := all.byReader[s.Reader]
	if own == nil {
		own = &walksOfOne{}
		all.byReader[s.Reader] = own
	}
	found := own.leadingTo(s, of, now)
	if found == nil {
		found = &walk{key: s.List, limit: s.Limit, list: list, reached: map[uint64]mark{}, led: now}
		own.walks = append(own.walks, found)
		all.count++
	}
	found.at = of.State
	own.walks = append(slices.DeleteFunc(own.walks, func(w *walk) bool { return w == found }), found)
	all.charge(own, found)
	all.trim(s.Reader, own)
	return found
}

// leadingTo is the walk of a step that is no first one, nil where there is none.
func (own *walksOfOne) leadingTo(s Step, of State, now time.Time) *walk {
	for _, w := range slices.Backward(own.walks) {
		if s.Offset > 0 && w.key == s.List && of.Follows(w.at) && w.takes(s) && !w.over(now) {
			return w
		}
	}
	return nil
}

// charge counts what a walk takes now.
func (all *Walks) charge(own *walksOfOne, w *walk) {
	size := w.size()
	own.bytes += size - w.charged
	all.bytes += size - w.charged
	w.charged = size
}

// drop forgets a walk of a reader.
func (all *Walks) drop(reader string, w *walk) {
	own := all.byReader[reader]
	own.walks = slices.DeleteFunc(own.walks, func(other *walk) bool { return other == w })
	own.bytes -= w.charged
	all.bytes -= w.charged
	all.count--
	if len(own.walks) == 0 {
		delete(all.byReader, reader)
	}
}

// trim forgets walks that there is no room for, but for the one that is used now: the
// oldest ones of its reader, and of whichever reader holds most.
func (all *Walks) trim(reader string, own *walksOfOne) {
	for len(own.walks) > 1 && (len(own.walks) > maxWalks || own.bytes > maxWalkBytes) {
		all.drop(reader, own.walks[0])
	}
	for all.count > 1 && (all.count > maxAllWalks || all.bytes > maxAllBytes) {
		most := all.most(reader)
		all.drop(most, all.byReader[most].walks[0])
	}
}

// most is the reader that holds most, apart from one that has only the walk that it uses.
func (all *Walks) most(using string) (most string) {
	bytes := -1
	for reader, own := range all.byReader {
		if own.bytes > bytes && (reader != using || len(own.walks) > 1) {
			most, bytes = reader, own.bytes
		}
	}
	return most
}

// takes reports whether the step may be one of the walk.
func (w *walk) takes(s Step) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, leads := w.reached[s.Offset]
	beyond := w.endOffset == 0 && s.Offset >= w.length()
	return leads || w.limit == s.Limit && !beyond
}

// over reports whether the walk led nowhere for long.
func (w *walk) over(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return now.Sub(w.led) > walkLife
}

// size is what the walk takes, in bytes.
func (w *walk) size() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return walkBytes + w.list.Size() + spanBytes*max(len(w.spans), len(w.reached))
}
