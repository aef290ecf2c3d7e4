package frame

import (
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/traffic"
)

// Parts are what the frame works with: who comes, what they may be told, and where it
// is on record. All of them are required.
type Parts struct {
	DB      *database.Database // for functions of other packages that read through it
	People  *people.Registry
	Apps    *apps.Registry
	Desk    *approvals.Desk // of changes that wait
	Roster  *roster.Roster
	Views   *view.Memory
	Intake  *intake.Importer
	Ledger  *audit.Ledger
	Gateway *gateway.Gateway // shows what an app would get
	Log     *slog.Logger
	Panics  *fault.Panics // counts the pages that crashed
	Clock   func() time.Time

	// PublicURL is how people reach the rooms, without a slash at its end. Where
	// it is https, cookies are for https only.
	PublicURL string

	// Proxies are those that say for whom they ask.
	Proxies proxies.Trusted

	// Answered, where set, is told of each page once it is sent.
	Answered func(traffic.Answer)
}

// Room is what a room brings: its pages, and the templates of their screens, each
// templates/NAME.html.
type Room struct {
	Routes    []Route
	Templates fs.FS

	// Keep answers a form that came without a session with a sign-in that carries it.
	// One room has it.
	Keep func(*Visit, Kept) error
}

// Frame is what every page stands in. It answers each path that a room has a route
// for, and says of any other that there is no such page.
type Frame struct {
	Parts

	routes  []Route
	screens map[string]*screen
	assets  assets
	origins *http.CrossOriginProtection
	codes   ceds.Tables
	keep    func(*Visit, Kept) error
	echo    *echo.Echo
}

// New puts rooms into a frame, which is finished then.
func New(p Parts, rooms ...Room) (*Frame, error) {
	f := &Frame{Parts: p, codes: ceds.Load(), origins: http.NewCrossOriginProtection()}
	if f.Answered == nil {
		f.Answered = func(traffic.Answer) {}
	}
	var err error
	if f.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if f.screens, err = parseScreens(f.assets, rooms); err != nil {
		return nil, err
	}
	if err := f.origins.AddTrustedOrigin(f.PublicURL); err != nil {
		return nil, fmt.Errorf("the setting public-url: %w", err)
	}
	f.routes = f.routesWith(rooms)
	for _, room := range rooms {
		if room.Keep != nil {
			f.keep = room.Keep
		}
	}
	f.echo = f.newEcho()
	return f, nil
}

// ServeHTTP answers a request with a page.
func (f *Frame) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.echo.ServeHTTP(w, r) }

func (f *Frame) newEcho() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard) // it writes paths
	e.IPExtractor = f.Proxies.Client
	e.HTTPErrorHandler = f.unrouted
	e.Use(f.tell, f.aroundEach)
	for _, line := range f.routes {
		e.Add(line.Method, line.Path, f.enter(line))
		if line.Method == http.MethodGet {
			e.Add(http.MethodHead, line.Path, f.enter(line))
		}
	}
	return e
}

// secure reports whether people come by https.
func (f *Frame) secure() bool { return strings.HasPrefix(f.PublicURL, "https://") }
