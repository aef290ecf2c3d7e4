package gateway

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway/paging"
	"github.com/rostergate/rostergate/gateway/shares"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/traffic"
)

// Config is what a gateway works with, and its limits.
type Config struct {
	DB       *database.Database
	Apps     *apps.Registry
	Plans    *policy.Plans
	Roster   *roster.Roster
	Views    *view.Memory
	Horizons *notice.Horizons
	Ledger   *audit.Ledger
	Uses     *credentials.Uses // nil for one that nobody writes down
	Clock    func() time.Time
	Log      *slog.Logger

	// PublicURL is how apps reach the gateway, without a slash at its end. Every
	// href begins with it, whatever host a request names.
	PublicURL string

	// Proxies are those that say for whom they ask.
	Proxies proxies.Trusted

	// Rate is how many requests a second an app may make; 0 is no limit.
	Rate float64

	// Patience is how long a request that comes too early waits until its app's rate lets it
	// through; 0 refuses it at once. Pause, where set, does the waiting.
	Patience time.Duration
	Pause    func(context.Context, time.Duration) error

	// AnswerTime is how long it may take to compute an answer and to put it on record;
	// 0 is a minute. Server allows for two.
	AnswerTime time.Duration

	// AnswerMemory is how many bytes the answers that are being sent may take, of all
	// apps together; 0 is 256 MiB. One app may hold a quarter of it.
	AnswerMemory int64

	// Answered, where set, is told of each answer once it is sent.
	Answered func(traffic.Answer)

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
}

// Gateway answers apps, and says what they would get. Make it with New.
type Gateway struct {
	Config

	routes  routes
	rates   *shares.Rates
	turns   *shares.Turns
	memory  *shares.Memory
	walks   *paging.Walks
	results *results
	bodies  *bodies
	optOuts *optouts.Memory
	manners *manners.Memory

	standing chan struct{} // holds one for each answer computed in one state of the database
}

// New makes a gateway, which answers by its Handler.
func New(c Config) *Gateway {
	c.AnswerTime = cmp.Or(c.AnswerTime, time.Minute)
	c.AnswerMemory = cmp.Or(c.AnswerMemory, 256<<20)
	c.Panics = cmp.Or(c.Panics, &fault.Panics{})
	c.Uses = cmp.Or(c.Uses, &credentials.Uses{DB: c.DB})
	if c.Pause == nil {
		c.Pause = pause
	}
	if c.Answered == nil {
		c.Answered = func(traffic.Answer) {}
	}
	connections := c.DB.Connections()
	return &Gateway{
		Config: c, routes: newRoutes(),
		rates: shares.NewRates(c.Rate), turns: shares.NewTurns(connections), memory: shares.NewMemory(c.AnswerMemory),
		walks: paging.NewWalks(), results: &results{}, bodies: &bodies{}, optOuts: &optouts.Memory{}, manners: &manners.Memory{},
		standing: make(chan struct{}, max(1, connections/4)),
	}
}

// at is the gateway as it reads through another handle of the database.
func (g *Gateway) at(db *database.Database) *Gateway {
	still, registry := *g, *g.Apps
	registry.DB = db
	still.DB, still.Apps, still.Roster, still.Views = db, &registry, g.Roster.At(db), g.Views.At(db)
	return &still
}
