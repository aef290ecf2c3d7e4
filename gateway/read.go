package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
)

// read reads the allowed cells of the records and writes the body.
func (g *Gateway) read(ctx context.Context, req request, a *answer, ids []uint32) error {
	p, err := g.projection(a, a.choice.entity)
	if err != nil {
		return err
	}
	asked := ascending(ids, a.page.ordered)
	w := writing{body: g.bodies.take(len(ids)), single: req.route.Single, entity: a.choice.entity.Entity}
	w.open()
	a.stamp, err = g.Roster.Read(ctx, p.selection, asked, func(id uint32, cells [][]byte) error {
		w.begin()
		w.body = p.append(w.body, id, cells)
		return nil
	})
	switch {
	case err != nil:
		return err
	case a.stamp != a.expected():
		return errMoved
	case len(w.starts) != len(ids):
		return fmt.Errorf("read %s: %d of %d records are not where the view says", req.route.Entity, len(ids)-len(w.starts), len(ids))
	}
	a.records = roaring.BitmapOf(asked...)
	if a.page.ordered {
		w.arrange(asked, ids)
	}
	a.body, err = w.close(req, a.choice.warnings)
	return err
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

// take is a buffer for so many records.
func (b *bodies) take(records int) []byte {
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

func (w *writing) open() {
	if w.single {
		w.body = append(w.body, `{"`+w.entity.Name+`":`...)
		return
	}
	w.body = append(w.body, `{"`+w.entity.Plural+`":[`...)
}

// begin begins a record.
func (w *writing) begin() {
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

// close ends the body, with warnings beside the records.
func (w *writing) close(req request, warnings []statusInfo) ([]byte, error) {
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

// disclosure is what goes on record of an answer.
func (a *answer) disclosure(req request) audit.Disclosure {
	entity := a.choice.entity
	d := audit.Disclosure{
		RequestID: req.id, App: a.caller.App, Door: req.door, Route: req.route.Path, Entity: entity.Entity.Plural,
		Metadata: entity.Keys, Types: entity.Types, Records: a.records, Filter: req.filter.operators(),
		Permission: a.stamp.Permission, Generation: a.stamp.Generation, Nonce: a.caller.nonce,
	}
	if p := req.preview; p != nil {
		d.Actor, d.Reason = p.Actor, p.unsaved()
	}
	for _, f := range entity.Fields {
		if !f.Versions.Has(catalog.V11) {
			continue // the plan has it for another door
		}
		d.Fields = append(d.Fields, f.Name)
		if f.Mask != "" {
			d.Masked = append(d.Masked, f.Name)
		}
	}
	return d
}
