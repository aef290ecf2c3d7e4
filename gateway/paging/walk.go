package paging

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/revision"
)

// A walk is a client's way through the pages of a list by offsets. Its places are
// those of the list as it was when the walk began, with what came into the list
// meanwhile behind them. What left the list is passed over, so that a walk stays
// whole when an import or a saved permission changes the list in its middle:
// whoever was in the list all the time comes once, in whatever order the pages
// are asked for.
//
// A page begins where the one before it ended, if that was asked for; else at its
// own place. It ends before one that was already asked for, and is full otherwise.
// Pages that overlap by what was asked for, as the ten from 5 on and the ten from 0
// on do, are not of one way through the list, and leave each other alone.
//
// Walks are remembered by one process only: behind a load balancer, next links
// are the way. They hold a cursor, which needs no memory.
type walk struct {
	key     string
	limit   uint64         // of its first page
	list    List           // as it was
	at      revision.State // of the roster at its newest page, under the lock of the walks
	charged int            // bytes, as they were counted, under that lock too

	mu        sync.Mutex
	spans     []span          // that were asked for, by offset
	reached   map[uint64]mark // where the page before an offset ended
	endOffset uint64          // behind the last record, 0 while it is not known
	led       time.Time       // when it last led to a record
}

// mark is a point on a walk.
type mark struct {
	place uint64 // how many of the list lie before it
	after uint32 // when all do, the last of those who came meanwhile that does
}

// span is the part of a walk that a page took.
type span struct {
	offset, limit uint64 // as it was asked for
	from, to      mark
}

func byOffset(s span, offset uint64) int { return cmp.Compare(s.offset, offset) }

func (w *walk) length() uint64 { return w.list.Set.GetCardinality() }

// List is what is paged: the records of a set, in the order of their ids or, where
// there is one, in another.
type List struct {
	Set   *roaring.Bitmap
	Order []uint32 // nil for the order of ids
}

// Size is what the list takes, in bytes.
func (l List) Size() int { return int(l.Set.GetSizeInBytes()) + 4*cap(l.Order) }

// Page is the part of a list that a request asks for.
type Page struct {
	IDs     []uint32
	Total   uint64 // of the records behind all pages, as the client counts
	More    bool   // there is a next page
	Resume  uint32 // the record behind which a cursor may lead on; 0 where only offsets do
	Ordered bool   // IDs are in the order of the list, not in their own
}

// page takes the records from an offset on that are still in the list.
func (w *walk) page(offset, limit uint64, now List, at time.Time) Page {
	w.mu.Lock()
	defer w.mu.Unlock()
	start, exact := w.start(offset)
	way := w.way(now)
	ids, end := way.between(start, w.stop(offset+limit), limit)
	p := Page{IDs: ids, Total: now.Set.GetCardinality(), Ordered: now.Order != nil || !slices.IsSorted(ids)}
	n, left := uint64(len(ids)), way.left(end)
	if exact {
		// So that who stops at the total stops at the end, whatever came or went.
		p.Total = offset + n + left
	}
	p.More = n > 0 && left > 0
	if p.More && !p.Ordered && end.place <= w.length() && end.after == 0 {
		p.Resume = ids[n-1]
	}
	if n > 0 {
		w.led = at
	}
	w.remember(span{offset, limit, start, end}, n, left)
	return p
}

// start is where the page at an offset begins. It is exact where the page before
// was asked for.
func (w *walk) start(offset uint64) (m mark, exact bool) {
	if m, ok := w.reached[offset]; ok || offset == 0 {
		return m, true
	}
	if w.endOffset > 0 && offset >= w.endOffset || offset >= w.length() {
		return mark{place: w.length(), after: last}, false
	}
	m = mark{place: offset}
	i, _ := slices.BinarySearchFunc(w.spans, offset, byOffset)
	for _, before := range slices.Backward(w.spans[:i]) {
		if before.offset+before.limit > offset {
			continue
		}
		if before.to.place > offset {
			m = before.to // it took what stood here, for others had gone
		}
		break
	}
	return m, false
}

