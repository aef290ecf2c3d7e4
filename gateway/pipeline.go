package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
)

// serve is the line that every read walks:
//
//  1. identify  who asks, by the credentials of the request
//  2. parse     what is asked for
//  3. decide    what the app may see: its plan
//  4. reach     which records that leaves of what is asked for, and of which fields
//  5. read      their allowed cells, and project them
//  6. hold      room in memory for what is about to leave, until it has left
//  7. disclose  put it on record
//  8. respond
//
// Steps 1 and 3 to 5 belong to one stamp. If what was read turns out to be of
// another, they are done again.
func (g *Gateway) serve(c echo.Context) error {
	ctx, r := c.Request().Context(), c.Request()
	route, ids, known := g.routes.match(strings.TrimPrefix(r.URL.EscapedPath(), base11))
	c.Set(operationName, route.Operation)
	req, wrong := parse(r, idOf(c), route, ids)
	if !known {
		req.route.Path, wrong = "(unknown)", nothing(r)
	}
	answer, caller, err := g.answer(ctx, req, wrong)
	if err == nil {
		err = g.hold(answer)
	}
	if err == nil {
		defer g.letGo(answer)
		err = g.Ledger.Disclose(ctx, answer.disclosure(req))
		caller.nonce = nil // used up now, or before
	}
	if err != nil {
		return g.refuse(c, req, caller, err)
	}
	return g.respond(c, req, answer)
}

// answer is a response that was computed and is not on record yet.
type answer struct {
	caller   identity
	plan     *policy.Plan
	snapshot *view.Snapshot
	view     *view.View
	horizon  *notice.Horizon
	foreseen bool            // of a preview: what the app saw last stays as it is
	decision policy.Decision // of a preview
	reach    view.Reason     // of a preview: why the record is in the view or not
	stamp    revision.Stamp  // of the last statement that read the roster
	choice   choice          // what is asked for of what the app may see
	page     page            // of a list
	records  *roaring.Bitmap // what body holds
	body     []byte
}

// expected is the stamp that everything read for the answer must have.
func (a *answer) expected() revision.Stamp {
	s := a.snapshot
	return revision.Stamp{
		Permission: a.caller.Stamp.Permission, Generation: s.Generation, Epoch: s.Epoch,
		Marks: revision.Marks{Permission: a.caller.Stamp.Marks.Permission, Generation: s.Mark},
	}
}

// stampText tells the stamps of answers apart.
func (a *answer) stampText() string { return fmt.Sprint(a.expected()) }

// attempts is how often an answer is computed before the database is asked to
// stand still for it.
const attempts = 3

// errMoved says that something changed while an answer was computed.
var errMoved = errors.New("the permissions or the roster changed meanwhile")

// answer computes a response, again if the permissions or the roster changed
// meanwhile. A request that is wrong in itself is refused, but only to somebody
// who may ask.
func (g *Gateway) answer(ctx context.Context, req request, wrong error) (*answer, identity, error) {
	req.turn = &turn{turns: g.turns}
	defer req.turn.end()
	for i := range attempts {
		req.again = i > 0
		a, caller, err := g.attempt(ctx, req, wrong)
		if !errors.Is(err, errMoved) {
			return a, caller, err
		}
	}
	return g.pinned(ctx, req, wrong)
}

// pinned computes a response in one state of the database. Whoever does so keeps a
// connection and may wait for somebody who needs one, to read the links of a new
// generation or a grant; so only some of the connections are given to it.
func (g *Gateway) pinned(ctx context.Context, req request, wrong error) (a *answer, caller identity, err error) {
	select {
	case g.standing <- struct{}{}:
		defer func() { <-g.standing }()
	case <-ctx.Done():
		return nil, identity{}, unavailable()
	}
	err = g.DB.Pinned(ctx, func(still *database.Database) error {
		var err error
		// Nothing moves here any more, but a decision may be shared with somebody
		// for whom something did.
		for range attempts {
			if a, caller, err = g.at(still).attempt(ctx, req, wrong); !errors.Is(err, errMoved) {
				break
			}
		}
		return err
	})
	return a, caller, err
}

// at is the gateway as it reads through another handle of the database.
func (g *Gateway) at(db *database.Database) *Gateway {
	still, registry := *g, *g.Apps
	registry.DB = db
	still.DB, still.Apps, still.Roster, still.Views = db, &registry, g.Roster.At(db), g.Views.At(db)
	return &still
}

// attempt computes a response under one stamp. Any error, errMoved apart, is
// about the request as it stood when the caller was identified or later.
func (g *Gateway) attempt(ctx context.Context, req request, wrong error) (*answer, identity, error) {
	if req.preview != nil {
		return g.attemptPreview(ctx, req)
	}
	caller, err := g.identify(ctx, req)
	if err == nil && !req.again {
		caller, err = g.admit(ctx, req, caller)
	}
	if err != nil {
		return nil, caller, err
	}
	a := &answer{caller: caller}
	if a.plan, err = g.decide(ctx, caller); err != nil {
		return nil, caller, err
	}
	return a, caller, g.fill(ctx, req, a, wrong)
}

// admit counts a request of a known app, and waits for the app's turn. Who comes
// again has it already. Who had to wait is identified anew: the stamp may have moved.
func (g *Gateway) admit(ctx context.Context, req request, caller identity) (identity, error) {
	if err := g.rates.take(caller.App, g.Clock()); err != nil {
		return caller, err
	}
	waited, err := req.turn.begin(ctx, caller.App)
	if err != nil || !waited {
		return caller, err
	}
	return g.identify(ctx, req)
}

// fill computes a response for whom a plan was decided: steps 4 and 5.
func (g *Gateway) fill(ctx context.Context, req request, a *answer, wrong error) error {
	switch {
	case wrong != nil:
		return wrong
	case !a.plan.Allow || !req.route.Scope.OpenedBy(held(a.caller)) || !open(a.plan, req.route):
		return denied()
	}
	var err error
	if a.choice, err = choose(req, a); err != nil {
		return err
	}
	if err := g.view(ctx, a); err != nil {
		return err
	}
	ids, found, err := g.reach(ctx, req, a)
	if err != nil {
		return err
	}
	if !found {
		return unknown()
	}
	return g.read(ctx, req, a, ids)
}
