package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
)

func dashboardRoutes() []Route {
	return []Route{get("/", Anyone, (*Rooms).dashboard)}
}

type dashboardModel struct {
	Stats      []Stat
	Generation int64
	Imported   Moment // the last import; zero if there was none
	Importer   string
	Entities   []entityCount
	Waiting    []waiting
	Apps       []appLine
	Chart      chart
}

type entityCount struct {
	Label string
	Count int64
}

// waiting is something that a person has to decide.
type waiting struct {
	Status Status
	Title  string
	Says   string
}

type appLine struct {
	ID, Name string
	State    Status
	Synced   Moment // the last disclosure
}

func (r *Rooms) dashboard(v *visit) error {
	var m dashboardModel
	for _, part := range []func(*visit, *dashboardModel) error{r.rosterState, r.appStates, r.decisions, r.disclosures} {
		if err := part(v, &m); err != nil {
			return err
		}
	}
	return v.show("dashboard", "Dashboard", m)
}

// rosterState counts the records, and tells of the last import.
func (r *Rooms) rosterState(v *visit, m *dashboardModel) error {
	snapshot, err := r.Roster.Snapshot(v.ctx())
	if err != nil {
		return err
	}
	m.Generation = snapshot.Generation
	for _, e := range catalog.Tables(catalog.V11) {
		if e.Served {
			m.Entities = append(m.Entities, entityCount{e.Label, int64(snapshot.Live(e.Plural).GetCardinality())})
		}
	}
	m.Stats = stats(snapshot)
	last, err := r.Ledger.Latest(v.ctx(), audit.KindChange, audit.Question{Action: "import"}, 1)
	if err != nil || len(last) == 0 {
		return err
	}
	m.Imported, m.Importer = v.moment(last[0].Time), last[0].Actor
	return nil
}

// stats are the sizes of a district that people think in, which are lists of the
// standard.
func stats(snapshot *roster.Snapshot) []Stat {
	var all []Stat
	for _, label := range []string{"Schools", "Students", "Teachers", "Classes"} {
		for _, route := range catalog.Routes() {
			if route.Path == "/"+strings.ToLower(label) {
				count := snapshot.Subset(route.Entity, route.Only).GetCardinality()
				all = append(all, Stat{Label: label, Value: number(int64(count))})
			}
		}
	}
	return all
}

// stateOf is an app's state as a status.
func stateOf(s apps.State) Status {
	switch s {
	case apps.Enabled:
		return Status{Good, "Enabled"}
	case apps.Suspended:
		return Status{Bad, "Suspended"}
	}
	return Status{Careful, "Pending"}
}

func (r *Rooms) appStates(v *visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.ctx())
	if err != nil {
		return err
	}
	for _, app := range all {
		line := appLine{ID: app.ID, Name: app.Name, State: stateOf(app.State)}
		last, err := r.Ledger.Latest(v.ctx(), audit.KindDisclosure, audit.Question{App: app.ID, Received: true}, 1)
		if err != nil {
			return err
		}
		if len(last) > 0 {
			line.Synced = v.moment(last[0].Time)
		}
		m.Apps = append(m.Apps, line)
	}
	return nil
}

// decisions lists what waits for a person.
func (r *Rooms) decisions(v *visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.ctx())
	if err != nil {
		return err
	}
	for _, app := range all {
		if app.State == apps.Pending {
			m.Waiting = append(m.Waiting, waiting{Status{Careful, "Pending"}, app.Name, "Registered, and receives nothing until it is enabled."})
		}
		end, err := r.grantEnd(v.ctx(), app.ID)
		if err != nil {
			return err
		}
		if w, near := ending(v, app.Name, end); near && app.State == apps.Enabled {
			m.Waiting = append(m.Waiting, w)
		}
	}
	held, err := r.heldImports(v)
	if err != nil {
		return err
	}
	keys, err := r.unreviewed(v)
	m.Waiting = slices.Concat(m.Waiting, held, keys)
	return err
}

// heldImports tells of packages that somebody has to accept or to throw away.
func (r *Rooms) heldImports(v *visit) ([]waiting, error) {
	kept, err := r.Roster.Waiting(v.ctx())
	var all []waiting
	for _, a := range kept {
		if a.Waits() {
			all = append(all, waiting{
				Status{Careful, "Held"},
				fmt.Sprintf("Import %d", a.ID),
				"It would change more than is usual. Nothing is stored until somebody decides, in the room Imports.",
			})
		}
	}
	return all, err
}

func (r *Rooms) grantEnd(ctx context.Context, app string) (time.Time, error) {
	grant, err := r.Apps.Grant(ctx, app)
	return grant.Grant.Until, err
}

// soon is how long before its end a grant is a matter for the dashboard.
const soon = 30 * 24 * time.Hour

// ending tells of a grant that is over, or will be soon.
func ending(v *visit, app string, end time.Time) (waiting, bool) {
	now, day := v.rooms.Clock(), end.In(v.District.Zone()).Format("January 2, 2006")
	switch {
	case end.IsZero() || end.Sub(now) > soon:
		return waiting{}, false
	case !end.After(now):
		return waiting{Status{Bad, "Ended"}, app, "Its grant ended on " + day + "; it receives nothing."}, true
	}
	return waiting{Status{Careful, "Ends soon"}, app, "Its grant ends on " + day + "."}, true
}

// unreviewed tells, by entity, of keys that nobody has looked at.
func (r *Rooms) unreviewed(v *visit) ([]waiting, error) {
	keys, err := roster.Keys(r.DB.Read.WithContext(v.ctx()))
	if err != nil {
		return nil, err
	}
	var all []waiting
	for _, e := range catalog.Entities() {
		var names []string
		others := 0
		for _, k := range keys {
			switch {
			case k.Entity != e.Plural || !k.Present || k.Reviewed:
			case v.mayName(k):
				names = append(names, string(k.Bag)+"."+k.Name)
			default:
				others++
			}
		}
		listed := shortList(names, 6)
		if said := typesSaid(others); said != "" {
			listed = strings.Trim(listed+", "+said, ", ")
		}
		if n := len(names) + others; n > 0 {
			all = append(all, waiting{
				Status{Plain, "Not reviewed"},
				e.Label + ": " + plural(n, "key", "keys"),
				fmt.Sprintf("Hidden from every app until somebody looks: %s.", listed),
			})
		}
	}
	return all, nil
}

// shortList names some, and counts the rest.
func shortList(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
