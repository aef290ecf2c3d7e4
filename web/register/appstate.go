package register

import (
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// stateModel asks whether an app is to be enabled or suspended.
type stateModel struct {
	App    apps.App
	Person string // the id of who is shown it
	Enable bool
	State  frame.Status
	Reason frame.Field // of suspending

	Opening opening    // of enabling
	Reviews reviewList // what waits, before it is enabled
	stale   error      // a fault.Conflict where something was ticked that waits no longer
}

func (r *Room) enableForm(v *frame.Visit) error  { return r.stateForm(v, apps.Enabled) }
func (r *Room) suspendForm(v *frame.Visit) error { return r.stateForm(v, apps.Suspended) }

func (r *Room) stateForm(v *frame.Visit, to apps.State) error {
	m, err := r.newStateModel(v, to)
	if err != nil {
		return err
	}
	return v.Show("appstate", m.title(), m)
}

func (m stateModel) title() string {
	if m.Enable {
		return "Enable " + m.App.Name
	}
	return "Suspend " + m.App.Name
}

func (r *Room) newStateModel(v *frame.Visit, to apps.State) (stateModel, error) {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return stateModel{}, err
	}
	m := stateModel{App: o.App, Person: v.Person.ID, Enable: to == apps.Enabled, State: frame.StateStatus(o.State), Reason: frame.ReasonField(v.FormValue("reason"))}
	if !m.Enable {
		return m, nil
	}
	keys, err := v.RosterKeys(o.ID, frame.WantedBy(o.Grant.Grant))
	if err != nil {
		return m, err
	}
	if m.Reviews, err = r.reviewsOf(v, o.Name, o.Grant.Grant, o.Needs, keys); err != nil {
		return m, err
	}
	f := offer{app: o.App, from: gains.Nobody(), grant: o.Grant.Grant, base: o.Grant.Base(), waits: m.Reviews.keys}
	if o.State == apps.Enabled {
		f.from = gateway.Offer{}
	}
	f.seen, m.stale = chosenKeys(v, apps.Wanted(o.Grant.Grant, keys))
	m.Opening, err = r.openingOf(v, f)
	return m, err
}

func (r *Room) enableApp(v *frame.Visit) error {
	m, err := r.newStateModel(v, apps.Enabled)
	if err != nil {
		return err
	}
	if err = m.stale; err == nil && !m.Opening.confirmedBy(v) {
		return v.ShowWithStatus(m.Opening.showAgain(v), "appstate", m.title(), m)
	}
	seen := m.Opening.seen
	if err == nil {
		err = r.Apps.EnableFrom(v.Context(), m.App.ID, m.Opening.Base, v.By(v.FormValue("reason")), seen...)
	}
	said := " is enabled: it receives what its permissions open."
	if waits := len(m.Reviews.keys) - len(seen); waits > 0 {
		said += " " + frame.Plural(waits, "key or type waits", "keys and types wait") + " for a review, hidden from it."
	}
	return r.endStateForm(v, apps.Enabled, err, said)
}

// enableAgain shows the form as it was filled in, before a sign-in.
func (r *Room) enableAgain(v *frame.Visit) error {
	m, err := r.newStateModel(v, apps.Enabled)
	if err != nil {
		return err
	}
	if m.stale != nil {
		m.Reviews.Problem = waitsNoLonger
		return v.ShowAgain("appstate", m.title(), m)
	}
	if !m.Opening.confirmedBy(v) {
		return v.ShowWithStatus(m.Opening.showAgain(v), "appstate", m.title(), m)
	}
	return v.Show("appstate", m.title(), m)
}

func (r *Room) suspendApp(v *frame.Visit) error {
	err := r.Apps.Suspend(v.Context(), v.PathParam("app"), v.By(v.FormValue("reason")))
	return r.endStateForm(v, apps.Suspended, err, " is suspended: it receives nothing from now on.")
}

// endStateForm ends the form, or shows it again where the reason will not do.
func (r *Room) endStateForm(v *frame.Visit, to apps.State, done error, sentence string) error {
	m, err := r.newStateModel(v, to)
	if err != nil {
		return err
	}
	if fault.Is(done, fault.Conflict) && m.Enable && m.stale == nil { // saved between the look and the deed
		return v.ShowWithStatus(m.Opening.showAgain(v), "appstate", m.title(), m)
	}
	if fault.Is(done, fault.Conflict) {
		m.Reviews.Problem = waitsNoLonger
		return v.ShowAgain("appstate", m.title(), m)
	}
	if fault.Is(done, fault.Invalid) && m.Reason.Blame(done) {
		m.Opening.Reason.Blame(done)
		return v.ShowAgain("appstate", m.title(), m)
	}
	if done != nil {
		return done
	}
	return v.EndForm("/apps", m.App.Name+sentence)
}
