package gateway

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
)

// respond sends an answer that is on record.
func (g *Gateway) respond(c echo.Context, req request, a *answer) error {
	header := c.Response().Header()
	header.Set("X-Perm-Rev", a.horizon.Revision())
	if !req.route.Single {
		header.Set("X-Total-Count", number(a.page.total))
		header.Set("X-Count", number(uint64(len(a.page.ids))))
		if links := g.pages(req, a.page); links != "" {
			header.Set("Link", links)
		}
	}
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, a.body)
}

// pages is the Link header: where the other pages of a list are. The other
// parameters stay as they are.
func (g *Gateway) pages(req request, p page) string {
	var links []string
	add := func(rel string, offset uint64, cursor string) {
		query := url.Values{}
		for name, values := range req.query {
			query[name] = values
		}
		query.Set("limit", number(req.limit))
		query.Set("offset", number(offset))
		query.Del(cursorParameter)
		if cursor != "" {
			query.Set(cursorParameter, cursor)
		}
		links = append(links, "<"+g.PublicURL+req.path+"?"+query.Encode()+`>; rel="`+rel+`"`)
	}
	if req.offset > 0 {
		add("first", 0, "")
		add("prev", req.offset-min(req.limit, req.offset), "")
	}
	if p.more {
		add("next", req.offset+uint64(len(p.ids)), p.next)
		add("last", (p.total-1)/req.limit*req.limit, "")
	}
	return strings.Join(links, ", ")
}

// refuse puts a refusal on record and sends it. Without the record there is no
// answer but that there is none.
func (g *Gateway) refuse(c echo.Context, req request, caller identity, err error) error {
	p := translate(err)
	if p.status >= http.StatusInternalServerError {
		g.Log.Error("request failed", "request_id", req.id, "route", req.route.Path, "client", c.RealIP(), "error", err)
	}
	recorded := g.Ledger.Refuse(c.Request().Context(), audit.Refusal{
		RequestID: req.id, App: caller.App, Address: g.strange(c.Request(), caller.Caller, err), Door: req.door, Route: req.route.Path,
		Entity: req.route.Entity, Status: p.status, Reason: p.minor, Nonce: caller.nonce,
	})
	switch {
	case fault.Is(recorded, fault.Unauthenticated): // a replay
		caller.nonce = nil
		return g.refuse(c, req, caller, recorded)
	case recorded != nil:
		g.Log.Error("refusal not recorded", "request_id", req.id, "client", c.RealIP(), "error", recorded)
		return g.respondError(c, unavailable())
	}
	return g.respondError(c, p)
}

// number writes n for a URL or a header.
func number(n uint64) string { return strconv.FormatUint(n, 10) }
