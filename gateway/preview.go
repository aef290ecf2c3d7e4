package gateway

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/view"
)

// PreviewRequest asks what an app would get if it read one record now, for a
// person of the district to see.
type PreviewRequest struct {
	App    string
	Actor  string // who looks, as the ledger names people
	Entity string // the plural, of an entity with reads of its own
	Record string // its sourcedId

	// Version is that of OneRoster in which the record is read, 1.1 where it is zero.
	Version catalog.Version

	// Grant, where set, takes the place of the app's saved one, with the Seen keys
	// as reviewed: what the app would get if it were saved.
	Grant *policy.Grant
	Seen  []catalog.Member

	// Policy, where set, takes the place of the app's own; one without files stands for none.
	Policy *policy.Own
}

// Preview is the answer that the app would get, were it enabled, with a token for
// everything that its grant opens. It is on record when Preview returns.
type Preview struct {
	Path      string // as the app would ask for it
	Status    int
	Body      []byte // byte for byte
	Revision  string // X-Perm-Rev; empty where the app is refused
	RequestID string

	Decision policy.Decision // what was decided for the app, and why
	Reach    view.Reason     // why the record is in the app's view or not; zero where the decision keeps the app from all of them
}

// Preview walks the same line as an app's request, with a person in the place of
// whoever identifies itself and of whoever gets the answer, and without taking memory
// for it; it puts what it shows on record under audit.DoorPreview. It leaves no trace
// that the app could notice: neither the app's rate nor its memory nor what it saw last
// is touched. An unknown app or entity is a fault.NotFound. On any error nothing may be
// shown.
func (g *Gateway) Preview(ctx context.Context, p PreviewRequest) (Preview, error) {
	version := cmp.Or(p.Version, catalog.V11)
	route, found := singleRoute(version, p.Entity)
	if !found {
		return Preview{}, fault.New(fault.NotFound, "no entity with reads of its own is called %q", p.Entity)
	}
	if p.Record == "" || !Legible(p.Record) {
		return Preview{}, fault.New(fault.NotFound, "no record can have this sourcedId")
	}
	service := catalog.ServiceOf(version, p.Entity)
	path := service.Base + "/" + p.Entity + "/" + url.PathEscape(p.Record)
	req := request{
		id: uuid.NewString(), door: audit.DoorPreview, service: service, route: route, path: path, ids: []string{p.Record},
		actor: p.Actor, reason: p.unsaved(),
	}
	shown := Preview{Path: path, Status: http.StatusOK, RequestID: req.id}
	var a *answer
	var refused error
	err := g.standStill(ctx, func(still *Gateway) error {
		var err error
		a, refused, err = still.preview(ctx, p, req, &shown)
		return err
	})
	switch {
	case err != nil:
	case refused != nil:
		err = g.previewRefused(ctx, req, p, refused, &shown)
	default:
		shown.Body, shown.Revision = a.body, a.sight.horizon.Revision()
		err = g.previewShown(ctx, a.disclosure())
	}
	if err != nil {
		return Preview{}, fmt.Errorf("preview %s as %s: %w", p.Entity, p.App, err)
	}
	return shown, nil
}

// preview computes what the app would get, or why it would be refused, from a gateway
// that stands still. What led to it is shown.
func (g *Gateway) preview(ctx context.Context, p PreviewRequest, req request, shown *Preview) (a *answer, refused, err error) {
	all, err := g.consider(ctx, p.App, []Offer{{Grant: p.Grant, Policy: p.Policy, Seen: p.Seen}})
	if err != nil {
		return nil, nil, err
	}
	prospect := all[0]
	shown.Decision = prospect.Decision
	held, err := g.mannersOf(ctx, prospect.who)
	if err != nil {
		return nil, nil, err
	}
	chosen, refused := choose(req, prospect.who, prospect.Plan, held)
	if refused != nil {
		return nil, refused, nil
	}
	sees := sighted(prospect.who, prospect.Plan, prospect.View)
	if sees.horizon, err = g.Horizons.Foresee(ctx, sees.noticed()); err != nil {
		return nil, nil, err
	}
	id, err := g.find(ctx, sees, p.Entity, p.Record)
	if err != nil {
		return nil, nil, err
	}
	shown.Reach = sees.view.Why(p.Entity, id)
	a, refused = g.fetch(ctx, req, prospect.who, sees, chosen)
	return a, refused, nil
}

// previewShown puts on record what a person is shown. A grant that is not saved yet may
// show what nobody has accepted the name of.
func (g *Gateway) previewShown(ctx context.Context, seen audit.Disclosure) error {
	names, err := roster.ReadVocabulary(g.DB.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	seen.Metadata, seen.Types = names.SayAll(seen.Entity, catalog.Metadata, seen.Metadata), names.SayAll(seen.Entity, catalog.UserIDs, seen.Types)
	if err := g.Ledger.Disclose(ctx, seen); err != nil {
		return fmt.Errorf("put it on record: %w", err)
	}
	return nil
}

// previewRefused shows the refusal that the app would get, once it is on record.
func (g *Gateway) previewRefused(ctx context.Context, req request, p PreviewRequest, why error, shown *Preview) error {
	refused := translate(why)
	if refused.status >= http.StatusInternalServerError {
		return why
	}
	err := g.Ledger.Refuse(ctx, audit.Refusal{
		RequestID: req.id, App: p.App, Door: req.door, Actor: req.actor, Route: req.route.Path,
		Entity: req.route.Entity, Status: refused.status, Reason: refused.minor,
	})
	if err != nil {
		return fmt.Errorf("put it on record: %w", err)
	}
	shown.Status = refused.status
	shown.Body, err = refused.body(req.service.Version, req.id, req.route.Operation)
	return err
}

// singleRoute is the read of one record of an entity in a version.
func singleRoute(version catalog.Version, plural string) (catalog.Route, bool) {
	routes := catalog.Routes(version)
	i := slices.IndexFunc(routes, func(r catalog.Route) bool { return r.Single && r.Path == "/"+plural+"/{id}" })
	if i < 0 {
		return catalog.Route{}, false
	}
	return routes[i], true
}

// unsaved tells on record that a preview was not of what holds.
func (p *PreviewRequest) unsaved() string {
	switch {
	case p.Grant != nil:
		return "the grant was not saved"
	case p.Policy != nil:
		return "the policy was not saved"
	}
	return ""
}
