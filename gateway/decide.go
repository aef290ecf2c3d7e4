package gateway

import (
	"context"
	"errors"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/gateway/kept"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/view"
)

// decide is the plan of an app, as of the permission revision that the caller was
// identified under.
func (g *Gateway) decide(ctx context.Context, who identity) (*policy.Plan, error) {
	at := policy.PermissionRevision{Epoch: who.Stamp.Epoch, Permission: who.Stamp.Permission, Mark: who.Stamp.Marks.Permission}
	key := policy.NewPlanKey(who.App, at, who.tokenScopes(), who.Expires)
	return g.Plans.Get(ctx, key, func() (in policy.Input, err error) {
		err = g.DB.Pinned(ctx, func(still *database.Database) error {
			in, err = g.at(still).input(ctx, who)
			return err
		})
		return in, err
	})
}

// input reads what a decision about a caller is made of, from a gateway that stands
// still. It is errMoved where the caller was identified in another state.
func (g *Gateway) input(ctx context.Context, who identity) (policy.Input, error) {
	tx := g.DB.Read.WithContext(ctx)
	now, err := revision.Read(tx)
	if err != nil {
		return policy.Input{}, err
	}
	if err := who.stillAt(now); err != nil {
		return policy.Input{}, err
	}
	// Whoever replaced the key moved the permissions, so that each plan comes by here.
	if err := g.Apps.HoldsKey(tx); err != nil {
		return policy.Input{}, err
	}
	in, err := apps.ReadInput(tx, who.App)
	if err != nil {
		return in, err
	}
	in.App.State, in.TokenScopes, in.Expires, in.Now = string(who.State), who.tokenScopes(), who.Expires, g.Clock()
	if _, err := g.manners.Of(tx, now, who.App); err != nil { // for whoever asks next
		return in, err
	}
	in.OptOuts, err = g.optOuts.Of(tx, now, who.App)
	return in, err
}

// opensRoute reports whether the app may walk a route: it must have the entities and
// see, unmasked, everything that the route gives away by what it lists.
func opensRoute(plan *policy.Plan, route catalog.Route) bool {
	if _, ok := plan.Entity(route.Entity); !ok {
		return false
	}
	for _, p := range route.Parents {
		if _, ok := plan.Entity(p.Entity); !ok {
			return false
		}
	}
	for _, reveal := range route.Reveals() {
		if !plan.Sees(reveal) {
			return false
		}
	}
	return true
}

// scopeOf says in the roster's words which records a plan reaches in a snapshot.
func (g *Gateway) scopeOf(ctx context.Context, snapshot *view.Snapshot, plan *policy.Plan) (scope view.Scope, err error) {
	scope = ScopeOf(plan.Scope, plan.Day, plan.OptOuts)
	if scope.Kept, err = kept.By(ctx, g.Roster, snapshot, plan.Keep); errors.Is(err, kept.ErrMoved) {
		err = errMoved
	}
	return scope, err
}

// ScopeOf says in the roster's words which records are reached by a scope on a day,
// without those of whoever is opted out: of an app, its plan has all three.
func ScopeOf(s policy.Scope, day string, without policy.OptOuts) view.Scope {
	return view.Scope{
		Orgs: view.Among(s.Orgs), Courses: view.Among(s.Courses), Classes: view.Among(s.Classes),
		Roles: view.Among(s.Roles), Grades: view.Among(s.Grades),
		Unenrolled: s.Unenrolled, Guardians: s.Guardians, Former: s.Former, Day: day,
		OptOuts: view.OptOuts(without),
	}
}
