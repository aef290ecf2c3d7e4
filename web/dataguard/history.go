package dataguard

import (
	"fmt"
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

func (r *Room) historyRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/history", frame.Anyone, r.historyPage).WithTitles(),
		frame.Get("/apps/:app/history/:version", frame.Admins, r.undoChanges).WithValues(),
		frame.Post("/apps/:app/history/:version", frame.Admins, r.goBackToVersion).WithValues(),
		frame.Post("/apps/:app/history/:version/compare", frame.Admins, r.undoChanges).WithValues(),
	}
}

type historyModel struct {
	App      apps.App
	May      bool
	Versions []savedVersion
}

type savedVersion struct {
	apps.SavedGrant
	At      frame.Moment
	Current bool
	Changed []string // against the version before
}

func (r *Room) historyPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	all, err := v.GrantVersions(o.ID)
	if err != nil {
		return err
	}
	m := historyModel{App: o.App, May: v.Person.Role == people.Admin}
	for i, saved := range all {
		changed := []string{"The first version"}
		if i+1 < len(all) {
			if changed, err = versionSummary(v, all[i+1].Grant, saved.Grant); err != nil {
				return err
			}
		}
		m.Versions = append(m.Versions, savedVersion{saved, v.Moment(saved.SavedAt), i == 0, changed})
	}
	return v.Show("history", "Permissions of "+o.Name, m)
}

// savedVersion finds one version of an app's grant, by its number or its base.
func (r *Room) savedVersion(v *frame.Visit, app string, base int64) (apps.SavedGrant, error) {
	all, err := v.GrantVersions(app)
	if err != nil {
		return apps.SavedGrant{}, err
	}
	for _, saved := range all {
		if saved.Is(base) {
			return saved, nil
		}
	}
	return apps.SavedGrant{}, fault.New(fault.NotFound, "The permissions have no such version.")
}

// earlierVersion is the version that the address names, and the app that it is of.
func (r *Room) earlierVersion(v *frame.Visit) (apps.Overview, apps.SavedGrant, error) {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return o, apps.SavedGrant{}, err
	}
	version, err := strconv.ParseInt(v.PathParam("version"), 10, 64)
	if err != nil {
		version = 0 // which there never is
	}
	saved, err := r.savedVersion(v, o.ID, version)
	return o, saved, err
}

// undoChanges says what going back to an earlier version would change.
func (r *Room) undoChanges(v *frame.Visit) error {
	o, earlier, err := r.earlierVersion(v)
	if err != nil {
		return err
	}
	return r.showUndo(v, o, earlier, nil)
}

func (r *Room) showUndo(v *frame.Visit, o apps.Overview, earlier apps.SavedGrant, wrong error) error {
	p := proposal{app: o.App, from: o.Grant.Grant, to: earlier.Grant}
	change, err := r.changes(v, p.app, p.from, p.to, p.seen)
	if err != nil {
		return err
	}
	path := "/apps/" + o.ID + "/history"
	one := path + "/" + strconv.FormatInt(earlier.Version, 10)
	compared, err := r.compare(v, p, one+"/compare", frame.FirstTab)
	if err != nil {
		return err
	}
	panel := changesModel{
		App: o.App, Title: fmt.Sprintf("Go back to version %d of %s", earlier.Version, o.Name),
		Lead:    "The earlier version is saved again as a new one. Nothing is saved yet.",
		Notices: stateNotice(o), Parts: []gains.Part{change}, Compare: compared,
		Action: one, Back: path,
		Idle: sameGrant(p.from, p.to) && len(change.Reviewed) == 0,
		Kept: []keptValue{{"version", writtenBase(o.Grant)}},
	}
	if fault.Is(wrong, fault.Conflict) {
		panel.Notices = append(panel.Notices, frame.Notice{Tone: frame.Careful, Title: "Someone else changed " + o.Name, Says: "Nothing of yours is saved yet. Below is what going back changes now."})
		panel.Confirm = "Confirm"
		return showCollision(v, panel)
	}
	return showChangePanel(v, panel, wrong)
}

func (r *Room) goBackToVersion(v *frame.Visit) error {
	o, earlier, err := r.earlierVersion(v)
	if err != nil {
		return err
	}
	base, err := strconv.ParseInt(v.FormValue("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "The form does not say which version it changes. Open the page again.")
	}
	_, err = r.Apps.SaveGrant(v.Context(), o.ID, base, earlier.Grant, v.By(v.FormValue("reason")))
	if fault.Is(err, fault.Conflict) {
		return r.undoAgain(v, err)
	}
	if fault.Is(err, fault.Invalid) {
		return r.showUndo(v, o, earlier, err)
	}
	if err != nil {
		return err
	}
	return v.EndForm("/apps/"+o.ID+"/history", fmt.Sprintf("Version %d holds again.", earlier.Version))
}

// undoAgain shows the panel as it is now that somebody else was faster.
func (r *Room) undoAgain(v *frame.Visit, conflict error) error {
	o, earlier, err := r.earlierVersion(v)
	if err != nil {
		return err
	}
	return r.showUndo(v, o, earlier, conflict)
}
