package dataguard

import (
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

func (r *Room) copyRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/copy", frame.Admins, r.copyForm),
		frame.Post("/apps/:app/copy", frame.Admins, r.copyChanges).WithValues(),
		frame.Post("/apps/:app/copy/save", frame.Admins, r.copyGrant).WithValues(),
	}
}

type copyModel struct {
	App  apps.App
	From frame.Choice // without options where there is no other app
}

func (r *Room) copyForm(v *frame.Visit) error {
	m, err := r.newCopy(v)
	if err != nil {
		return err
	}
	return v.Show("copyapp", copyTitle(m.App), m)
}

func copyTitle(app apps.App) string { return "Copy permissions to " + app.Name }

func (r *Room) newCopy(v *frame.Visit) (copyModel, error) {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return copyModel{}, err
	}
	m := copyModel{App: o.App, From: frame.Choice{Name: "from", Label: "Copy from"}}
	all, err := r.Apps.List(v.Context())
	for _, app := range all {
		if app.ID != o.ID {
			m.From.Options = append(m.From.Options, frame.Option{Value: app.ID, Label: app.Name, Chosen: app.ID == v.FormValue("from")})
		}
	}
	return m, err
}

// copyChanges says what a copy would change. Nothing is stored.
func (r *Room) copyChanges(v *frame.Visit) error {
	m, err := r.newCopy(v)
	if err != nil {
		return err
	}
	return r.showCopy(v, m, nil)
}

func (r *Room) showCopy(v *frame.Visit, m copyModel, wrong error) error {
	from, err := v.AppOverview(v.FormValue("from"))
	if fault.Is(err, fault.NotFound) {
		m.From.Problem = "Choose an app."
		return v.ShowAgain("copyapp", copyTitle(m.App), m)
	}
	if err != nil {
		return err
	}
	held, err := v.HeldGrant(m.App.ID)
	if err != nil {
		return err
	}
	copied := apps.CopiedOver(from.Grant.Grant, held.Grant)
	changes, err := r.changes(v, m.App, held.Grant, copied, nil)
	if err != nil {
		return err
	}
	compared, err := r.compare(v, proposal{app: m.App, from: held.Grant, to: copied}, "/apps/"+m.App.ID+"/copy", frame.FirstTab)
	if err != nil {
		return err
	}
	panel := changesModel{
		App: m.App, Title: copyTitle(m.App),
		Lead:  "Everything that " + from.Name + " may get, scope and end included, replaces what " + m.App.Name + " may get. What it is for stays.",
		Parts: []gains.Part{changes}, Compare: compared,
		Action: "/apps/" + m.App.ID + "/copy/save", Back: "/apps/" + m.App.ID + "/copy",
		Kept: []keptValue{{"from", from.ID}, {"from_version", writtenBase(from.Grant)}, {"version", writtenBase(held)}},
	}
	if fault.Is(wrong, fault.Conflict) {
		panel.Notices = append(panel.Notices, frame.Notice{Tone: frame.Careful, Title: "Someone else changed these permissions", Says: "Nothing is copied yet. Below is what the copy changes now."})
		panel.Confirm = "Confirm"
		return showCollision(v, panel)
	}
	return showChangePanel(v, panel, wrong)
}

// writtenBase writes which version of a grant a person looks at, with its mark.
func writtenBase(saved apps.SavedGrant) string { return strconv.FormatInt(saved.Base(), 10) }

func (r *Room) copyGrant(v *frame.Visit) error {
	m, err := r.newCopy(v)
	if err != nil {
		return err
	}
	c := apps.Copying{From: v.FormValue("from"), To: m.App.ID}
	if c.FromVersion, err = strconv.ParseInt(v.FormValue("from_version"), 10, 64); err == nil {
		c.ToVersion, err = strconv.ParseInt(v.FormValue("version"), 10, 64)
	}
	if err != nil {
		return r.showCopy(v, m, nil)
	}
	_, err = r.Apps.CopyGrant(v.Context(), c, v.By(v.FormValue("reason")))
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return r.showCopy(v, m, err)
	}
	if err != nil {
		return err
	}
	return v.EndForm("/apps", "The permissions of "+m.App.Name+" are copied.")
}
