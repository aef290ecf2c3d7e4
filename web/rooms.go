package web

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/explanation"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/losses"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/roster/view"
	approvalsroom "github.com/rostergate/rostergate/web/approvals"
	"github.com/rostergate/rostergate/web/auditor"
	"github.com/rostergate/rostergate/web/dashboard"
	"github.com/rostergate/rostergate/web/dataguard"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
	"github.com/rostergate/rostergate/web/guardrails"
	"github.com/rostergate/rostergate/web/imports"
	optoutsroom "github.com/rostergate/rostergate/web/optouts"
	"github.com/rostergate/rostergate/web/preview"
	"github.com/rostergate/rostergate/web/register"
	"github.com/rostergate/rostergate/web/staff"
	"github.com/rostergate/rostergate/web/why"
)

// Parts are what the rooms work with. All of them are required.
type Parts struct {
	DB      *database.Database // for functions of other packages that read through it
	People  *people.Registry
	Apps    *apps.Registry
	Roster  *roster.Roster
	Views   *view.Memory
	Shelf   *shelf.Shelf // of uploads; whoever opened it closes it
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

	// Panics counts the pages and imports that crashed; nil is the gateway's counter,
	// or one of the rooms' own.
	Panics *fault.Panics
}

// New puts the rooms into their frame, which answers every path that the gateway does
// not.
func New(p Parts) (*frame.Frame, error) {
	p.Panics = cmp.Or(p.Panics, p.Gateway.Panics, &fault.Panics{})
	return frame.New(frame.Parts{
		DB: p.DB, People: p.People, Apps: p.Apps, Desk: p.desk(), Roster: p.Roster, Views: p.Views, Intake: p.importer(), Ledger: p.Ledger, Gateway: p.Gateway,
		Log: p.Log, Panics: p.Panics, Clock: p.Clock, PublicURL: p.PublicURL, Proxies: p.Proxies, Answered: p.Gateway.Answered,
	}, p.rooms()...)
}

// desk is where changes that wait are decided on.
func (p Parts) desk() *approvals.Desk {
	return &approvals.Desk{DB: p.DB, Apps: p.Apps, OptOuts: p.optOuts(), Clock: p.Clock, Standing: people.Standing}
}

func (p Parts) optOuts() *optouts.Registry {
	return &optouts.Registry{DB: p.DB, Apps: p.Apps, Clock: p.Clock}
}

// importer is the one that the shelf imports with, nil where only the routes are asked for.
func (p Parts) importer() *intake.Importer {
	if p.Shelf == nil {
		return nil
	}
	return p.Shelf.Importer
}

// Routes lists every page.
func Routes() []frame.Route { return frame.RoutesOf(Parts{}.rooms()...) }

// rooms gives each room the parts that it works with, and no others.
func (p Parts) rooms() []frame.Room {
	entrance := &staff.Room{People: p.People, Ledger: p.Ledger, PublicURL: p.PublicURL}
	tells := gains.Teller{Gateway: p.Gateway, Engine: p.Engine, Views: p.Views}
	register := &register.Room{Apps: p.Apps, Manners: &manners.Registry{DB: p.DB}, Ledger: p.Ledger, Tells: tells, PublicURL: p.PublicURL}
	guard := &dataguard.Room{Apps: p.Apps, Views: p.Views, Engine: p.Engine, Tells: tells, Clock: p.Clock}
	why := &why.Room{Explains: explanation.Teller{Gateway: p.Gateway, Engine: p.Engine, OptOuts: p.optOuts()}}
	preview := &preview.Room{Views: p.Views, Engine: p.Engine}
	guards := &guardrails.Room{Apps: p.Apps, Engine: p.Engine, Tells: tells}
	imports := &imports.Room{Shelf: p.Shelf, Losses: losses.Teller{Apps: p.Apps, Gateway: p.Gateway}}
	out := &optoutsroom.Room{Apps: p.Apps, OptOuts: p.optOuts(), Views: p.Views, Gateway: p.Gateway}
	second := &approvalsroom.Room{Desk: p.desk(), Apps: p.Apps, Tells: tells}
	auditor := &auditor.Room{Apps: p.Apps, Ledger: p.Ledger}
	first := &dashboard.Room{Apps: p.Apps, Views: p.Views, Shelf: p.Shelf, Ledger: p.Ledger, Clock: p.Clock}
	return []frame.Room{
		entrance.Pages(), first.Pages(), register.Pages(), guard.Pages(), why.Pages(), preview.Pages(), out.Pages(), guards.Pages(), imports.Pages(), second.Pages(), auditor.Pages(),
	}
}