// stop is where a page must end that was to end before an offset: before the next
// one that was already asked for.
func (w *walk) stop(offset uint64) mark {
	i, _ := slices.BinarySearchFunc(w.spans, offset, byOffset)
	if i == len(w.spans) {
		return mark{place: w.length(), after: last}
	}
	return w.spans[i].from
}

// remember notes a page of n records, behind which others are left.
func (w *walk) remember(s span, n, left uint64) {
	switch i, again := slices.BinarySearchFunc(w.spans, s.offset, byOffset); {
	case again:
		w.spans[i] = s
	case len(w.spans) < maxSpans:
		w.spans = slices.Insert(w.spans, i, s)
	}
	if n == 0 {
		return
	}
	if len(w.reached) < maxSpans {
		w.reached[s.offset+n] = s.to
	}
	if left == 0 {
		w.endOffset = s.offset + n
	}
}

// last is behind every id.
const last = ^uint32(0)

// way is a walk through a list as it is now.
type way struct {
	*walk
	now       *roaring.Bitmap
	still     *roaring.Bitmap // of the list as it was
	newcomers *roaring.Bitmap
}

func (w *walk) way(now List) way {
	if w.list.Set.Equals(now.Set) {
		return way{walk: w, now: now.Set, still: now.Set, newcomers: roaring.New()}
	}
	newcomers := roaring.New()
	if w.list.Order == nil { // nobody can be told where in an order that is over
		newcomers = roaring.AndNot(now.Set, w.list.Set)
	}
	return way{walk: w, now: now.Set, still: roaring.And(now.Set, w.list.Set), newcomers: newcomers}
}

// between are at most limit records from start to stop, and where they end.
func (w way) between(start, stop mark, limit uint64) ([]uint32, mark) {
	ids := make([]uint32, 0, min(limit, w.now.GetCardinality()))
	at := start
	for id := range w.from(start.place) {
		if at.place >= stop.place || uint64(len(ids)) == limit {
			return ids, at
		}
		at.place++
		if w.now.Contains(id) {
			ids = append(ids, id)
		}
	}
	for it := w.behind(at.after); it.HasNext() && uint64(len(ids)) < limit && it.PeekNext() <= stop.after; {
		at.after = it.Next()
		ids = append(ids, at.after)
	}
	return ids, at
}

// from walks through the list as it was, from a place on.
func (w way) from(place uint64) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		if place >= w.length() {
			return
		}
		if w.list.Order != nil {
			for _, id := range w.list.Order[place:] {
				if !yield(id) {
					return
				}
			}
			return
		}
		first, _ := w.list.Set.Select(uint32(place)) // it is in the list
		it := w.list.Set.Iterator()
		for it.AdvanceIfNeeded(first); it.HasNext(); {
			if !yield(it.Next()) {
				return
			}
		}
	}
}

// behind walks through the newcomers behind one of them.
func (w way) behind(after uint32) roaring.IntPeekable {
	it := w.newcomers.Iterator()
	if after > 0 {
		it.AdvanceIfNeeded(after)
		if it.HasNext() && it.PeekNext() == after {
			it.Next()
		}
	}
	return it
}

// left is how many records lie behind a mark.
func (w way) left(m mark) uint64 {
	newcomers := w.newcomers.GetCardinality() - w.newcomers.Rank(m.after)
	switch {
	case m.place >= w.length():
		return newcomers
	case w.list.Order == nil:
		first, _ := w.list.Set.Select(uint32(m.place))
		return w.still.GetCardinality() - w.still.Rank(first-1) + newcomers // ids begin with 1
	case w.still.GetCardinality() == w.length():
		return w.length() - m.place
	}
	left := newcomers
	for _, id := range w.list.Order[m.place:] {
		if w.still.Contains(id) {
			left++
		}
	}
	return left
}
