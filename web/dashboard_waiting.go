package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
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
		end, err := v.grantEnd(app.ID)
		if err != nil {
			return err
		}
		if w, near := ending(v, app, end); near && app.State == apps.Enabled {
			m.Waiting = append(m.Waiting, w)
		}
	}
	held, err := r.heldImports(v)
	if err != nil {
		return err
	}
	keys, err := r.unreviewed(v, all)
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
	kept, err := r.Roster.Waiting(v.ctx())
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

func (v *visit) grantEnd(app string) (time.Time, error) {
	grant, err := v.grant(app)
	return grant.Grant.Until, err
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

// unreviewed tells, by entity, of keys that nobody has looked at.
func (r *Rooms) unreviewed(v *visit, all []apps.App) ([]waiting, error) {
	keys, err := v.keys("", func(k roster.Key) bool { return k.Present && !k.Accepted })
	if err != nil {
		return nil, err
	}
	var found []waiting
	for _, e := range catalog.Entities() {
		var names []string
		for _, k := range keys {
			if k.Entity == e.Plural {
				names = append(names, string(k.Bag)+"."+k.Name)
			}
		}
		if n := len(names); n > 0 {
			path, err := r.reviewPath(v, e, all)
			if err != nil {
				return nil, err
			}
			found = append(found, waiting{Status{Plain, "Not reviewed"}, e.Label + ": " + plural(n, "key", "keys"), "New, hidden until reviewed: " + shortList(names, 6) + ".", path})
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
