package gateway

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// The limits of a request. A filter takes twelve bytes for each of its characters
// at most: four of UTF-8, each of them percent-encoded as three. So every filter
// fits into a query, with 8 kB to spare, and every query into the headers, which
// have its line among them.
const (
	maxQuery    = 32 << 10
	maxHeader   = maxQuery + 32<<10
	maxForm     = 16 << 10
	writeTime   = 2*time.Minute + requestTime
	readyTime   = 5 * time.Second
	headerTime  = 10 * time.Second
	requestTime = 30 * time.Second
	idleTime    = 2 * time.Minute
)

// belowBase is what echo calls the paths of reads, behind their base.
const belowBase = "/*"

// Handler routes every path of the gateway.
func (g *Gateway) Handler() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard) // it writes paths, and paths hold sourcedIds
	e.IPExtractor = g.Proxies.Client
	e.HTTPErrorHandler = g.unrouted
	e.Use(g.tell(e), g.frame)
	for _, of := range g.routes {
		for _, base := range of.bases() {
			e.Match(reading(), base+belowBase, g.serve)
		}
	}
	alive := func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }
	for _, end := range ends() {
		e.POST("/oauth/token"+end, g.token)
		e.POST("/token"+end, g.token)
		e.Match(reading(), "/healthz"+end, alive)
		e.Match(reading(), "/readyz"+end, g.ready)
		e.GET(mePath+end, g.tellMe)
	}
	g.describe(e)
	return e
}

// reading are the methods of whatever only tells something.
func reading() []string { return []string{http.MethodGet, http.MethodHead} }

// ends are those of a path: some clients end every one with a slash.
func ends() []string { return []string{"", "/"} }

// Server is an HTTP server with the gateway's limits.
func Server(address string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr: address, Handler: handler, MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headerTime,
		ReadTimeout: requestTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
	}
}

// frame gives each request its id and its end, and keeps a crash from showing
// anything.
func (g *Gateway) frame(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		id := uuid.NewString()
		c.Set(requestID, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		c.Response().Header().Set("Cache-Control", "no-store")
		c.Response().Header().Set("X-Content-Type-Options", "nosniff")
		ctx, cancel := context.WithTimeout(c.Request().Context(), g.AnswerTime)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		defer func() {
			if crash := recover(); crash != nil {
				err = g.crashed(c, crash)
			}
		}()
		// A read says so itself, to somebody who may ask.
		if wrong := illegible(c.Request()); wrong != nil && !strings.HasSuffix(c.Path(), belowBase) {
			return g.respondError(c, translate(wrong))
		}
		if c.Request().Method == http.MethodOptions && c.Get(echo.ContextKeyHeaderAllow) != nil {
			next = echo.MethodNotAllowedHandler // echo would tell anybody which methods there are
		}
		return next(c)
	}
}

// crashed answers a request that panicked, if nothing is sent yet. What is sent in
// part breaks off, so that nobody takes it for the whole.
func (g *Gateway) crashed(c echo.Context, crash any) error {
	g.Log.Error("request crashed", "request_id", idOf(c), "route", c.Path(), "client", c.RealIP(), "panic", g.Panics.Caught(crash))
	if c.Response().Committed {
		panic(http.ErrAbortHandler)
	}
	return g.respondError(c, internal())
}

// requestID is the key of a request's id in echo's context.
const requestID = "request_id"

func idOf(c echo.Context) string {
	id, _ := c.Get(requestID).(string)
	return id
}

// ready says whether there are answers, soon: whoever asks decides where requests go.
func (g *Gateway) ready(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), readyTime)
	defer stop()
	var warnings []string
	err := g.Ready(ctx)
	if err == nil && g.Warnings != nil {
		warnings, err = g.Warnings(ctx)
	}
	if err != nil {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(unavailable().retry))
		return c.String(http.StatusServiceUnavailable, err.Error()+"\n")
	}
	text := "ready\n"
	for _, w := range warnings {
		text += "warning: " + w + "\n"
	}
	return c.String(http.StatusOK, text)
}

// unrouted answers what no route takes.
func (g *Gateway) unrouted(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problem{status: http.StatusNotFound, minor: unknownObject, description: "There is nothing at this path."}
	if wrong, ok := err.(*echo.HTTPError); ok && wrong.Code == http.StatusMethodNotAllowed {
		allowed := c.Response().Header().Get(echo.HeaderAllow)
		c.Response().Header().Set(echo.HeaderAllow, strings.TrimPrefix(allowed, http.MethodOptions+", "))
		p = problem{status: http.StatusMethodNotAllowed, minor: forbidden, description: "This path cannot be called with this method."}
	}
	_ = g.respondError(c, p)
}
