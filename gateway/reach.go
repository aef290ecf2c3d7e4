package gateway

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
)

// view finds the records that the plan reaches, in the generation that the
// caller was identified under or a later one.
func (g *Gateway) view(ctx context.Context, a *answer) error {
	a.snapshot = g.Roster.Remembered()
	if s := a.snapshot; s == nil || s.Generation != a.caller.Stamp.Generation || s.Epoch != a.caller.Stamp.Epoch {
		var err error
		if a.snapshot, err = g.Roster.Snapshot(ctx); err != nil {
			return err
		}
	}
	a.view = a.snapshot.View(scopeOf(a.plan.Scope))
	return nil
}

// reach finds the ids of the records to read. It is false where a record named
// in the path does not exist or lies outside the view, which is the same.
func (g *Gateway) reach(ctx context.Context, req request, a *answer) (ids []uint32, found bool, err error) {
	set := roaring.And(a.view.Set(req.route.Entity), a.snapshot.Subset(req.route.Entity, req.route.Only))
	before := uint32(0)
	for i, p := range req.route.Parents {
		id, ok, err := g.parent(ctx, p, before, req.ids[i], a)
		if err != nil || !ok {
			return nil, false, err
		}
		if p.Join != (catalog.Join{}) {
			set.And(a.view.Joined(req.route.Entity, p.Join, id))
		}
		before = id
	}
	if !req.route.Single {
		a.total = set.GetCardinality()
		return roster.Window(set, req.offset, req.limit), true, nil
	}
	id, err := g.find(ctx, req.route.Entity, req.ids[0], a)
	if err != nil || !set.Contains(id) {
		return nil, false, err
	}
	return []uint32{id}, true, nil
}

// parent finds a record that a nested route names, below the one named before.
func (g *Gateway) parent(ctx context.Context, p catalog.Parent, before uint32, sourcedID string, a *answer) (uint32, bool, error) {
	id, err := g.find(ctx, p.Entity, sourcedID, a)
	if err != nil {
		return 0, false, err
	}
	set := roaring.And(a.view.Set(p.Entity), a.snapshot.Subset(p.Entity, p.Only))
	if p.Within != "" {
		set.And(a.view.Joined(p.Entity, catalog.Join{Field: p.Within}, before))
	}
	return id, set.Contains(id), nil
}

// find is the id of a record, 0 (which no set has) where there is none.
func (g *Gateway) find(ctx context.Context, plural, sourcedID string, a *answer) (uint32, error) {
	e, _ := catalog.Find(plural)
	id, stamp, err := g.Roster.Find(ctx, e, sourcedID)
	if err != nil {
		return 0, err
	}
	if a.stamp = stamp; a.stamp != a.expected() {
		return 0, errMoved
	}
	return id, nil
}
