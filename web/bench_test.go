package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/web"
	"github.com/rostergate/rostergate/web/frame"
)

// A district of this many students has 300 schools.
const (
	benchStudents = 135_000
	benchApps     = 60
	benchKeys     = 40 // more than the made-up district has
)

// BenchmarkRooms measures every page in a large district with many apps and keys,
// and says how long the slowest of twenty takes:
//
//	go test ./web -run '^$' -bench Rooms -benchtime 100x -timeout 60m
func BenchmarkRooms(b *testing.B) {
	place := b.TempDir()
	if err := (sample.District{Students: benchStudents, Seed: 1}).WriteDir(place); err != nil {
		b.Fatal(err)
	}
	addKeys(b, place)
	for _, dialect := range []database.Dialect{database.Postgres, database.SQLite} {
		s := dbtest.New(b, dialect)
		d := gatewaytest.StartWith(b, s, place)
		presets := presets.All()
		for i := len(presets); i < benchApps; i++ {
			d.Register(fmt.Sprintf("app-%02d", i), presets[i%len(presets)].ID)
		}
		h := open(b, s, web.Parts{Apps: d.Apps, Roster: d.Roster, Views: d.Views, Shelf: &shelf.Shelf{Importer: d.Intake}, Ledger: d.Ledger, Gateway: d.Server, Clock: d.Clock.Now})
		h.admin = h.signedIn("admin@example.org", people.Admin)
		attempt, err := d.Intake.Begin(ctx, intake.Attempt{Actor: "cli:test", Origin: intake.Command})
		if err == nil {
			_, err = d.Intake.Carry(ctx, attempt, place, intake.Options{})
		}
		if err != nil {
			b.Fatal(err)
		}
		for _, app := range presets {
			d.As(app.ID).Get("/users?limit=10000")
		}
		for _, v := range h.visits() {
			b.Run(string(dialect)+"/"+v.name, func(b *testing.B) { v.measure(b, h.admin) })
		}
	}
}

// addKeys adds keys to the metadata of demographics.
func addKeys(b *testing.B, place string) {
	b.Helper()
	rostertest.Rewrite(b, filepath.Join(place, "demographics.csv"), func(line int, row []string) []string {
		for key := range benchKeys {
			cell := fmt.Sprint((line + key) % 7)
			if line == 0 {
				cell = fmt.Sprintf("metadata.program%02d", key)
			}
			row = append(row, cell)
		}
		return row
	})
}

// visit is a page, and the form that leads to it.
type visit struct {
	name, path string
	form       url.Values
}

// visits are the pages of an admin: every one that has an address, and those that
// forms lead to.
func (h *house) visits() []visit {
	h.t.Helper()
	var all []visit
	for _, l := range web.Routes() {
		path := strings.NewReplacer(":app", "amplify", ":version", "1", ":run", "1").Replace(l.Path)
		if l.Method == http.MethodGet && l.Access != frame.Public && !strings.Contains(path, ":") {
			all = append(all, visit{name: "GET " + l.Path, path: path})
		}
	}
	for _, tab := range []string{"users", "demographics"} {
		all = append(all, visit{name: "GET /apps/:app/dataguard?entity=" + tab, path: "/apps/amplify/dataguard?entity=" + tab})
	}
	guard := h.admin.get("/apps/amplify/dataguard?entity=demographics").form()
	guard.Del("field")
	looked := with(guard, "look", "changing")
	scope := h.admin.scopeForm("amplify", map[string][]string{"grades": {"only"}, "grade": {"03", "04"}})
	find := func(text string) url.Values { return url.Values{"of": {"users"}, "find": {text}, "look": {"search"}} }
	return append(all,
		visit{"POST /apps/:app/dataguard (the panel)", "/apps/amplify/dataguard", guard},
		visit{"POST /apps/:app/dataguard (a record that changes)", "/apps/amplify/dataguard", looked},
		visit{"POST /apps/:app/scope/count", "/apps/amplify/scope/count", scope},
		visit{"POST /apps/:app/scope (the panel)", "/apps/amplify/scope", scope},
		visit{"POST /apps/:app/copy (the panel)", "/apps/amplify/copy", url.Values{"from": {"alexandria"}}},
		visit{"POST /apps/:app/preview (a name)", "/apps/amplify/preview", find("ann")},
		visit{"POST /apps/:app/preview (nobody's)", "/apps/amplify/preview", find("zzzzzz")},
		visit{"POST /apps/:app/preview/record", "/apps/amplify/preview/record", url.Values{"of": {"users"}, "record": {"st-000003"}}},
	)
}

// with is the form with one more value.
func with(form url.Values, name, value string) url.Values {
	more := url.Values{}
	for n, values := range form {
		more[n] = slices.Clone(values)
	}
	more.Set(name, value)
	return more
}

func (v visit) measure(b *testing.B, g *guest) {
	method := http.MethodGet
	if v.form != nil {
		method = http.MethodPost
	}
	var spent []time.Duration
	for b.Loop() {
		began := time.Now()
		if a := g.send(method, v.path, v.form, nil); a.status != http.StatusOK {
			b.Fatalf("%s: %d\n%s", v.name, a.status, a.body)
		}
		spent = append(spent, time.Since(began))
	}
	slices.Sort(spent)
	b.ReportMetric(float64(spent[len(spent)/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(float64(spent[len(spent)*19/20].Microseconds())/1000, "ms/p95")
}
