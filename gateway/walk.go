package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/secret"
)

// A walk is a client's way through the pages of a list. Pages are in the order of
// ids, which never change, so a walk stays whole while imports change the list
// in its middle, as long as each page begins behind the last record of the page
// before. A client that follows the next link says where that was, by a cursor.
// For one that counts offsets it is remembered here; a page that no remembered
// one led to begins where it lay when the walk began.
//
// Walks are remembered by one process only: behind a load balancer, next links
// are the way.
type walk struct {
	base    chosen            // what the list held when the walk began
	reached map[uint64]uint32 // the last record before an offset; in an order, the place behind it
	used    time.Time
}

// walks remembers the latest walks.
type walks struct {
	mu    sync.Mutex
	byKey map[string]*walk
}

// The bounds of what is remembered.
const (
	maxWalks   = 256
	maxReached = 100_000
	walkLife   = time.Hour
)

// begin forgets an earlier walk and remembers what the list holds now.
func (w *walks) begin(key string, base chosen, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k, old := range w.byKey {
		if now.Sub(old.used) > walkLife {
			delete(w.byKey, k)
		}
	}
	for k := range w.byKey {
		if len(w.byKey) < maxWalks {
			break
		}
		delete(w.byKey, k)
	}
	w.byKey[key] = &walk{base: base, reached: map[uint64]uint32{}, used: now}
}

// find says behind which record the page at an offset begins. It is exact where
// the page before was seen.
func (w *walks) find(key string, offset uint64, set *roaring.Bitmap, now time.Time) (after uint32, exact bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if walk, ok := w.byKey[key]; ok && now.Sub(walk.used) <= walkLife {
		walk.used = now
		if after, ok := walk.reached[offset]; ok {
			return after, true
		}
		set = walk.base.set
	}
	if offset >= set.GetCardinality() {
		return ^uint32(0), false
	}
	first, err := set.Select(uint32(offset))
	if err != nil {
		return ^uint32(0), false
	}
	return first - 1, false // ids begin with 1
}

// resume is find for a list that has an order: the order of the walk, and the
// place in it at which the page begins.
func (w *walks) resume(key string, offset uint64, order []uint32, now time.Time) ([]uint32, uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	walk, ok := w.byKey[key]
	if !ok || now.Sub(walk.used) > walkLife {
		return order, offset
	}
	walk.used = now
	if place, ok := walk.reached[offset]; ok {
		return walk.base.order, uint64(place)
	}
	return walk.base.order, offset
}

// reach remembers where a page ended.
func (w *walks) reach(key string, offset uint64, last uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if walk, ok := w.byKey[key]; ok && len(walk.reached) < maxReached {
		walk.reached[offset] = last
	}
}

// walkKey tells the walks of a reader apart: by what is listed, not by how much
// of it at once.
func walkKey(reader, path string, query url.Values) string {
	listed := url.Values{}
	for name, values := range query {
		if name != "limit" && name != "offset" && name != cursorParameter {
			listed[name] = values
		}
	}
	return reader + "\n" + path + "?" + listed.Encode()
}

// cursorParameter is in next links. What it holds is sealed, for an id tells how
// many records there are that an app does not see.
const cursorParameter = "cursor"

func sealCursor(key secret.Key, walk string, after uint32) (string, error) {
	sealed, err := key.Seal(binary.BigEndian.AppendUint32(nil, after), "cursor "+walk)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// openCursor reads a cursor of the same walk.
func openCursor(key secret.Key, walk, cursor string) (uint32, error) {
	wrong := invalid("The parameter cursor is not that of a next link of this list.")
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, wrong
	}
	plain, err := key.Open(sealed, "cursor "+walk)
	if err != nil || len(plain) != 4 {
		return 0, wrong
	}
	return binary.BigEndian.Uint32(plain), nil
}

// page is the window of a list that a request asks for.
type page struct {
	key   string // of the walk
	ids   []uint32
	total uint64
	next  string // the cursor of the next page, if it has one
	more  bool   // there is a next page

	ordered bool // ids are in the order asked for, not in their own
}

// turn finds the page of a list that the request asks for.
func (g *Gateway) turn(req request, reader string, list chosen) (page, error) {
	if list.order != nil {
		return g.turnOrdered(req, reader, list), nil
	}
	set := list.set
	p := page{key: walkKey(reader, req.path, req.query), total: set.GetCardinality()}
	after, exact := uint32(0), false
	switch cursor, given := req.query[cursorParameter]; {
	case given:
		var err error
		if after, err = openCursor(g.Key, p.key, cursor[0]); err != nil {
			return p, err
		}
		exact = true
	case req.offset == 0:
		g.walks.begin(p.key, list, g.Clock())
	default:
		after, exact = g.walks.find(p.key, req.offset, set, g.Clock())
	}
	behind := set.GetCardinality() - set.Rank(after)
	if exact {
		// So that who stops at the total stops at the end, whatever came or went.
		p.total = req.offset + behind
	}
	p.ids = following(set, after, req.limit)
	if n := uint64(len(p.ids)); n > 0 {
		last := p.ids[n-1]
		g.walks.reach(p.key, req.offset+n, last)
		if behind > n {
			var err error
			p.more = true
			p.next, err = sealCursor(g.Key, p.key, last)
			return p, err
		}
	}
	return p, nil
}

// turnOrdered is turn for a list that was sorted. Its walk keeps the order that
// it began with, less what has gone meanwhile.
func (g *Gateway) turnOrdered(req request, reader string, list chosen) page {
	p := page{key: walkKey(reader, req.path, req.query), ordered: true}
	order, place := list.order, uint64(0)
	if req.offset == 0 {
		g.walks.begin(p.key, list, g.Clock())
	} else {
		order, place = g.walks.resume(p.key, req.offset, list.order, g.Clock())
	}
	for ; place < uint64(len(order)) && uint64(len(p.ids)) < req.limit; place++ {
		if list.set.Contains(order[place]) {
			p.ids = append(p.ids, order[place])
		}
	}
	p.total = list.set.GetCardinality()
	if n := uint64(len(p.ids)); n > 0 {
		g.walks.reach(p.key, req.offset+n, uint32(place))
		p.more = place < uint64(len(order))
		p.total = max(p.total, req.offset+n)
	}
	return p
}

// following are the first limit records of set behind after.
func following(set *roaring.Bitmap, after uint32, limit uint64) []uint32 {
	ids := make([]uint32, 0, min(limit, set.GetCardinality()))
	if after == ^uint32(0) {
		return ids
	}
	it := set.Iterator()
	for it.AdvanceIfNeeded(after + 1); it.HasNext() && uint64(len(ids)) < limit; {
		ids = append(ids, it.Next())
	}
	return ids
}

// number writes n for a URL or a header.
func number(n uint64) string { return strconv.FormatUint(n, 10) }
