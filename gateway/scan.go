package gateway

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/paging"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
)

// scan finds the records of a set that meet the request's filter, in the order that it
// asks for.
func (g *Gateway) scan(ctx context.Context, req request, sees sight, chosen choice, set *roaring.Bitmap) (paging.List, error) {
	list := paging.List{Set: set}
	if chosen.condition == nil && chosen.order == nil {
		return list, nil
	}
	key := resultOf(req, sees, chosen)
	if known, ok := g.results.get(key); ok {
		return known, nil
	}
	if !req.again { // what is read again may hold a connection, and waits for nobody
		done, err := g.rates.Scan(ctx, sees.plan.App)
		if err != nil {
			return list, err
		}
		defer done()
		if known, ok := g.results.get(key); ok { // of somebody who went before
			return known, nil
		}
	}
	var err error
	if chosen.condition != nil {
		if list.Set, err = g.meeting(ctx, sees, chosen.condition, set); err != nil {
			return list, err
		}
	}
	if chosen.order != nil {
		if list.Order, err = g.ordered(ctx, sees, chosen, list.Set); err != nil {
			return list, err
		}
	}
	g.results.remember(sees.plan.App, key, list)
	return list, nil
}

// meeting reads the cells that a condition looks at.
func (g *Gateway) meeting(ctx context.Context, sees sight, c *condition, set *roaring.Bitmap) (*roaring.Bitmap, error) {
	met, meets := roaring.New(), c.on(sees)
	err := g.eachRecord(ctx, sees, c.selection, set, func(id uint32, cells [][]byte) {
		if meets(id, cells) {
			met.Add(id)
		}
	})
	return met, err
}

// eachRecord calls each for the records of set with the selected cells, or with none
// where nothing has to be read.
func (g *Gateway) eachRecord(ctx context.Context, sees sight, s roster.Selection, set *roaring.Bitmap, each func(uint32, [][]byte)) error {
	if s.Width() == 0 {
		set.Iterate(func(id uint32) bool {
			each(id, nil)
			return true
		})
		return nil
	}
	stamp, err := g.Roster.Read(ctx, s, set.ToArray(), func(id uint32, cells [][]byte) error {
		each(id, cells)
		return nil
	})
	if err != nil {
		return err
	}
	return sees.check(stamp)
}

// sortKey is what a record is ordered by.
type sortKey struct {
	id        uint32
	value     []byte
	sourcedID string
}

// ordered puts the records of set in the order asked for: by code points, those
// without a value last, equal ones by sourcedId.
func (g *Gateway) ordered(ctx context.Context, sees sight, chosen choice, set *roaring.Bitmap) ([]uint32, error) {
	entity := chosen.entity.Entity
	id, _ := entity.Field("sourcedId")
	selection := roster.Selection{Entity: entity, Fields: []catalog.Field{id}, Version: chosen.version}
	dates := sees.horizon.Dates(entity.Plural)
	byDate := chosen.order.Kind == catalog.Timestamp
	if !byDate {
		selection.Fields = append(selection.Fields, *chosen.order)
	}
	keys := make([]sortKey, 0, set.GetCardinality())
	err := g.eachRecord(ctx, sees, selection, set, func(id uint32, cells [][]byte) {
		k := sortKey{id: id, sourcedID: string(cells[0])}
		switch {
		case byDate:
			k.value = []byte(dates(id))
		case cells[1] != nil:
			k.value = slices.Clone(cells[1])
		}
		keys = append(keys, k)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(keys, chosen.compare)
	order := make([]uint32, len(keys))
	for i, k := range keys {
		order[i] = k.id
	}
	return order, nil
}

// compare orders two records.
func (c choice) compare(x, y sortKey) int {
	order := byCodePoint(x.value, y.value)
	if c.backwards && x.value != nil && y.value != nil {
		order = -order
	}
	if order == 0 {
		return strings.Compare(x.sourcedID, y.sourcedID)
	}
	return order
}

// byCodePoint orders two values, and puts a missing one last.
func byCodePoint(a, b []byte) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return bytes.Compare(a, b)
}

// result tells the results of scans apart, by what they depend on and by nothing else
// that a query may hold.
type result struct {
	reader    string
	version   catalog.Version
	stamp     revision.Stamp
	horizon   string // its revision
	path      string
	filter    string
	order     string // empty for that of ids
	backwards bool
}

func resultOf(req request, sees sight, chosen choice) result {
	r := result{
		reader: sees.reader, version: chosen.version, stamp: sees.stamp, horizon: sees.horizon.Revision(), path: req.path,
		filter: req.filter.String(), backwards: chosen.backwards,
	}
	if chosen.order != nil {
		r.order = chosen.order.Name
	}
	return r
}

// results remembers what filters and sorts gave, so that the pages of a walk do
// not scan again. Clients may ask for endless different ones: of each app only
// the latest are kept, whatever else it asks for, and of all together as much as
// there is room for.
type results struct {
	mu         sync.Mutex
	remembered []scanned // what was asked for last stands last

	hits, misses int64 // of those who asked for a filter or a sort
}

type scanned struct {
	app  string
	by   result
	list paging.List
}

// The bounds of what is remembered.
const (
	maxOwnResults  = 8
	maxResultBytes = 128 << 20
)

func (r *results) get(by result) (paging.List, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.remembered, func(one scanned) bool { return one.by == by })
	if i < 0 {
		return paging.List{}, false
	}
	found := r.remembered[i]
	r.remembered = append(slices.Delete(r.remembered, i, i+1), found)
	r.hits++
	return found.list, true
}

// remember notes one more, and forgets the oldest ones that there is no room for.
func (r *results) remember(app string, by result, list paging.List) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.misses++
	r.remembered = append(r.remembered, scanned{app, by, list})
	own, bytes := 0, 0
	var fitting []scanned
	for i, one := range slices.Backward(r.remembered) {
		if one.app == app {
			own++
		}
		bytes += one.list.Size()
		newest := i == len(r.remembered)-1
		if !newest && (bytes > maxResultBytes || one.app == app && own > maxOwnResults) {
			continue
		}
		fitting = append(fitting, one)
	}
	slices.Reverse(fitting)
	r.remembered = fitting
}
