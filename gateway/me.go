package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
)

// mePath is where an app reads what it may see. It is outside of OneRoster's paths.
const mePath = "/api/me"

// me is what an app is told of itself: what it may see, and why not more. Of what it does not
// see it has the names of OneRoster alone, which are everybody's.
type me struct {
	App        aboutApp      `json:"app"`
	Credential aboutCaller   `json:"credential"`
	Limits     aboutLimits   `json:"limits"`
	Answers    aboutAnswers  `json:"answers"`
	Message    string        `json:"message,omitempty"`             // of the district, to the vendor
	Revision   string        `json:"revision,omitempty"`            // X-Perm-Rev
	Changed    moment.Moment `json:"permissions_changed,omitempty"` // of this app, as far as it asked since
	Ends       string        `json:"permissions_end,omitempty"`
	Scope      *policy.Scope `json:"scope,omitempty"` // which records
	Entities   []aboutEntity `json:"entities,omitempty"`
}

type aboutApp struct {
	ID    string     `json:"id"`
	State apps.State `json:"state"`
}

// aboutCaller is how the app proved who it is.
type aboutCaller struct {
	Kind    string               `json:"kind"` // token or signature
	Scopes  []catalog.TokenScope `json:"scopes"`
	Expires string               `json:"expires,omitempty"`
}

// aboutLimits are in the units of their names.
type aboutLimits struct {
	PerSecond    float64 `json:"requests_per_second,omitempty"`
	Records      int     `json:"records_per_page"`
	TokenSeconds int     `json:"token_seconds"`
}

// aboutAnswers are the form in which the app is answered.
type aboutAnswers struct {
	Booleans      string `json:"booleans"`
	Empty         string `json:"empty"`
	UnknownFields string `json:"unknown_fields"`
}

type aboutEntity struct {
	Entity   string                 `json:"entity"`
	Shared   bool                   `json:"shared"`
	Reason   string                 `json:"reason,omitempty"` // why not
	Count    *uint64                `json:"count,omitempty"`  // of the records in view
	Fields   []string               `json:"fields,omitempty"`
	Masked   map[string]policy.Mask `json:"masked,omitempty"`
	Metadata []string               `json:"metadata,omitempty"` // keys
	UserIDs  []string               `json:"userIds,omitempty"`  // types
	Hidden   map[string]string      `json:"not_shared,omitempty"`
}

// grantOver is the rule of the base policy by which permissions end.
const grantOver = "grant_over"

// The reasons why something is not shared.
const (
	notGranted  = "not granted"
	notInScopes = "not in the scopes of the token"
)

// tellMe answers what the app may see. It is on record like every answer, and holds counts
// of records and no value of any.
func (g *Gateway) tellMe(c echo.Context) error {
	ctx := c.Request().Context()
	req := request{
		id: idOf(c), door: doorMe, method: c.Request().Method, service: g.routes[0].Service, route: catalog.Route{Path: mePath}, known: true,
		authorization: c.Request().Header.Get("Authorization"), rawPath: rawPath(c.Request()), rawQuery: c.Request().URL.RawQuery,
	}
	turn := &turn{turns: g.turns}
	defer turn.giveBack()
	var m me
	var who identity
	var stamp revision.Stamp
	err := g.steadily(ctx, func(g *Gateway, again bool) (err error) {
		req.again = again
		m, who, stamp, err = g.aboutMe(ctx, req, turn)
		return err
	})
	if err == nil {
		err = g.Ledger.Disclose(ctx, audit.Disclosure{
			RequestID: req.id, App: who.App, Door: req.door, Route: mePath, Permission: stamp.Permission, Generation: stamp.Generation, Nonce: who.nonce,
		})
		who.nonce = nil
	}
	telling(c).App = who.App
	if err != nil {
		return g.refuse(c, req, who, err)
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("tell an app of itself: %w", err)
	}
	if m.Revision != "" {
		c.Response().Header().Set("X-Perm-Rev", m.Revision)
	}
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, append(body, '\n'))
}

// doorMe is what the ledger calls answers about the app itself.
const doorMe = "me"

