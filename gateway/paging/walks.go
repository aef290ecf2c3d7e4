package paging

import (
	"slices"
	"sync"
	"time"

	"github.com/rostergate/rostergate/revision"
)

// Walks remembers the latest walks, by reader, so that nobody pushes out those of
// another. It may be used by several goroutines. Make it with NewWalks.
type Walks struct {
	mu       sync.Mutex
	byReader map[string][]*walk // what was used last stands last
}

// NewWalks remembers none.
func NewWalks() *Walks { return &Walks{byReader: map[string][]*walk{}} }

// The bounds of what is remembered of a reader.
const (
	maxWalks     = 256
	maxWalkBytes = 32 << 20
	maxSpans     = 100_000
	spanBytes    = 128 // a span and a mark, with what they stand in
	walkLife     = time.Hour
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

// find finds the walk that a step belongs to. At offset 0 a walk begins. Of
// several through one list, it is the latest that leads to the page or has pages
// of its size: who only looks how many records there are begins a walk, too. A walk
// that was in a state which the roster did not go through is no walk through this
// list: after a failover its ids may be those of other records.
func (all *Walks) find(s Step, list List, of State, now time.Time) *walk {
	all.mu.Lock()
	defer all.mu.Unlock()
	known := slices.DeleteFunc(all.byReader[s.Reader], func(w *walk) bool { return w.over(now) })
	found := &walk{key: s.List, limit: s.Limit, list: list, reached: map[uint64]mark{}, led: now}
	for _, w := range slices.Backward(known) {
		if s.Offset > 0 && w.key == s.List && of.Follows(w.at) && w.takes(s) {
			found = w
			break
		}
	}
	found.at = of.State
	known = append(slices.DeleteFunc(known, func(w *walk) bool { return w == found }), found)
	all.byReader[s.Reader] = trimmed(known)
	return found
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

// trimmed is the end of a list of walks that there is room for.
func trimmed(all []*walk) []*walk {
	bytes := 0
	for i, w := range slices.Backward(all) {
		bytes += w.size()
		newest := i == len(all)-1
		if !newest && (len(all)-i > maxWalks || bytes > maxWalkBytes) {
			return slices.Clone(all[i+1:])
		}
	}
	return all
}

// size is what the walk takes, in bytes.
func (w *walk) size() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.list.Size() + spanBytes*max(len(w.spans), len(w.reached))
}
