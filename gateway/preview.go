package gateway

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
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

	// Grant, where set, takes the place of the app's saved one, with the Seen keys
	// as reviewed: what the app would get if it were saved.
	Grant *policy.Grant
	Seen  []roster.Key
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
// steps 1 and 8 and without step 6, and puts what it shows on record under
// audit.DoorPreview. It leaves no trace that the app could notice: neither the app's
// rate nor its memory nor what it saw last is touched. An unknown app or entity is a fault.NotFound. On any error
// nothing may be shown.
func (g *Gateway) Preview(ctx context.Context, p PreviewRequest) (Preview, error) {
	route, found := single(p.Entity)
	if !found {
		return Preview{}, fault.New(fault.NotFound, "no entity with reads of its own is called %q", p.Entity)
	}
	if p.Record == "" || !Legible(p.Record) {
		return Preview{}, fault.New(fault.NotFound, "no record can have this sourcedId")
	}
	path := base11 + "/" + p.Entity + "/" + url.PathEscape(p.Record)
	req := request{
		id: uuid.NewString(), door: audit.DoorPreview, route: route, path: path, ids: []string{p.Record}, preview: &p,
	}
	a, _, err := g.answer(ctx, req, nil)
	if a == nil {
		return Preview{}, fmt.Errorf("preview %s as %s: %w", p.Entity, p.App, err)
	}
	shown := Preview{Path: path, Status: http.StatusOK, Body: a.body, RequestID: req.id, Decision: a.decision, Reach: a.reach}
	if err != nil {
		return g.previewRefused(ctx, req, shown, err)
	}
	shown.Revision = a.horizon.Revision()
	// A grant that is not saved yet may show what nobody has accepted the name of.
	names, err := roster.ReadVocabulary(g.DB.Read.WithContext(ctx))
	if err != nil {
		return Preview{}, err
	}
	seen := a.disclosure(req)
	seen.Metadata, seen.Types = names.SayAll(seen.Entity, catalog.Metadata, seen.Metadata), names.SayAll(seen.Entity, catalog.UserIDs, seen.Types)
	if err := g.Ledger.Disclose(ctx, seen); err != nil {
		return Preview{}, fmt.Errorf("record a preview as %s: %w", p.App, err)
	}
	return shown, nil
}

// previewRefused shows the refusal that the app would get, once it is on record.
func (g *Gateway) previewRefused(ctx context.Context, req request, shown Preview, why error) (Preview, error) {
	p := translate(why)
	if p.status >= http.StatusInternalServerError {
		return Preview{}, fmt.Errorf("preview %s as %s: %w", req.route.Entity, req.preview.App, why)
	}
	err := g.Ledger.Refuse(ctx, audit.Refusal{
		RequestID: req.id, App: req.preview.App, Door: req.door, Actor: req.preview.Actor, Route: req.route.Path,
		Entity: req.route.Entity, Status: p.status, Reason: p.minor,
	})
	if err != nil {
		return Preview{}, fmt.Errorf("record a preview as %s: %w", req.preview.App, err)
	}
	shown.Status = p.status
	shown.Body, err = p.body(req.id, req.route.Operation)
	return shown, err
}

// single is the read of one record of an entity.
func single(plural string) (catalog.Route, bool) {
	all := catalog.Routes()
	i := slices.IndexFunc(all, func(r catalog.Route) bool { return r.Single && r.Path == "/"+plural+"/{id}" })
	if i < 0 {
		return catalog.Route{}, false
	}
	return all[i], true
}

// attemptPreview is attempt with the app that the person names in the place of
// one that identifies itself. The answer is set as far as it is known even beside
// an error, for the reasons.
func (g *Gateway) attemptPreview(ctx context.Context, req request) (*answer, identity, error) {
	who := identity{Caller: apps.Caller{App: req.preview.App, State: apps.Enabled}}
	var err error
	if who.Stamp, err = revision.Read(g.DB.Read.WithContext(ctx)); err != nil {
		return nil, who, err
	}
	in, err := g.input(ctx, who)
	if err != nil {
		return nil, who, err
	}
	a := &answer{caller: who, foreseen: true}
	if a.plan, a.decision, err = g.Plans.Once(ctx, req.preview.in(in)); err != nil {
		return nil, who, err
	}
	wrong := g.fill(ctx, req, a, nil)
	if a.view == nil {
		return a, who, wrong
	}
	id, err := g.find(ctx, req.route.Entity, req.preview.Record, a)
	if err != nil {
		return a, who, err
	}
	a.reach = a.view.Why(req.route.Entity, id)
	return a, who, wrong
}

// in is what is decided upon: the saved grant, or the one to be saved.
func (p *PreviewRequest) in(saved policy.Input) policy.Input {
	if p.Grant != nil {
		saved.Grant = *p.Grant
	}
	for i, k := range saved.Keys {
		saved.Keys[i].Reviewed = k.Reviewed || slices.ContainsFunc(p.Seen, func(s roster.Key) bool {
			return s.Entity == k.Entity && s.Bag == k.Bag && s.Name == k.Name
		})
	}
	return saved
}

// unsaved tells on record that a preview was not of the grant that holds.
func (p *PreviewRequest) unsaved() string {
	if p.Grant == nil {
		return ""
	}
	return "the grant was not saved"
}
