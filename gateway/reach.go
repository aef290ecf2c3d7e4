package gateway

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
)

// sight is what somebody may see, under one stamp.
type sight struct {
	reader  string // whose horizon it is
	plan    *policy.Plan
	view    *view.View
	horizon *notice.Horizon
	stamp   revision.Stamp // that everything read must have
}

// see finds the records that the plan reaches, in the generation that the caller was
// identified under or a later one, and what dates them for the app.
func (g *Gateway) see(ctx context.Context, who identity, plan *policy.Plan) (sight, error) {
	snapshot := g.Views.Remembered()
	if snapshot == nil || snapshot.State != who.Stamp.State() {
		var err error
		if snapshot, err = g.Views.Snapshot(ctx); err != nil {
			return sight{}, err
		}
	}
	scope, err := g.scopeOf(ctx, snapshot, plan)
	if err != nil {
		return sight{}, err
	}
	sees := sighted(who, plan, snapshot.View(scope))
	if sees.horizon = g.Horizons.Remembered(sees.reader, plan.Fingerprint(), sees.stamp); sees.horizon != nil {
		return sees, nil
	}
	sees.horizon, err = g.Horizons.Horizon(ctx, sees.noticed())
	return sees, err
}

// sighted is the sight of a view, without what dates it.
func sighted(who identity, plan *policy.Plan, view *view.View) sight {
	s := view.Snapshot
	return sight{reader: who.reader(), plan: plan, view: view, stamp: revision.Stamp{
		Permission: who.Stamp.Permission, Generation: s.Generation, Epoch: s.Epoch,
		Marks: revision.Marks{Permission: who.Stamp.Marks.Permission, Generation: s.Mark},
	}}
}

// noticed is the sight as horizons have it: what the app may see by any version, so that a
// record has one date. Entities without reads of their own are seen nested in others, or in
// the fields that they make up, and nowhere else.
func (s sight) noticed() notice.Sight {
	shows := map[string]notice.Names{}
	for _, e := range s.plan.Entities() {
		if _, nested := e.Entity.Holder(); e.Entity.Served || nested {
			shows[e.Entity.Plural] = shownNames(e)
		}
	}
	return notice.Sight{Reader: s.reader, Print: s.plan.Fingerprint(), Stamp: s.stamp, View: s.view, Shows: shows}
}

// check tells that a statement read another state than what is seen.
func (s sight) check(read revision.Stamp) error {
	if read != s.stamp {
		return errMoved
	}
	return nil
}

// shownNames are the names of what a plan shows of an entity. What is nested in it has
// names of its own.
func shownNames(e *policy.EntityPlan) notice.Names {
	var names notice.Names
	holder, nested := e.Entity.Holder()
	members := e.Entity.Members()
	for _, f := range e.Fields {
		member := slices.ContainsFunc(members, func(m catalog.Field) bool { return m.Name == f.Name })
		switch {
		case f.Kind == catalog.Nested || f.Kind == catalog.Identifiers || nested && !member && f.Name != holder.By:
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

// reach finds the records that the path names, of those in view. One that the path names
// and that does not exist or lies outside the view is unknown, which is the same.
func (g *Gateway) reach(ctx context.Context, req request, sees sight) (*roaring.Bitmap, error) {
	set := sees.part(req.service.Version, req.route.Entity, req.route.Only)
	before := uint32(0)
	for i, p := range req.route.Parents {
		id, err := g.parent(ctx, req.service.Version, sees, p, before, req.ids[i])
		if err != nil {
			return nil, err
		}
		if p.Join != (catalog.Join{}) {
			set.And(sees.view.Joined(req.route.Entity, p.Join, id))
		}
		before = id
	}
	if !req.route.Single {
		return set, nil
	}
	id, err := g.find(ctx, sees, req.route.Entity, req.ids[0])
	if err != nil {
		return nil, err
	}
	if !set.Contains(id) {
		return nil, unknownRecord()
	}
	return roaring.BitmapOf(id), nil
}

// part is a set of its own of the records in view of an entity, or of a part of it. In 1.2
// users have several roles, any of which makes them one of those.
func (s sight) part(v catalog.Version, entity string, only catalog.Subset) *roaring.Bitmap {
	if v == catalog.V12 && entity == "users" && only.Field == "role" {
		return roaring.And(s.view.Set(entity), s.view.Holding(only.Values))
	}
	return roaring.And(s.view.Set(entity), s.view.Snapshot.Subset(entity, only))
}

// parent finds a record that a nested route names, below the one named before.
func (g *Gateway) parent(ctx context.Context, v catalog.Version, sees sight, p catalog.Parent, before uint32, sourcedID string) (uint32, error) {
	id, err := g.find(ctx, sees, p.Entity, sourcedID)
	if err != nil {
		return 0, err
	}
	set := sees.part(v, p.Entity, p.Only)
	if p.Within != "" {
		set.And(sees.view.Joined(p.Entity, catalog.Join{Field: p.Within}, before))
	}
	if !set.Contains(id) {
		return 0, unknownRecord()
	}
	return id, nil
}

// find is the id of a record, 0 (which no set has) where there is none.
func (g *Gateway) find(ctx context.Context, sees sight, plural, sourcedID string) (uint32, error) {
	e, _ := catalog.Find(plural)
	id, stamp, err := g.Roster.Find(ctx, e, sourcedID)
	if err != nil {
		return 0, err
	}
	return id, sees.check(stamp)
}
