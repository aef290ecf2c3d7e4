package gateway

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
)

// send sends an answer that is on record, if somebody waits for it. Records count as sent
// once the whole of it is handed over.
func (g *Gateway) send(c echo.Context, a *answer) error {
	if hungUp(c.Request()) {
		return g.giveUp(c, nil)
	}
	if err := g.respond(c, a); err != nil {
		telling(c).Status = statusHungUp
		return err
	}
	if a.req.method != http.MethodHead && !a.unchanged() {
		telling(c).Records = len(a.page.IDs)
	}
	return nil
}

// respond writes an answer.
func (g *Gateway) respond(c echo.Context, a *answer) error {
	header := c.Response().Header()
	header.Set("X-Perm-Rev", a.sight.horizon.Revision())
	if a.tag != "" {
		header.Set("ETag", a.tag)
	}
	header.Set("X-Total-Count", decimal(a.page.Total))
	if !a.req.route.Single {
		header.Set("X-Count", decimal(uint64(len(a.page.IDs))))
		if links := g.links(a.req, a.page); links != "" {
			header.Set("Link", links)
		}
	}
	if a.unchanged() {
		return c.NoContent(http.StatusNotModified)
	}
	header.Set("Content-Length", strconv.Itoa(len(a.body)))
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, a.body)
}

// refuse puts a refusal on record and sends it. Without the record there is no
// answer but that there is none.
func (g *Gateway) refuse(c echo.Context, req request, who identity, err error) error {
	p := translate(err)
	if p.status >= http.StatusInternalServerError && hungUp(c.Request()) {
		return g.giveUp(c, err)
	}
	if p.status >= http.StatusInternalServerError {
		g.Log.Error("request failed", "request_id", req.id, "route", req.route.Path, "client", c.RealIP(), "error", err)
	}
	g.Log.Debug("request refused", "request_id", req.id, "route", req.route.Path, "app", who.App, "status", p.status, "reason", p.minor)
	ctx, stop := unheard(c.Request().Context())
	defer stop()
	recorded := g.Ledger.Refuse(ctx, audit.Refusal{
		RequestID: req.id, App: who.App, Address: g.stranger(c.Request(), who.Caller, err), Door: req.door, Route: req.route.Path,
		Entity: req.route.Entity, Status: p.status, Reason: p.minor, Nonce: who.nonce,
	})
	switch {
	case fault.Is(recorded, fault.Unauthenticated): // a replay
		who.nonce = nil
		return g.refuse(c, req, who, recorded)
	case recorded != nil:
		g.Log.Error("refusal not recorded", "request_id", req.id, "client", c.RealIP(), "error", recorded)
		return g.respondError(c, unavailable())
	}
	return g.respondError(c, p)
}

// statusHungUp is the status, for ourselves, of a request whose client did not wait for
// the answer: what could not be finished for them is no failure of ours. The number is
// that of nginx.
const statusHungUp = 499

// giveUp ends a request that nobody waits for: its status is for the log and the numbers.
func (g *Gateway) giveUp(c echo.Context, err error) error {
	g.Log.Debug("the client hung up", "request_id", idOf(c), "route", telling(c).Route, "error", err)
	return c.NoContent(statusHungUp)
}

// unheard is a request's context for what goes on record of it whether or not its client
// waits. It ends when the request would at the latest.
func unheard(ctx context.Context) (context.Context, context.CancelFunc) {
	bare := context.WithoutCancel(ctx)
	if end, ends := ctx.Deadline(); ends {
		return context.WithDeadline(bare, end)
	}
	return context.WithCancel(bare)
}

// hungUp reports whether nobody waits for the answer any more. A request that took too
// long has a deadline that passed instead.
func hungUp(r *http.Request) bool { return errors.Is(r.Context().Err(), context.Canceled) }
