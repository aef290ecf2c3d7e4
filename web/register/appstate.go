package register

import (
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// stateModel asks whether an app is to be enabled or suspended.
type stateModel struct {
	App    apps.App
	Enable bool
	State  frame.Status
	Opens  []string // labels of the entities that the grant opens
	Over   bool     // the grant has ended
	Reason frame.Field

	Reviews reviewList // what waits, before it is enabled
	wanted  []roster.Key
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
	m := stateModel{App: o.App, Enable: to == apps.Enabled, State: frame.StateStatus(o.State), Reason: frame.ReasonField(v.FormValue("reason"))}
	for _, e := range frame.GuardedEntities() {
		if o.Grant.Grant.Entities[e.Plural].Open {
			m.Opens = append(m.Opens, e.Label)
		}
	}
	end := o.Grant.Grant.Until
	m.Over = !end.IsZero() && !end.After(r.Clock())
	keys, err := v.RosterKeys(o.ID, frame.WantedBy(o.Grant.Grant))
	if err != nil {
		return m, err
	}
	m.Reviews, err = r.reviewsOf(v, o.Name, o.Grant.Grant, o.Needs, keys)
	m.wanted = apps.Wanted(o.Grant.Grant, keys)
	return m, err
}

func (r *Room) enableApp(v *frame.Visit) error {
	m, err := r.newStateModel(v, apps.Enabled)
	if err != nil {
		return err
	}
	seen, err := chosenKeys(v, m.wanted)
	if err == nil {
		err = r.Apps.Enable(v.Context(), m.App.ID, v.By(v.FormValue("reason")), seen...)
	}
	said := " is enabled: it receives what its permissions open."
	if waits := len(m.Reviews.keys) - len(seen); waits > 0 {
		said += " " + frame.Plural(waits, "key or type waits", "keys and types wait") + " for a review, hidden from it."
	}
	return r.endStateForm(v, apps.Enabled, err, said)
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
	if fault.Is(done, fault.Conflict) {
		m.Reviews.Problem = waitsNoLonger
		return v.ShowAgain("appstate", m.title(), m)
	}
	if fault.Is(done, fault.Invalid) && m.Reason.Blame(done) {
		return v.ShowAgain("appstate", m.title(), m)
	}
	if done != nil {
		return done
	}
	return v.EndForm("/apps", m.App.Name+sentence)
}
