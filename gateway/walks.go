package gateway

import (
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/rostergate/rostergate/roster/view"
)

// walks remembers the latest walks, by reader, so that nobody pushes out those of
// another.
type walks struct {
	mu       sync.Mutex
	byReader map[string][]*walk // what was used last stands last
}

// The bounds of what is remembered of a reader.
const (
	maxWalks     = 256
	maxWalkBytes = 32 << 20
	maxSpans     = 100_000
	spanBytes    = 128 // a span and a mark, with what they stand in
	walkLife     = time.Hour
)

// step is a page that is asked for.
type step struct {
	key           string
	offset, limit uint64
}

// find finds the walk that a step belongs to. At offset 0 a walk begins. Of
// several through one list, it is the latest that leads to the page or has pages
// of its size: who only looks how many records there are begins a walk, too. A walk
// that was in a state which the roster did not go through is no walk through this
// list: after a failover its ids may be those of other records.
func (all *walks) find(reader string, s step, through *view.Snapshot, list chosen, now time.Time) *walk {
	all.mu.Lock()
	defer all.mu.Unlock()
	kept := slices.DeleteFunc(all.byReader[reader], func(w *walk) bool { return w.over(now) })
	found := &walk{key: s.key, limit: s.limit, list: list, at: through.State, reached: map[uint64]mark{}, led: now}
	for _, w := range slices.Backward(kept) {
		if s.offset > 0 && w.key == s.key && through.Follows(w.at) && w.takes(s) {
			found = w
			break
		}
	}
	found.at = through.State
	kept = append(slices.DeleteFunc(kept, func(w *walk) bool { return w == found }), found)
	all.byReader[reader] = trimmed(kept)
	return found
}

// takes reports whether the step may be one of the walk.
func (w *walk) takes(s step) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, leads := w.reached[s.offset]
	beyond := w.end == 0 && s.offset >= w.length()
	return leads || w.limit == s.limit && !beyond
}

// over reports whether the walk led nowhere for long.
func (w *walk) over(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return now.Sub(w.led) > walkLife
}

// trimmed is the end of a list of walks that there is room for.
func trimmed(kept []*walk) []*walk {
	bytes := 0
	for i, w := range slices.Backward(kept) {
		bytes += w.size()
		newest := i == len(kept)-1
		if !newest && (len(kept)-i > maxWalks || bytes > maxWalkBytes) {
			return slices.Clone(kept[i+1:])
		}
	}
	return kept
}

// size is what the walk takes, in bytes.
func (w *walk) size() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.list.size() + spanBytes*max(len(w.spans), len(w.reached))
}

// walkKey tells the walks of a reader apart: by what is listed, not by how much of it
// at once, and by the order that the list has, not by the one that is asked for: when
// its field is hidden, the order is over.
func walkKey(reader, path string, query url.Values, sorting string) string {
	listed := url.Values{}
	for name, values := range query {
		switch name {
		case "limit", "offset", "sort", "orderBy", cursorParameter:
		default:
			listed[name] = values
		}
	}
	return reader + "\n" + path + "?" + listed.Encode() + sorting
}