// aboutMe finds what whoever asks may see. An app that is suspended, or not enabled yet, is
// told that and nothing else, once it proved who it is.
func (g *Gateway) aboutMe(ctx context.Context, req request, turn *turn) (m me, who identity, stamp revision.Stamp, err error) {
	who, err = g.proven(ctx, req)
	idle := fault.Is(err, fault.Denied)
	if err != nil && !idle {
		return m, who, stamp, err
	}
	waited := false
	if !req.again {
		if waited, err = g.admit(ctx, who, turn); err != nil {
			return m, who, stamp, err
		}
	}
	m = me{App: aboutApp{who.App, who.State}, Credential: credentialOf(who), Limits: aboutLimits{g.Rate, maxLimit, int(apps.TokenLife.Seconds())}}
	stamp = who.Stamp
	held, err := g.mannersOf(ctx, who)
	m.Answers, m.Message = aboutAnswers{held.Booleans, held.Empty, held.UnknownFields}, held.Message
	if err == nil && !idle {
		stamp, err = g.seenBy(ctx, who, &m)
	}
	if err != nil && waited {
		err = errMoved
	}
	return m, who, stamp, err
}

// credentialOf is how the caller proved who it is.
func credentialOf(who identity) aboutCaller {
	about := aboutCaller{Kind: "token", Scopes: who.tokenScopes()}
	if who.TokenScopes == nil {
		about.Kind = "signature"
	}
	if !who.Expires.IsZero() {
		about.Expires = string(moment.Of(who.Expires))
	}
	return about
}

// seenBy adds what an enabled app sees, under one stamp.
func (g *Gateway) seenBy(ctx context.Context, who identity, m *me) (revision.Stamp, error) {
	plan, err := g.decide(ctx, who)
	if err != nil {
		return who.Stamp, err
	}
	saved, err := g.Apps.Grant(ctx, who.App)
	if err != nil {
		return who.Stamp, err
	}
	closed := notGranted
	if until := saved.Grant.Until; !until.IsZero() {
		m.Ends = string(moment.Of(until))
		if slices.Contains(plan.Reasons, grantOver) {
			closed = "ended on " + until.UTC().Format(time.DateOnly)
		}
	}
	sees := sight{plan: plan, stamp: who.Stamp}
	if plan.Allow { // whoever is given nothing sees nothing, and what was seen before stays kept
		if sees, err = g.see(ctx, who, plan); err != nil {
			return who.Stamp, err
		}
		m.Scope, m.Revision, m.Changed = &plan.Scope, sees.horizon.Revision(), sees.horizon.Planned()
	}
	for _, e := range catalog.Entities() {
		if _, nested := e.Holder(); e.Served || nested {
			m.Entities = append(m.Entities, aboutEntityOf(e, plan, sees, who.tokenScopes(), closed))
		}
	}
	now, err := revision.Read(g.DB.Read.WithContext(ctx))
	if err != nil {
		return sees.stamp, err
	}
	return sees.stamp, sees.check(now)
}

// aboutEntityOf is what an app is told of an entity, of which nothing is shared for the
// reason closed unless its plan or the scopes of its token say otherwise.
func aboutEntityOf(e catalog.Entity, plan *policy.Plan, sees sight, held []catalog.TokenScope, closed string) aboutEntity {
	about := aboutEntity{Entity: e.Plural, Reason: closed}
	shared, open := plan.Entity(e.Plural)
	if !open {
		if plan.Allow && e.Served && !openedBy(e, held) {
			about.Reason = notInScopes
		}
		return about
	}
	about.Shared, about.Reason, about.Metadata, about.UserIDs = true, "", shared.Keys, shared.Types
	if e.Served {
		count := sees.view.Set(e.Plural).GetCardinality()
		about.Count = &count
	}
	about.Masked, about.Hidden = map[string]policy.Mask{}, map[string]string{}
	for _, f := range e.In(catalog.Both) {
		one, given := shared.Field(f.Name)
		switch {
		case !given:
			about.Hidden[f.Name] = notGranted
		case one.Mask != "":
			about.Masked[f.Name] = one.Mask
		default:
			about.Fields = append(about.Fields, f.Name)
		}
	}
	return about
}

// openedBy reports whether some read of an entity is open to a token of the scopes.
func openedBy(e catalog.Entity, held []catalog.TokenScope) bool {
	return slices.ContainsFunc(catalog.Routes(catalog.Both), func(r catalog.Route) bool {
		return r.Entity == e.Plural && r.TokenScope.OpenedBy(held)
	})
}
