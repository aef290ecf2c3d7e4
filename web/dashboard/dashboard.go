package dashboard

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) dashboardRoutes() []frame.Route {
	return []frame.Route{frame.Get("/", frame.Anyone, r.dashboardPage)}
}

type dashboardModel struct {
	Stats      []frame.Stat
	Generation int64
	People     int
	Imported   frame.Moment // what the roster is now; zero if there was no import
	Importer   string       // likewise
	Last       *lastAttempt // the newest attempt to import, however it ended
	Entities   []entityCount
	Waiting    []waiting
	Apps       []appLine
	Former     []appLink // apps that also get people by enrollments that ended
	Unbound    []appLink // apps whose ceiling does not hold yet
	Chart      chart
	Steps      []firstStep // the first ones, until all of them are done
}

// lastAttempt is the newest attempt to import.
type lastAttempt struct {
	intake.Attempt
	At     frame.Moment
	Status frame.Status
}

// firstStep is something to do first.
type firstStep struct {
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
	State      frame.Status
	Synced     frame.Moment // the last answer that held a record
}

// appLink is an app, and where to do about it what is to be done.
type appLink struct{ Name, Path string }

func (r *Room) dashboardPage(v *frame.Visit) error {
	var m dashboardModel
	for _, part := range []func(*frame.Visit, *dashboardModel) error{r.rosterState, r.newestAttempt, r.appStates, r.withFormer, r.withoutCeiling, r.waitingDecisions, r.disclosuresByDay, r.firstSteps} {
		if err := part(v, &m); err != nil {
			return err
		}
	}
	return v.Show("dashboard", "Dashboard", m)
}

// firstSteps lists what a district does first, as long as any of it is to be done.
func (r *Room) firstSteps(v *frame.Visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.Context())
	steps := []firstStep{
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
	if slices.ContainsFunc(steps, func(s firstStep) bool { return !s.Done }) {
		m.Steps = steps
	}
	return err
}

// rosterState counts the records, and tells of the import that made them.
func (r *Room) rosterState(v *frame.Visit, m *dashboardModel) error {
	snapshot, err := r.Views.Snapshot(v.Context())
	if err != nil {
		return err
	}
	m.Generation = snapshot.Generation
	for _, e := range frame.GuardedEntities() {
		m.Entities = append(m.Entities, entityCount{e.Label, int64(snapshot.Live(e.Plural).GetCardinality())})
	}
	m.Stats, m.People = districtStats(snapshot), int(snapshot.Live("users").GetCardinality())
	last, err := v.LedgerEntries(audit.KindChange, audit.Question{Action: "import"}, 1)
	if err != nil || len(last) == 0 {
		return err
	}
	m.Imported, m.Importer = v.Moment(last[0].Time), last[0].Actor
	return nil
}

// newestAttempt tells how the newest attempt to import ended.
func (r *Room) newestAttempt(v *frame.Visit, m *dashboardModel) error {
	newest, err := r.Shelf.Importer.Attempts(v.Context(), 0, 1)
	for _, a := range newest {
		if m.Last = (&lastAttempt{a, v.Moment(a.StartedAt), frame.AttemptStatus(a, r.Shelf.UnderWay(a))}); a.Verdict == intake.Stored && a.Generation == m.Generation {
			m.Imported = frame.Moment{} // of which Last tells
		}
	}
	return err
}

// districtStats are the sizes of a district that people think in, which are lists of the
// standard.
func districtStats(snapshot *view.Snapshot) []frame.Stat {
	var all []frame.Stat
	for _, label := range []string{"Schools", "Students", "Teachers", "Classes"} {
		for _, route := range catalog.Routes(catalog.V11) {
			if route.Path == "/"+strings.ToLower(label) {
				count := snapshot.Subset(route.Entity, route.Only).GetCardinality()
				all = append(all, frame.Stat{Label: label, Value: frame.Number(int64(count))})
			}
		}
	}
	return all
}

// withFormer lists the apps that also get people by enrollments that ended.
func (r *Room) withFormer(v *frame.Visit, m *dashboardModel) error {
	all, err := r.Apps.WithFormer(v.Context())
	for _, app := range all {
		m.Former = append(m.Former, appLink{app.Name, appPath(app, "scope#former")})
	}
	return err
}

// withoutCeiling lists for an admin the apps that were added with a preset before its
// ceiling held by itself.
func (r *Room) withoutCeiling(v *frame.Visit, m *dashboardModel) error {
	if v.Person.Role != people.Admin {
		return nil
	}
	all, err := r.Apps.List(v.Context())
	for _, app := range all {
		if app.Preset != "" && !app.Ceiling {
			m.Unbound = append(m.Unbound, appLink{app.Name, appPath(app, "ceiling")})
		}
	}
	return err
}

func (r *Room) appStates(v *frame.Visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return err
	}
	for _, app := range all {
		line := appLine{Name: app.Name, Path: appPath(app, "dataguard"), State: frame.StateStatus(app.State)}
		last, err := v.LedgerEntries(audit.KindDisclosure, audit.Question{App: app.ID, Received: true, Something: true}, 1)
		if err != nil {
			return err
		}
		if len(last) > 0 {
			line.Synced = v.Moment(last[0].Time)
		}
		m.Apps = append(m.Apps, line)
	}
	return nil
}
