package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// waiting is something that a person has to decide, and where.
type waiting struct {
	Status frame.Status
	Title  string
	Says   string
	Path   string
}

// waitingDecisions lists what waits for a person.
func (r *Room) waitingDecisions(v *frame.Visit, m *dashboardModel) error {
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return err
	}
	for _, app := range all {
		if app.State == apps.Pending {
			m.Waiting = append(m.Waiting, pendingApp(v, app))
		}
		of, err := r.decisionsOnEnabled(v, app)
		if err != nil {
			return err
		}
		m.Waiting = append(m.Waiting, of...)
	}
	held, err := r.heldImports(v)
	if err != nil {
		return err
	}
	keys, err := r.freshKeys(v, all)
	m.Waiting = slices.Concat(m.Waiting, held, keys)
	return err
}

// appPath is the address of an app's room.
func appPath(app apps.App, room string) string { return "/apps/" + app.ID + "/" + room }

// pendingApp tells of an app that nobody enabled yet. Who may not do that can look at
// what it would get.
func pendingApp(v *frame.Visit, app apps.App) waiting {
	room := "dataguard"
	if v.MayEnterAppRoom("enable") {
		room = "enable"
	}
	return waiting{frame.Status{Tone: frame.Careful, Label: "Pending"}, app.Name, "Added, and receives nothing until it is enabled.", appPath(app, room)}
}

// heldImports tells of packages that somebody has to accept or to discard.
func (r *Room) heldImports(v *frame.Visit) ([]waiting, error) {
	kept, err := r.Shelf.Importer.Waiting(v.Context())
	var all []waiting
	for _, a := range kept {
		if a.Waits() {
			all = append(all, waiting{
				frame.Status{Tone: frame.Careful, Label: "Held"},
				fmt.Sprintf("Import %d", a.ID),
				"It would change more than usual. Nothing is stored until an admin decides.",
				fmt.Sprintf("/imports/%d", a.ID),
			})
		}
	}
	return all, err
}

// decisionsOnEnabled tells what is to be decided about an app that is enabled.
func (r *Room) decisionsOnEnabled(v *frame.Visit, app apps.App) ([]waiting, error) {
	if app.State != apps.Enabled {
		return nil, nil
	}
	saved, err := v.HeldGrant(app.ID)
	if err != nil {
		return nil, err
	}
	found, err := r.waitingReviews(v, app, saved.Grant)
	if err != nil {
		return nil, err
	}
	agreed, err := v.HeldAgreement(app.ID)
	if w, near := r.endingAgreement(v, app, agreed.End); near {
		found = append([]waiting{w}, found...)
	}
	if w, near := r.endingGrant(v, app, saved.Grant.Until); near {
		found = append([]waiting{w}, found...)
	}
	return found, err
}

// endsSoonWithin is how long before its end a grant is a matter for the dashboard.
const endsSoonWithin = 30 * 24 * time.Hour

// endingGrant tells of a grant that is over, or will be soon.
func (r *Room) endingGrant(v *frame.Visit, app apps.App, end time.Time) (waiting, bool) {
	now, day := r.Clock(), v.Day(end)
	w := waiting{frame.Status{Tone: frame.Careful, Label: "Ends soon"}, app.Name, "Its permissions end on " + day + ".", appPath(app, "dataguard")}
	if !end.After(now) {
		w.Status, w.Says = frame.Status{Tone: frame.Bad, Label: "Ended"}, "Its permissions ended on "+day+"; it receives nothing."
	}
	return w, !end.IsZero() && end.Sub(now) <= endsSoonWithin
}

