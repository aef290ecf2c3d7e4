package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// waiting is something that a person has to decide, and where.
type waiting struct {
	Status Status
	Title  string
	Says   string
	Path   string
}

// decisions lists what waits for a person.
func (r *Rooms) decisions(v *visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.ctx())
	if err != nil {
		return err
	}
	for _, app := range all {
		if app.State == apps.Pending {
			m.Waiting = append(m.Waiting, pending(v, app))
		}
		of, err := r.ofEnabled(v, app)
		if err != nil {
			return err
		}
		m.Waiting = append(m.Waiting, of...)
	}
	held, err := r.heldImports(v)
	if err != nil {
		return err
	}
	keys, err := r.fresh(v, all)
	m.Waiting = slices.Concat(m.Waiting, held, keys)
	return err
}

// appPath is the address of an app's room.
func appPath(app apps.App, room string) string { return "/apps/" + app.ID + "/" + room }

// pending tells of an app that nobody enabled yet. Who may not do that can look at
// what it would get.
func pending(v *visit, app apps.App) waiting {
	room := "dataguard"
	if hasRoom(v.Person, "enable") {
		room = "enable"
	}
	return waiting{Status{Careful, "Pending"}, app.Name, "Added, and receives nothing until it is enabled.", appPath(app, room)}
}

// heldImports tells of packages that somebody has to accept or to discard.
func (r *Rooms) heldImports(v *visit) ([]waiting, error) {
	kept, err := r.Intake.Waiting(v.ctx())
	var all []waiting
	for _, a := range kept {
		if a.Waits() {
			all = append(all, waiting{
				Status{Careful, "Held"},
				fmt.Sprintf("Import %d", a.ID),
				"It would change more than usual. Nothing is stored until an admin decides.",
				importPath(a.ID),
			})
		}
	}
	return all, err
}

// ofEnabled tells what is to be decided about an app that is enabled.
func (r *Rooms) ofEnabled(v *visit, app apps.App) ([]waiting, error) {
	if app.State != apps.Enabled {
		return nil, nil
	}
	saved, err := v.grant(app.ID)
	if err != nil {
		return nil, err
	}
	found, err := r.unreviewed(v, app, saved.Grant)
	if w, near := ending(v, app, saved.Grant.Until); near {
		found = append([]waiting{w}, found...)
	}
	return found, err
}

// soon is how long before its end a grant is a matter for the dashboard.
const soon = 30 * 24 * time.Hour

// ending tells of a grant that is over, or will be soon.
func ending(v *visit, app apps.App, end time.Time) (waiting, bool) {
	now, day := v.rooms.Clock(), end.In(v.District.Zone()).Format("January 2, 2006")
	w := waiting{Status{Careful, "Ends soon"}, app.Name, "Its grant ends on " + day + ".", appPath(app, "dataguard")}
	if !end.After(now) {
		w.Status, w.Says = Status{Bad, "Ended"}, "Its grant ended on "+day+"; it receives nothing."
	}
	return w, !end.IsZero() && end.Sub(now) <= soon
}

// newFor is how long a key that nobody wants is news.
const newFor = 30 * 24 * time.Hour

// fresh tells, by entity, of keys that came lately and whose names nobody has
// accepted: no app gets them before somebody ticks them for it.
func (r *Rooms) fresh(v *visit, all []apps.App) ([]waiting, error) {
	since := r.Clock().Add(-newFor).UTC().Format(time.RFC3339)
	keys, err := v.keys("", func(k roster.Key) bool { return k.Present && !k.Accepted && k.FirstSeen >= since })
	if err != nil {
		return nil, err
	}
	var found []waiting
	for _, e := range catalog.Entities() {
		listed, n := v.listKeys(keys, e)
		if n == 0 {
			continue
		}
		path, err := r.reviewPath(v, e, all)
		if err != nil {
			return nil, err
		}
		found = append(found, waiting{Status{Plain, "Not reviewed"}, e.Label + ": " + plural(n, "key", "keys"), "New, hidden until reviewed: " + listed + ".", path})
	}
	return found, nil
}

// listKeys names the keys of one entity, and counts those that the page may not name.
func (v *visit) listKeys(keys []roster.Key, e catalog.Entity) (listed string, n int) {
	var names []string
	others := map[catalog.Bag]int{}
	for _, k := range keys {
		switch {
		case k.Entity != e.Plural:
			continue
		case roster.Unaccepted(k.Name):
			others[k.Bag]++
		default:
			names = append(names, string(k.Bag)+"."+k.Name)
		}
		n++
	}
	return strings.Join(said(shortList(names, 6), unnamed(others[catalog.Metadata], "key", "keys"), unnamed(others[catalog.UserIDs], "type of user IDs", "types of user IDs")), ", "), n
}

// unreviewed tells, by entity, of what an app would get if somebody said that it may:
// ticked keys and types that wait, and types where none is ticked yet.
func (r *Rooms) unreviewed(v *visit, app apps.App, grant policy.Grant) ([]waiting, error) {
	keys, err := v.keys(app.ID, everyKey)
	if err != nil {
		return nil, err
	}
	waits := slices.DeleteFunc(apps.Waiting(grant, keys), func(k roster.Key) bool {
		return !apps.Ticks(grant, k) && len(grant.Entities[k.Entity].Types) > 0
	})
	var found []waiting
	for _, e := range guarded() {
		if listed, n := v.listKeys(waits, e); n > 0 {
			path := appPath(app, "dataguard") + "?entity=" + e.Plural
			found = append(found, waiting{Status{Careful, "Waits for review"}, app.Name + ": " + e.Label, "Hidden from it until reviewed: " + listed + ".", path})
		}
	}
	return found, nil
}

// reviewPath is where the keys of an entity can be reviewed: its tab of the first
// app that gets the entity, or else of any app. Without apps it is the list of them.
func (r *Rooms) reviewPath(v *visit, e catalog.Entity, all []apps.App) (string, error) {
	if len(all) == 0 || !slices.ContainsFunc(guarded(), func(g catalog.Entity) bool { return g.Plural == e.Plural }) {
		return "/apps", nil
	}
	place := func(app apps.App) string { return appPath(app, "dataguard") + "?entity=" + e.Plural }
	for _, app := range all {
		grant, err := v.grant(app.ID)
		if err != nil {
			return "", err
		}
		if grant.Grant.Entities[e.Plural].Open {
			return place(app), nil
		}
	}
	return place(all[0]), nil
}

// shortList names some, and counts the rest.
func shortList(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
