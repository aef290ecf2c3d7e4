package register

import (
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/web/frame"
)

// deletionModel asks whether an app is to be deleted.
type deletionModel struct {
	App    apps.App
	State  frame.Status
	Reason frame.Field
}

func (r *Room) newDeletion(v *frame.Visit) (deletionModel, error) {
	o, err := v.AppOverview(v.PathParam("app"))
	return deletionModel{App: o.App, State: frame.StateStatus(o.State), Reason: frame.ReasonField(v.FormValue("reason"))}, err
}

func (m deletionModel) title() string { return "Delete " + m.App.Name }

func (r *Room) deleteForm(v *frame.Visit) error {
	m, err := r.newDeletion(v)
	if err != nil {
		return err
	}
	return v.Show("deletion", m.title(), m)
}

func (r *Room) deleteApp(v *frame.Visit) error {
	m, err := r.newDeletion(v)
	if err != nil {
		return err
	}
	err = r.Apps.Delete(v.Context(), m.App.ID, v.By(v.FormValue("reason")))
	if fault.Is(err, fault.Invalid) && m.Reason.Blame(err) {
		return v.ShowAgain("deletion", m.title(), m)
	}
	if err != nil {
		return err
	}
	return v.EndForm("/apps", m.App.Name+" is deleted. What it received stays in the audit.")
}
