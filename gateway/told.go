package gateway

import (
	"cmp"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/traffic"
)

// tellingKey is the key of what is told of a request in echo's context.
const tellingKey = "telling"

// tell tells of each answer once it is sent. Of what was asked it has the pattern of the
// path alone, for a path and a query may hold ids and values.
func (g *Gateway) tell(e *echo.Echo) echo.MiddlewareFunc {
	patterns := sync.OnceValue(func() map[string]bool {
		known := map[string]bool{}
		for _, r := range e.Routes() {
			known[r.Path] = true
		}
		return known
	})
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := time.Now()
			a := &traffic.Answer{Door: traffic.API, Method: traffic.MethodOf(c.Request()), Route: traffic.Unknown}
			if patterns()[c.Path()] {
				a.Route = c.Path()
			}
			c.Set(tellingKey, a)
			defer func() {
				a.RequestID, a.Status, a.Bytes, a.Took = idOf(c), cmp.Or(a.Status, c.Response().Status), c.Response().Size, time.Since(began)
				g.Answered(*a)
			}()
			if err := next(c); err != nil {
				c.Error(err) // here, so that its status is known
			}
			return nil
		}
	}
}

// telling is what will be told of a request.
func telling(c echo.Context) *traffic.Answer {
	if a, ok := c.Get(tellingKey).(*traffic.Answer); ok {
		return a
	}
	return &traffic.Answer{}
}

// tellRead notes what is told of a read.
func tellRead(c echo.Context, req request, who identity) {
	tell := telling(c)
	tell.App, tell.Route = who.App, req.service.Base+req.route.Path
	if !req.known {
		tell.Route = traffic.Unknown
	}
}

// Held is what a gateway remembers and what is under way in it, at one moment.
type Held struct {
	Walks, WalkBytes         int
	Results, ResultBytes     int // of filters and sorts
	ResultHits, ResultMisses int64
	AnswerBytes              int64 // of answers that are being sent
	UnderWay, Waiting        int   // answers that are computed, and that wait for their turn
}

// Held counts what the gateway holds.
func (g *Gateway) Held() Held {
	h := Held{AnswerBytes: g.memory.Taken()}
	h.Walks, h.WalkBytes = g.walks.Held()
	h.UnderWay, h.Waiting = g.turns.Held()
	g.results.mu.Lock()
	defer g.results.mu.Unlock()
	for _, one := range g.results.remembered {
		h.Results, h.ResultBytes = h.Results+1, h.ResultBytes+one.list.Size()
	}
	h.ResultHits, h.ResultMisses = g.results.hits, g.results.misses
	return h
}
