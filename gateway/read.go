package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/rostergate/rostergate/catalog"
)

// read reads the allowed cells of a page's records and writes the body.
func (g *Gateway) read(ctx context.Context, req request, sees sight, chosen choice, p page) ([]byte, error) {
	projected, err := g.projection(sees, chosen.entity, chosen.version, chosen.manners)
	if err != nil {
		return nil, err
	}
	asked := ascending(p.IDs, p.Ordered)
	w := writing{
		body: g.bodies.buffer(len(p.IDs)), single: req.route.Single, entity: chosen.entity.Entity, starts: make([]int, 0, len(p.IDs)),
	}
	w.openBody()
	stamp, err := g.Roster.Read(ctx, projected.selection, asked, func(id uint32, cells [][]byte) error {
		w.beginRecord()
		w.body = projected.append(w.body, id, cells)
		return nil
	})
	if err == nil {
		err = sees.check(stamp)
	}
	switch {
	case err != nil:
		return nil, err
	case len(w.starts) != len(p.IDs):
		return nil, fmt.Errorf("read %s: %d of %d records are not where the view says", req.route.Entity, len(p.IDs)-len(w.starts), len(p.IDs))
	}
	if p.Ordered {
		w.arrange(asked, p.IDs)
	}
	return w.closeBody(req, chosen.warnings)
}

// ascending is how ids are read; those of an order are in that order.
func ascending(ids []uint32, ordered bool) []uint32 {
	if !ordered {
		return ids
	}
	return slices.Sorted(slices.Values(ids))
}

// bodies are buffers for the bodies of answers: a page is written over one that was
// sent before. Long lists have buffers of their own, so that a short answer never
// holds what a long one needed, and the largest are kept by nobody.
type bodies struct{ short, long sync.Pool }

const (
	shortBody = 1 << 20
	longBody  = 16 << 20
	shortList = 1000 // records; most are shorter than a kilobyte
)

// buffer is an empty one for so many records.
func (b *bodies) buffer(records int) []byte {
	pool := &b.short
	if records > shortList {
		pool = &b.long
	}
	if sent, ok := pool.Get().(*[]byte); ok {
		return (*sent)[:0]
	}
	return nil
}

// giveBack takes a body that was sent: in HTTP/1, where nobody holds it once it is
// written.
func (b *bodies) giveBack(sent []byte) {
	switch {
	case cap(sent) <= shortBody:
		b.short.Put(&sent)
	case cap(sent) <= longBody:
		b.long.Put(&sent)
	}
}

// writing is a body that is being written: records as JSON under the name of what
// they are, as 1.1 has it.
type writing struct {
	body   []byte
	single bool
	entity catalog.Entity
	starts []int // of the records
}

func (w *writing) openBody() {
	if w.single {
		w.body = append(w.body, `{"`+w.entity.Name+`":`...)
		return
	}
	w.body = append(w.body, `{"`+w.entity.Plural+`":[`...)
}

// beginRecord separates a record from the one before.
func (w *writing) beginRecord() {
	if len(w.starts) > 0 {
		w.body = append(w.body, ',')
	}
	w.starts = append(w.starts, len(w.body))
}

// arrange puts the records, which were read in one order, into another.
func (w *writing) arrange(read, wanted []uint32) {
	if len(wanted) == 0 {
		return
	}
	arranged := append(make([]byte, 0, cap(w.body)), w.body[:w.starts[0]]...)
	for i, id := range wanted {
		if i > 0 {
			arranged = append(arranged, ',')
		}
		at, _ := slices.BinarySearch(read, id) // all wanted were read
		end := len(w.body)
		if at+1 < len(w.starts) {
			end = w.starts[at+1] - 1
		}
		arranged = append(arranged, w.body[w.starts[at]:end]...)
	}
	w.body = arranged
}

// closeBody ends the body, with warnings beside the records.
func (w *writing) closeBody(req request, warnings []statusInfo) ([]byte, error) {
	if !w.single {
		w.body = append(w.body, ']')
	}
	if len(warnings) > 0 {
		for i := range warnings {
			warnings[i].MessageRef, warnings[i].OperationRef = req.id, req.route.Operation
		}
		told, err := json.Marshal(warnings)
		if err != nil {
			return nil, fmt.Errorf("write the warnings: %w", err)
		}
		w.body = append(append(w.body, `,"statusInfoSet":`...), told...)
	}
	return append(w.body, "}\n"...), nil
}
