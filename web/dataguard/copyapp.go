package web

import (
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
)

func copyRoutes() []Route {
	return []Route{
		get("/apps/:app/copy", Admins, (*Rooms).copyForm),
		post("/apps/:app/copy", Admins, (*Rooms).copyChanges).withValues(),
		post("/apps/:app/copy/save", Admins, (*Rooms).copyGrant).withValues(),
	}
}

type copyModel struct {
	App  apps.App
	From Choice // without options where there is no other app
}

func (r *Rooms) copyForm(v *visit) error {
	m, err := r.newCopy(v)
	if err != nil {
		return err
	}
	return v.show("copyapp", copyTitle(m.App), m)
}

func copyTitle(app apps.App) string { return "Copy permissions to " + app.Name }

func (r *Rooms) newCopy(v *visit) (copyModel, error) {
	o, err := v.overview(v.param("app"))
	if err != nil {
		return copyModel{}, err
	}
	m := copyModel{App: o.App, From: Choice{Name: "from", Label: "Copy from"}}
	all, err := r.Apps.List(v.ctx())
	for _, app := range all {
		if app.ID != o.ID {
			m.From.Options = append(m.From.Options, Option{Value: app.ID, Label: app.Name, Chosen: app.ID == v.value("from")})
		}
	}
	return m, err
}

// copyChanges says what a copy would change. Nothing is stored.
func (r *Rooms) copyChanges(v *visit) error {
	m, err := r.newCopy(v)
	if err != nil {
		return err
	}
	return r.showCopy(v, m, nil)
}

func (r *Rooms) showCopy(v *visit, m copyModel, wrong error) error {
	from, err := v.overview(v.value("from"))
	if fault.Is(err, fault.NotFound) {
		m.From.Problem = "Choose an app."
		return v.again("copyapp", copyTitle(m.App), m)
	}
	if err != nil {
		return err
	}
	held, err := v.grant(m.App.ID)
	if err != nil {
		return err
	}
	changes, err := r.changes(v, m.App, held.Grant, from.Grant.Grant, nil)
	if err != nil {
		return err
	}
	compared, err := r.compare(v, proposal{app: m.App, from: held.Grant, to: from.Grant.Grant}, "/apps/"+m.App.ID+"/copy", firstTab)
	if err != nil {
		return err
	}
	panel := changesModel{
		App: m.App, Title: copyTitle(m.App),
		Lead:  "Everything that " + from.Name + " may get, scope and end included, replaces what " + m.App.Name + " may get.",
		Parts: []changePart{changes}, Compare: compared,
		Action: "/apps/" + m.App.ID + "/copy/save", Back: "/apps/" + m.App.ID + "/copy",
		Kept: []kept{{"from", from.ID}, {"from_version", version(from.Grant)}, {"version", version(held)}},
	}
	if fault.Is(wrong, fault.Conflict) {
		panel.Notices = append(panel.Notices, Notice{Careful, "Someone else changed these permissions", "Nothing is copied yet. Below is what the copy changes now."})
		panel.Confirm = "Confirm"
		return showCollision(v, panel)
	}
	return showChangePanel(v, panel, wrong)
}

// version writes which version of a grant a person looks at, with its mark.
func version(saved apps.SavedGrant) string { return strconv.FormatInt(saved.Base(), 10) }

func (r *Rooms) copyGrant(v *visit) error {
	m, err := r.newCopy(v)
	if err != nil {
		return err
	}
	c := apps.Copying{From: v.value("from"), To: m.App.ID}
	if c.FromVersion, err = strconv.ParseInt(v.value("from_version"), 10, 64); err == nil {
		c.ToVersion, err = strconv.ParseInt(v.value("version"), 10, 64)
	}
	if err != nil {
		return r.showCopy(v, m, nil)
	}
	_, err = r.Apps.CopyGrant(v.ctx(), c, v.by(v.value("reason")))
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return r.showCopy(v, m, err)
	}
	if err != nil {
		return err
	}
	return v.done("/apps", "The permissions of "+m.App.Name+" are copied.")
}
