package gateway

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// chosen is what a filter left, or the order that a sort gave, of one list.
type chosen struct {
	set   *roaring.Bitmap
	order []uint32
}

func (c chosen) size() int { return int(c.set.GetSizeInBytes()) + 4*cap(c.order) }

// results remembers what filters and sorts gave, so that the pages of a walk do
// not scan again. Clients may ask for endless different ones: of each app only
// the latest are kept, whatever else it asks for, and of all together as much as
// there is room for.
type results struct {
	mu   sync.Mutex
	kept []result // what was asked for last stands last
}

type result struct {
	app, key string
	chosen
}

// The bounds of what is remembered.
const (
	maxOwnResults  = 8
	maxResultBytes = 128 << 20
)

func (r *results) get(key string) (chosen, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.kept, func(one result) bool { return one.key == key })
	if i < 0 {
		return chosen{}, false
	}
	found := r.kept[i]
	r.kept = append(slices.Delete(r.kept, i, i+1), found)
	return found.chosen, true
}

// keep remembers one more, and forgets the oldest ones that there is no room for.
func (r *results) keep(app, key string, c chosen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = append(r.kept, result{app, key, c})
	own, bytes := 0, 0
	var kept []result
	for i, one := range slices.Backward(r.kept) {
		if one.app == app {
			own++
		}
		bytes += one.size()
		newest := i == len(r.kept)-1
		if !newest && (bytes > maxResultBytes || one.app == app && own > maxOwnResults) {
			continue
		}
		kept = append(kept, one)
	}
	slices.Reverse(kept)
	r.kept = kept
}
