package gateway

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/audit"
)

// read reads the allowed cells of the records and writes the body.
func (g *Gateway) read(ctx context.Context, req request, a *answer, ids []uint32) error {
	entity, _ := a.plan.Entity(req.route.Entity)
	p, err := g.projection(a, entity)
	if err != nil {
		return err
	}
	name := entity.Entity.Plural
	if req.route.Single {
		name = entity.Entity.Name
	}
	a.records = roaring.New()
	a.body = append(a.body, `{"`+name+`":`...)
	if !req.route.Single {
		a.body = append(a.body, '[')
	}
	a.stamp, err = g.Roster.Read(ctx, p.selection, ids, func(id uint32, cells [][]byte) error {
		if !a.records.IsEmpty() {
			a.body = append(a.body, ',')
		}
		a.records.Add(id)
		a.body = p.append(a.body, id, cells)
		return nil
	})
	switch {
	case err != nil:
		return err
	case a.stamp != a.expected():
		return errMoved
	case a.records.GetCardinality() != uint64(len(ids)):
		return fmt.Errorf("read %s: %d of %d records are not where the view says", entity.Entity.Plural, uint64(len(ids))-a.records.GetCardinality(), len(ids))
	}
	if !req.route.Single {
		a.body = append(a.body, ']')
	}
	a.body = append(a.body, "}\n"...)
	return nil
}

// disclosure is what goes on record of an answer.
func (a *answer) disclosure(req request) audit.Disclosure {
	entity, _ := a.plan.Entity(req.route.Entity)
	d := audit.Disclosure{
		RequestID: req.id, App: a.caller.App, Door: req.door, Route: req.route.Path, Entity: entity.Entity.Plural,
		Metadata: entity.Keys, Types: entity.Types, Records: a.records,
		Permission: a.stamp.Permission, Generation: a.stamp.Generation,
	}
	for _, f := range entity.Fields {
		d.Fields = append(d.Fields, f.Name)
		if f.Mask != "" {
			d.Masked = append(d.Masked, f.Name)
		}
	}
	return d
}
