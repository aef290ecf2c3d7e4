package gateway

import (
	"context"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/view"
)

// identity is who asks, and by what nonce if the request is signed.
type identity struct {
	apps.Caller
	nonce *audit.Nonce
}

// identify finds who asks, by a signature or by a token, and whether the app may
// ask now. The caller is set as far as it is known even beside an error, for the
// record.
func (g *Gateway) identify(ctx context.Context, req request) (identity, error) {
	var who identity
	var err error
	scheme, token, _ := strings.Cut(req.authorization, " ")
	s, isSigned := parseSignature(req.authorization)
	switch {
	case isSigned && !s.legible():
		return who, invalid("The Authorization header is not percent-encoded UTF-8 without zero bytes.")
	case isSigned:
		who, err = g.signed(ctx, req, s)
	case strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(token) != "":
		who.Caller, err = g.Apps.Bearer(ctx, strings.TrimSpace(token))
	default:
		return who, fault.New(fault.Unauthenticated, "no credentials")
	}
	if fault.Is(err, fault.Denied) {
		// An app that is not enabled learns no more than one that is not known.
		err = fault.New(fault.Unauthenticated, "not enabled: %w", err)
	}
	return who, err
}

// held are the scopes of a caller. A signed request has no token that could
// narrow it.
func held(c identity) []catalog.Scope {
	if c.Scopes == nil {
		return catalog.Scopes()
	}
	return c.Scopes
}

// decide is the plan of an app, as of the revision that the caller was
// identified under.
func (g *Gateway) decide(ctx context.Context, c identity) (*policy.Plan, error) {
	at := policy.Revision{Epoch: c.Stamp.Epoch, Permission: c.Stamp.Permission, Mark: c.Stamp.Marks.Permission}
	key := policy.NewPlanKey(c.App, at, held(c), c.Expires)
	return g.Plans.Get(ctx, key, func() (policy.Input, error) { return g.input(ctx, c) })
}

// input reads what a decision is made of, in one state of the database.
func (g *Gateway) input(ctx context.Context, c identity) (policy.Input, error) {
	in := policy.Input{
		App: policy.AppState{ID: c.App, State: string(c.State)}, Scopes: held(c), Expires: c.Expires, Now: g.Clock(),
	}
	err := g.DB.Pinned(ctx, func(still *database.Database) error {
		now, err := revision.Read(still.Read)
		if err != nil {
			return err
		}
		if now.Permission != c.Stamp.Permission || now.Marks.Permission != c.Stamp.Marks.Permission || now.Epoch != c.Stamp.Epoch {
			return errMoved
		}
		// Whoever replaced the key moved the permissions, so that each plan comes by here.
		if err := g.Apps.HoldsKey(still.Read); err != nil {
			return err
		}
		saved, err := apps.ReadGrant(still.Read, c.App)
		if err != nil {
			return err
		}
		in.Grant = saved.Grant
		in.Keys, err = Present(still, c.App)
		return err
	})
	return in, err
}

// Present are the members of bags that the roster has now, as the policy wants
// them for an app: with what was reviewed for it.
func Present(db *database.Database, app string) ([]policy.Key, error) {
	all, err := roster.KeysFor(db.Read, app)
	if err != nil {
		return nil, err
	}
	var present []policy.Key
	for _, k := range all {
		if k.Present {
			present = append(present, policy.Key{Entity: k.Entity, Bag: k.Bag, Name: k.Name, Reviewed: k.Reviewed})
		}
	}
	return present, nil
}

// open reports whether the app may walk a route: it must have the entities and
// see, unmasked, everything that the route gives away by what it lists.
func open(plan *policy.Plan, route catalog.Route) bool {
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

// ScopeOf says in the roster's words which records a plan reaches.
func ScopeOf(s policy.Scope) view.Scope {
	return view.Scope{
		Orgs: view.Among(s.Orgs), Courses: view.Among(s.Courses),
		Roles: view.Among(s.Roles), Grades: view.Among(s.Grades),
		Unenrolled: s.Unenrolled, Guardians: s.Guardians,
	}
}
