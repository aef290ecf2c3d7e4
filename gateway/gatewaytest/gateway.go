package gatewaytest

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/secret"
)

// Gateway is one running gateway and what it works with: as much as a process
// has to itself.
type Gateway struct {
	URL      string // where it is reached; also the base of every href, unless PublicURL is set
	DB       *database.Database
	Apps     *apps.Registry
	OptOuts  *optouts.Registry
	Roster   *roster.Roster
	Views    *view.Memory
	Horizons *notice.Horizons
	Intake   *intake.Importer
	Ledger   *audit.Ledger
	Log      *Log
	Server   *gateway.Gateway // what is behind the URL

	district *District
	ledger   *database.Database
}

// keptPlans is small, so that tests meet plans that were dropped.
const keptPlans = 8

// Replica starts another gateway of the district, on connections of its own.
func (d *District) Replica() *Gateway { return d.Narrow(0) }

// Narrow is a replica with so many connections to the store.
func (d *District) Narrow(connections int) *Gateway {
	d.t.Helper()
	ledger := d.Store.URL
	if d.Store.Ledger.Dialect == database.SQLite {
		ledger = "sqlite:" + d.Store.Ledger.Path
	}
	return d.open(d.connect(d.Store.URL, connections), d.connect(ledger, 0))
}

// On starts a gateway of the district on a standby of its store.
func (d *District) On(s *dbtest.Standby) *Gateway {
	d.t.Helper()
	return d.open(d.connect(s.URL, 0), d.connect(s.Ledger, 0))
}

// Reading starts a gateway of the district that reads by one URL and puts on record by
// another.
func (d *District) Reading(store, ledger string) *Gateway {
	d.t.Helper()
	return d.open(d.connect(store, 0), d.connect(ledger, 0))
}

// ReplicaWith is a replica that holds another encryption key than the district's others.
func (d *District) ReplicaWith(key secret.Key) *Gateway {
	d.t.Helper()
	other := *d
	other.key = key
	return other.Replica()
}

func (d *District) connect(url string, connections int) *database.Database {
	d.t.Helper()
	db, err := database.Open(context.Background(), url, database.Options{Connections: connections})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = db.Close() })
	return db
}

// open starts a gateway on a store and a ledger.
func (d *District) open(store, ledger *database.Database) *Gateway {
	views := view.NewMemory(store)
	g := &Gateway{
		DB:     store,
		Apps:   &apps.Registry{DB: store, Key: d.key, Clock: d.Clock.Now, Rand: rand.Reader, Engine: func() (*policy.Engine, error) { return d.engine, nil }},
		Roster: roster.New(store), Views: views,
		Horizons: notice.NewHorizons(views, store, ledger, d.Clock.Now),
		Intake:   intake.New(store, d.Clock.Now),
		Ledger:   audit.Open(ledger, store, d.Clock.Now),
		Log:      &Log{}, district: d, ledger: ledger,
	}
	g.OptOuts = &optouts.Registry{DB: store, Apps: g.Apps, Clock: d.Clock.Now}
	server := httptest.NewUnstartedServer(nil)
	g.URL = "http://" + server.Listener.Addr().String()
	door := gateway.New(gateway.Config{
		DB: store, Apps: g.Apps, Plans: policy.NewPlans(d.engine, d.Clock.Now, keptPlans), Roster: g.Roster, Views: g.Views, Horizons: g.Horizons, Ledger: g.Ledger,
		Clock: d.Clock.Now, Log: slog.New(slog.NewJSONHandler(g.Log, nil)),
		PublicURL: cmp.Or(d.public, g.URL), Key: d.key, Rate: d.rate, Patience: d.patience, Pause: d.pause, AnswerTime: d.answerTime, AnswerMemory: d.answerMemory,
		Ready: func(context.Context) error { return nil },
	})
	g.Server = door
	server.Config = gateway.Server(g.URL, door.Handler())
	server.Start()
	d.t.Cleanup(func() {
		server.Close()
		g.Ledger.Close()
	})
	return g
}

// LoseLedger closes the connections that a replica has to the ledger.
func (g *Gateway) LoseLedger() {
	if err := g.ledger.Close(); err != nil {
		g.district.t.Fatal(err)
	}
}

// OptOut opts students out of an app, or of all where it is empty, through this gateway's
// register.
func (g *Gateway) OptOut(app string, students ...string) {
	t := g.district.t
	t.Helper()
	var wanted []optouts.Wanted
	for _, id := range students {
		wanted = append(wanted, optouts.Wanted{Student: id, App: app})
	}
	report, err := g.OptOuts.Add(context.Background(), wanted, by())
	if err != nil || !report.Stored {
		t.Fatalf("opt %q out of %q: %+v, %v", students, app, report, err)
	}
}

// Edit changes an app's grant through this gateway's registry, as a person does.
func (g *Gateway) Edit(app string, edit apps.Edit) apps.SavedGrant {
	t := g.district.t
	t.Helper()
	ctx := context.Background()
	current, err := g.Apps.Grant(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := g.Apps.Keys(ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	edited, err := edit.Apply(current.Grant, keys)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := g.Apps.SaveGrant(ctx, app, current.Base(), edited.Grant, by(), edited.Seen...)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// Log is what a gateway logged.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write takes a line.
func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// String is everything so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
