package gateway

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/secret"
)

// Gateway answers apps. Its fields are set before Handler is called, and Handler
// before anything is asked of it.
type Gateway struct {
	DB       *database.Database
	Apps     *apps.Registry
	Plans    *policy.Plans
	Roster   *roster.Roster
	Views    *view.Memory
	Horizons *notice.Horizons
	Ledger   *audit.Ledger
	Clock    func() time.Time
	Log      *slog.Logger

	// PublicURL is how apps reach the gateway, without a slash at its end. Every
	// href begins with it, whatever host a request names.
	PublicURL string

	// Proxies are those that say for whom they ask.
	Proxies proxies.Trusted

	// Rate is how many requests a second an app may make; 0 is no limit.
	Rate float64

	// AnswerTime is how long it may take to compute an answer and to put it on record;
	// 0 is a minute. Server allows for two.
	AnswerTime time.Duration

	// AnswerMemory is how many bytes the answers that are being sent may take, of all
	// apps together; 0 is 256 MiB. One app may hold a quarter of it.
	AnswerMemory int64

	// Panics counts the requests that crashed; nil is a counter of the gateway's own.
	Panics *fault.Panics

	// Key seals cursors and makes pseudonyms; all replicas have the same. It is the work
	// key of Apps.
	Key secret.Key

	// Ready reports what keeps the gateway from answering, nil if nothing does.
	Ready func(context.Context) error

	// Warnings, where set, are what /readyz says beside that it is ready: sentences
	// about what is not as it should be, and keeps nobody from an answer.
	Warnings func(context.Context) ([]string, error)

	routes  routes
	rates   *rates
	walks   *walks
	results *results
	bodies  *bodies
	memory  *memory
	turns   *turns

	standing chan struct{} // holds one for each answer computed in one state of the database
}

// The limits of a request. A filter takes twelve bytes for each of its characters
// at most: four of UTF-8, each of them percent-encoded as three. So every filter
// fits into a query, with 8 kB to spare, and every query into the headers, which
// have its line among them.
const (
	maxQuery    = 32 << 10
	maxHeader   = maxQuery + 32<<10
	maxForm     = 16 << 10
	answerTime  = time.Minute
	writeTime   = 2*time.Minute + requestTime
	readyTime   = 5 * time.Second
	headerTime  = 10 * time.Second
	requestTime = 30 * time.Second
	idleTime    = 2 * time.Minute
)

// base11 is where OneRoster 1.1 is served.
const base11 = "/ims/oneroster/v1p1"

// readPath is what echo calls the paths of reads.
const readPath = base11 + "/*"

// Handler routes every path of the gateway.
func (g *Gateway) Handler() http.Handler {
	g.routes = newRoutes()
	g.rates = newRates(g.Rate)
	g.walks = &walks{byReader: map[string][]*walk{}}
	g.results = &results{}
	g.bodies = &bodies{}
	g.memory = newMemory(cmp.Or(g.AnswerMemory, answerMemory))
	g.turns = newTurns(g.DB.Connections())
	g.Panics = cmp.Or(g.Panics, &fault.Panics{})
	g.standing = make(chan struct{}, max(1, g.DB.Connections()/4))
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(discard{})
	e.IPExtractor = g.Proxies.Client
	e.HTTPErrorHandler = g.unrouted
	e.Use(g.frame)
	e.GET(readPath, g.serve)
	e.POST("/oauth/token", g.token)
	e.POST("/token", g.token)
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", g.ready)
	g.describe(e)
	return e
}

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
		ctx, cancel := context.WithTimeout(c.Request().Context(), cmp.Or(g.AnswerTime, answerTime))
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		defer func() {
			if crash := recover(); crash != nil {
				err = g.crashed(c, crash)
			}
		}()
		// A read says so itself, to somebody who may ask.
		if wrong := illegible(c.Request()); wrong != nil && c.Path() != readPath {
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

// discard keeps echo's own logger quiet: it writes paths, and paths hold
// sourcedIds.
type discard struct{}

// Write does nothing.
func (discard) Write(p []byte) (int, error) { return len(p), nil }
