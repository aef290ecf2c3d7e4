package gateway

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/database"
)

// serve is the line that every read walks:
//
//  1. identify  who asks, by the credentials of the request
//  2. parse     what is asked for
//  3. decide    what the app may see: its plan
//  4. choose    the fields, the filter and the order that are asked for, of the plan's
//  5. reach     the records that the plan leaves of what the path names
//  6. scan      those of them that meet the filter, in their order, and the page of them
//  7. read      their allowed cells, and project them
//  8. disclose  put it on record, once there is room in memory for what is about to leave
//  9. respond
//
// Steps 1 and 3 to 7 belong to one stamp. If what was read turns out to be of
// another, they are done again.
func (g *Gateway) serve(c echo.Context) error {
	ctx := c.Request().Context()
	req, wrong := g.routes.parse(c.Request(), idOf(c))
	c.Set(operationName, req.route.Operation)
	a, who, err := g.answer(ctx, req, wrong)
	if err == nil {
		err = g.hold(a)
	}
	if err == nil {
		defer g.letGo(a)
		err = g.Ledger.Disclose(ctx, a.disclosure())
		who.nonce = nil // used up now, or before
	}
	tellRead(c, req, who)
	if err != nil {
		return g.refuse(c, req, who, err)
	}
	return g.send(c, a)
}

// answer is a response that was computed and is not on record yet.
type answer struct {
	req    request // as it was signed, where it is
	who    identity
	sight  sight
	choice choice
	page   page
	body   []byte
	tag    string // its ETag, empty for none
}

// attempts is how often an answer is computed before the database is asked to
// stand still for it.
const attempts = 3

// errMoved says that something changed while an answer was computed.
var errMoved = errors.New("the permissions or the roster changed meanwhile")

// answer computes a response, again if the permissions or the roster changed
// meanwhile. A request that is wrong in itself is refused, but only to somebody
// who may ask.
func (g *Gateway) answer(ctx context.Context, req request, wrong error) (a *answer, who identity, err error) {
	turn := &turn{turns: g.turns}
	defer turn.giveBack()
	err = g.steadily(ctx, func(g *Gateway, again bool) (err error) {
		req.again = again
		a, who, err = g.attempt(ctx, req, wrong, turn)
		return err
	})
	return a, who, err
}

// steadily tries something until nothing moved meanwhile: a few times as it comes, then in
// one state of the database.
func (g *Gateway) steadily(ctx context.Context, try func(g *Gateway, again bool) error) (err error) {
	for i := range attempts {
		if err = try(g, i > 0); !errors.Is(err, errMoved) {
			return err
		}
	}
	return g.standStill(ctx, func(still *Gateway) error {
		// Nothing moves here any more, but a decision may be shared with somebody
		// for whom something did.
		for range attempts {
			if err = try(still, true); !errors.Is(err, errMoved) {
				break
			}
		}
		return err
	})
}

// standStill runs fn in one state of the database. Whoever does so keeps a
// connection and may wait for somebody who needs one, to read the links of a new
// generation or a grant; so only some of the connections are given to it.
func (g *Gateway) standStill(ctx context.Context, fn func(still *Gateway) error) error {
	select {
	case g.standing <- struct{}{}:
		defer func() { <-g.standing }()
	case <-ctx.Done():
		return unavailable()
	}
	return g.DB.Pinned(ctx, func(still *database.Database) error { return fn(g.at(still)) })
}

// attempt computes a response under one stamp: steps 1 to 7, with the second done. Any
// error, errMoved apart, is about the request as it stood when the caller was
// identified or later.
//
// Who comes again has been admitted already. Who had to wait for that was identified a
// while ago: an answer has the stamp to show that this still holds, and its plan has not
// expired; anything else is found again.
func (g *Gateway) attempt(ctx context.Context, req request, wrong error, turn *turn) (*answer, identity, error) {
	who, err := g.identify(ctx, req)
	if err != nil {
		return nil, who, err
	}
	waited := false
	if !req.again {
		if waited, err = g.admit(ctx, who, turn); err != nil {
			return nil, who, err
		}
	}
	if who.signedQuery != req.rawQuery && who.nonce != nil {
		req, wrong = req.reading(who.signedQuery)
	}
	a, err := g.compute(ctx, req, wrong, who)
	if err != nil && waited {
		err = errMoved
	}
	return a, who, err
}

// compute computes a response to who was identified: steps 3 to 7.
func (g *Gateway) compute(ctx context.Context, req request, wrong error, who identity) (*answer, error) {
	plan, err := g.decide(ctx, who)
	switch {
	case err != nil:
		return nil, err
	case wrong != nil:
		return nil, wrong
	}
	held, err := g.mannersOf(ctx, who)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(req, who, plan, held)
	if err != nil {
		return nil, err
	}
	sees, err := g.see(ctx, who, plan)
	if err != nil {
		return nil, err
	}
	return g.fetch(ctx, req, who, sees, chosen)
}

// fetch computes a response to whoever sees and has chosen: steps 5 to 7.
func (g *Gateway) fetch(ctx context.Context, req request, who identity, sees sight, chosen choice) (*answer, error) {
	within, err := g.reach(ctx, req, sees)
	if err != nil {
		return nil, err
	}
	list, err := g.scan(ctx, req, sees, chosen, within)
	if err != nil {
		return nil, err
	}
	page, err := g.page(req, sees, chosen, list)
	if err != nil {
		return nil, err
	}
	body, err := g.read(ctx, req, sees, chosen, page)
	if err != nil {
		return nil, err
	}
	return &answer{req: req, who: who, sight: sees, choice: chosen, page: page, body: body, tag: tagOf(body, chosen.warnings)}, nil
}
