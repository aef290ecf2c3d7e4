package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

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
	a.records = roaring.New()
	list := records{separate: !a.page.ordered}
	a.stamp, err = g.Roster.Read(ctx, p.selection, ascending(ids, a.page.ordered), func(id uint32, cells [][]byte) error {
		a.records.Add(id)
		list.begin(id)
		list.body = p.append(list.body, id, cells)
		return nil
	})
	switch {
	case err != nil:
		return err
	case a.stamp != a.expected():
		return errMoved
	case a.records.GetCardinality() != uint64(len(ids)):
		return fmt.Errorf("read %s: %d of %d records are not where the view says", req.route.Entity, uint64(len(ids))-a.records.GetCardinality(), len(ids))
	}
	a.body, err = envelope(req, a.choice, list.in(ids))
	return err
}

// ascending is how ids are read; those of an order are in that order.
func ascending(ids []uint32, ordered bool) []uint32 {
	if !ordered {
		return ids
	}
	return slices.Sorted(slices.Values(ids))
}

// records gathers records as JSON: with commas between, or by id where they are
// to be put in another order.
type records struct {
	separate bool
	body     []byte
	starts   map[uint32]int
	ids      []uint32
}

// begin begins a record.
func (r *records) begin(id uint32) {
	if r.separate {
		if len(r.body) > 0 {
			r.body = append(r.body, ',')
		}
		return
	}
	if r.starts == nil {
		r.starts = map[uint32]int{}
	}
	r.starts[id] = len(r.body)
	r.ids = append(r.ids, id)
}

// in is the records in the order of ids.
func (r *records) in(ids []uint32) []byte {
	if r.separate {
		return r.body
	}
	ends := map[uint32]int{}
	for i, id := range r.ids {
		ends[id] = len(r.body)
		if i+1 < len(r.ids) {
			ends[id] = r.starts[r.ids[i+1]]
		}
	}
	ordered := make([]byte, 0, len(r.body)+len(ids))
	for i, id := range ids {
		if i > 0 {
			ordered = append(ordered, ',')
		}
		ordered = append(ordered, r.body[r.starts[id]:ends[id]]...)
	}
	return ordered
}

// envelope puts records under the name of what they are, with warnings beside
// them, as 1.1 has it.
func envelope(req request, c choice, records []byte) ([]byte, error) {
	name, opening, closing := c.entity.Entity.Plural, "[", "]"
	if req.route.Single {
		name, opening, closing = c.entity.Entity.Name, "", ""
	}
	body := make([]byte, 0, len(records)+len(name)+8)
	body = append(body, `{"`+name+`":`+opening...)
	body = append(append(body, records...), closing...)
	if len(c.warnings) > 0 {
		for i := range c.warnings {
			c.warnings[i].MessageRef, c.warnings[i].OperationRef = req.id, req.route.Operation
		}
		warnings, err := json.Marshal(c.warnings)
		if err != nil {
			return nil, fmt.Errorf("write the warnings: %w", err)
		}
		body = append(append(body, `,"statusInfoSet":`...), warnings...)
	}
	return append(body, "}\n"...), nil
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
