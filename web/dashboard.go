package web

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/view"
)

func dashboardRoutes() []Route {
	return []Route{get("/", Anyone, (*Rooms).dashboard)}
}

type dashboardModel struct {
	Stats      []Stat
	Generation int64
	Imported   Moment      // what the roster is now; zero if there was no import
	Importer   string      // likewise
	Last       *attemptRow // the newest attempt to import, however it ended
	Entities   []entityCount
	Waiting    []waiting
	Apps       []appLine
	Chart      chart
	Steps      []step // the first ones, until all of them are done
}

// step is something to do first.
type step struct {
	Label string
	Path  string // empty where the person may not do it
	Done  bool
}

type entityCount struct {
	Label string
	Count int64
}

type appLine struct {
	Name, Path string
	State      Status
	Synced     Moment // the last disclosure
}

func (r *Rooms) dashboard(v *visit) error {
	var m dashboardModel
	for _, part := range []func(*visit, *dashboardModel) error{r.rosterState, r.lastAttempt, r.appStates, r.decisions, r.disclosures, r.firstSteps} {
		if err := part(v, &m); err != nil {
			return err
		}
	}
	return v.show("dashboard", "Dashboard", m)
}

// firstSteps lists what a district does first, as long as any of it is to be done.
func (r *Rooms) firstSteps(v *visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.ctx())
	steps := []step{
		{"Import a roster", "/imports", m.Generation > 0},
		{"Add an app", "/apps/add", len(all) > 0},
		{"Enable it", "/apps", slices.ContainsFunc(all, func(app apps.App) bool { return app.State == apps.Enabled })},
	}
	for i := range steps {
		if steps[i].Done || v.Person.Role != people.Admin {
			steps[i].Path = ""
		}
	}
	for _, app := range all {
		if app.State == apps.Pending && steps[2].Path != "" {
			steps[2].Path = appPath(app, "enable")
		}
	}
	if slices.ContainsFunc(steps, func(s step) bool { return !s.Done }) {
		m.Steps = steps
	}
	return err
}

// rosterState counts the records, and tells of the import that made them.
func (r *Rooms) rosterState(v *visit, m *dashboardModel) error {
	snapshot, err := r.Views.Snapshot(v.ctx())
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
	last, err := v.entries(audit.KindChange, audit.Question{Action: "import"}, 1)
	if err != nil || len(last) == 0 {
		return err
	}
	m.Imported, m.Importer = v.moment(last[0].Time), last[0].Actor
	return nil
}

// lastAttempt tells how the newest attempt to import ended.
func (r *Rooms) lastAttempt(v *visit, m *dashboardModel) error {
	newest, err := r.Intake.Attempts(v.ctx(), 0, 1)
	for _, a := range newest {
		row := r.attemptRow(v, a)
		if m.Last = &row; a.Verdict == intake.Stored && a.Generation == m.Generation {
			m.Imported = Moment{} // of which Last tells
		}
	}
	return err
}

// stats are the sizes of a district that people think in, which are lists of the
// standard.
func stats(snapshot *view.Snapshot) []Stat {
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
		line := appLine{Name: app.Name, Path: appPath(app, "dataguard"), State: stateOf(app.State)}
		last, err := v.entries(audit.KindDisclosure, audit.Question{App: app.ID, Received: true}, 1)
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
