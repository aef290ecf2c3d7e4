package web

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/view"
)

// Rooms are the pages, and what they work with. The fields are set before
// Handler is called, and all of them are required.
type Rooms struct {
	DB      *database.Database // for functions of other packages that read through it
	People  *people.Registry
	Apps    *apps.Registry
	Roster  *roster.Roster
	Views   *view.Memory
	Intake  *intake.Importer
	Ledger  *audit.Ledger
	Engine  *policy.Engine   // says why something is shared or hidden
	Gateway *gateway.Gateway // shows what an app would get
	Clock   func() time.Time
	Log     *slog.Logger

	// PublicURL is how people reach the rooms, without a slash at its end. Where
	// it is https, cookies are for https only.
	PublicURL string

	// Proxies are those that say for whom they ask.
	Proxies proxies.Trusted

	// Uploads is a folder, made when it is needed, that keeps packages while they
	// are imported, and held ones until somebody decides. Servers that share it
	// can accept one another's.
	Uploads string

	// Panics counts the pages and imports that crashed; nil is the gateway's counter,
	// or one of the rooms' own.
	Panics *fault.Panics

	screens map[string]*screen
	assets  assets
	origins *http.CrossOriginProtection
	carried carried
	codes   ceds.Tables
}

// Handler answers every path that the gateway does not.
func (r *Rooms) Handler() (http.Handler, error) {
	r.codes = ceds.Load()
	r.Panics = cmp.Or(r.Panics, r.Gateway.Panics, &fault.Panics{})
	var err error
	if r.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if r.screens, err = parseScreens(r.assets); err != nil {
		return nil, err
	}
	r.origins = http.NewCrossOriginProtection()
	if err := r.origins.AddTrustedOrigin(r.PublicURL); err != nil {
		return nil, fmt.Errorf("the setting public-url: %w", err)
	}
	return r.echo(), nil
}

func (r *Rooms) echo() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(discard{})
	e.IPExtractor = r.Proxies.Client
	e.HTTPErrorHandler = r.unrouted
	e.Use(r.frame)
	for _, line := range Routes() {
		e.Add(line.Method, line.Path, r.enter(line))
		if line.Method == http.MethodGet {
			e.Add(http.MethodHead, line.Path, r.enter(line))
		}
	}
	return e
}

// secure reports whether people come by https.
func (r *Rooms) secure() bool { return strings.HasPrefix(r.PublicURL, "https://") }

// discard keeps echo's own logger quiet: it writes paths.
type discard struct{}

// Write does nothing.
func (discard) Write(p []byte) (int, error) { return len(p), nil }