// endingAgreement tells of an agreement that ended, or will soon; its last day is
// YYYY-MM-DD.
func (r *Room) endingAgreement(v *frame.Visit, app apps.App, last string) (waiting, bool) {
	day, err := time.ParseInLocation(time.DateOnly, last, v.District.Zone())
	if err != nil {
		return waiting{}, false // no end is on record
	}
	end := day.AddDate(0, 0, 1)
	w := waiting{frame.Status{Tone: frame.Careful, Label: "Ends soon"}, app.Name, "The agreement with its vendor ends on " + v.Day(day) + ".", appPath(app, "agreement")}
	if !end.After(r.Clock()) {
		w.Status, w.Says = frame.Status{Tone: frame.Bad, Label: "Ended"}, "The agreement with its vendor ended on "+v.Day(day)+". The app still receives what its permissions give."
	}
	return w, end.Sub(r.Clock()) <= endsSoonWithin
}

// keyNewsTime is how long a key that nobody wants is news.
const keyNewsTime = 30 * 24 * time.Hour

// freshKeys tells, by entity, of keys that came lately and whose names nobody has
// accepted: no app gets them before somebody ticks them for it.
func (r *Room) freshKeys(v *frame.Visit, all []apps.App) ([]waiting, error) {
	since := moment.Of(r.Clock().Add(-keyNewsTime))
	keys, err := v.RosterKeys("", func(k roster.Key) bool { return k.Present && !k.Accepted && k.FirstSeen >= since })
	if err != nil {
		return nil, err
	}
	var found []waiting
	for _, e := range catalog.Entities() {
		listed, n := listKeys(keys, e)
		if n == 0 {
			continue
		}
		path, err := r.reviewPath(v, e, all)
		if err != nil {
			return nil, err
		}
		found = append(found, waiting{frame.Status{Tone: frame.Plain, Label: "Not reviewed"}, e.Label + ": " + frame.Plural(n, "key", "keys"), "New, hidden until reviewed: " + listed + ".", path})
	}
	return found, nil
}

// listKeys names the keys of one entity, and counts those that the page may not name.
func listKeys(keys []roster.Key, e catalog.Entity) (listed string, n int) {
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
	return strings.Join(frame.NonEmpty(frame.ShortList(names, 6), frame.CountUnaccepted(others[catalog.Metadata], "key", "keys"), frame.CountUnaccepted(others[catalog.UserIDs], "type of user IDs", "types of user IDs")), ", "), n
}

// waitingReviews tells, by entity, of what an app would get if somebody said that it may:
// ticked keys and types that wait, and types where none is ticked yet.
func (r *Room) waitingReviews(v *frame.Visit, app apps.App, grant policy.Grant) ([]waiting, error) {
	keys, err := v.RosterKeys(app.ID, frame.EveryKey)
	if err != nil {
		return nil, err
	}
	waits := slices.DeleteFunc(apps.Waiting(grant, keys), func(k roster.Key) bool {
		return !apps.Ticks(grant, k.Member()) && len(grant.Entities[k.Entity].Types) > 0
	})
	var found []waiting
	for _, e := range frame.GuardedEntities() {
		if listed, n := listKeys(waits, e); n > 0 {
			path := appPath(app, "dataguard") + "?entity=" + e.Plural
			found = append(found, waiting{frame.Status{Tone: frame.Careful, Label: "Waits for review"}, app.Name + ": " + e.Label, "Hidden from it until reviewed: " + listed + ".", path})
		}
	}
	return found, nil
}

// reviewPath is where the keys of an entity can be reviewed: its tab of the first
// app that gets the entity, or else of any app. Without apps it is the list of them.
func (r *Room) reviewPath(v *frame.Visit, e catalog.Entity, all []apps.App) (string, error) {
	if len(all) == 0 || !slices.ContainsFunc(frame.GuardedEntities(), func(g catalog.Entity) bool { return g.Plural == e.Plural }) {
		return "/apps", nil
	}
	place := func(app apps.App) string { return appPath(app, "dataguard") + "?entity=" + e.Plural }
	for _, app := range all {
		grant, err := v.HeldGrant(app.ID)
		if err != nil {
			return "", err
		}
		if grant.Grant.Entities[e.Plural].Open {
			return place(app), nil
		}
	}
	return place(all[0]), nil
}
