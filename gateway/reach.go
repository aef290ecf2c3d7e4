package gateway

import (
	"context"
	"slices"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/notice"
)

// view finds the records that the plan reaches, in the generation that the
// caller was identified under or a later one, and what dates them for the app.
func (g *Gateway) view(ctx context.Context, a *answer) error {
	a.snapshot = g.Views.Remembered()
	if s := a.snapshot; s == nil || s.State != a.caller.Stamp.State() {
		var err error
		if a.snapshot, err = g.Views.Snapshot(ctx); err != nil {
			return err
		}
	}
	a.view = a.snapshot.View(ScopeOf(a.plan.Scope))
	if a.horizon = g.Horizons.Remembered(a.reader(), a.plan.Fingerprint(), a.expected()); a.horizon != nil {
		return nil
	}
	date := g.Horizons.Horizon
	if a.foreseen {
		date = g.Horizons.Foresee
	}
	var err error
	a.horizon, err = date(ctx, a.sight())
	return err
}

// reader is who looks. Each set of scopes is a reader of its own: a token that
// opens less sees less, and gains nothing when the next opens more.
func (a *answer) reader() string {
	return a.caller.App + "/" + strconv.Itoa(int(policy.ScopeSetOf(held(a.caller))))
}

// sight is what the app may see now. Entities without reads of their own are seen
// in the fields that they make up, and nowhere else.
func (a *answer) sight() notice.Sight {
	shows := map[string]notice.Names{}
	for _, e := range a.plan.Entities() {
		if e.Entity.Served {
			shows[e.Entity.Plural] = shown(e)
		}
	}
	return notice.Sight{
		Reader: a.reader(),
		Print:  a.plan.Fingerprint(), Stamp: a.expected(), View: a.view, Shows: shows,
	}
}

// shown are the names of what a plan shows of an entity in 1.1.
func shown(e *policy.EntityPlan) notice.Names {
	var names notice.Names
	for _, f := range e.Fields {
		switch {
		case !f.Versions.Has(catalog.V11) || f.Kind == catalog.Identifiers:
		case f.Mask == "":
			names = append(names, f.Name)
		case f.Mask == policy.Constant:
			names = append(names, f.Name+"!"+string(f.Mask))
		default:
			names = append(names, f.Name+"="+string(f.Mask))
		}
	}
	for _, kind := range e.Types {
		names = append(names, string(catalog.UserIDs)+"."+kind)
	}
	for _, key := range e.Keys {
		names = append(names, string(catalog.Metadata)+"."+key)
	}
	slices.Sort(names)
	return names
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
		list, err := g.filtered(ctx, req, a, set)
		if err != nil {
			return nil, false, err
		}
		a.page, err = g.turn(req, a, list)
		return a.page.ids, true, err
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
