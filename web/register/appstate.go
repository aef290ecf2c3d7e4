package web

import (
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster"
)

// stateModel asks whether an app is to be enabled or suspended.
type stateModel struct {
	App    apps.App
	Enable bool
	State  Status
	Opens  []string // labels of the entities that the grant opens
	Over   bool     // the grant has ended
	Reason Field

	Reviews reviewList // what waits, before it is enabled
	wanted  []roster.Key
}

func (r *Rooms) enableForm(v *visit) error  { return r.stateForm(v, apps.Enabled) }
func (r *Rooms) suspendForm(v *visit) error { return r.stateForm(v, apps.Suspended) }

func (r *Rooms) stateForm(v *visit, to apps.State) error {
	m, err := r.newState(v, to)
	if err != nil {
		return err
	}
	return v.show("appstate", m.title(), m)
}

func (m stateModel) title() string {
	if m.Enable {
		return "Enable " + m.App.Name
	}
	return "Suspend " + m.App.Name
}

func (r *Rooms) newState(v *visit, to apps.State) (stateModel, error) {
	o, err := v.overview(v.param("app"))
	if err != nil {
		return stateModel{}, err
	}
	m := stateModel{App: o.App, Enable: to == apps.Enabled, State: stateOf(o.State), Reason: reasonField(v.value("reason"))}
	for _, e := range guarded() {
		if o.Grant.Grant.Entities[e.Plural].Open {
			m.Opens = append(m.Opens, e.Label)
		}
	}
	end := o.Grant.Grant.Until
	m.Over = !end.IsZero() && !end.After(r.Clock())
	keys, err := v.keys(o.ID, wantedBy(o.Grant.Grant))
	if err != nil {
		return m, err
	}
	m.Reviews, err = r.reviewsOf(v, o.Name, o.Grant.Grant, o.Needs, keys)
	m.wanted = apps.Wanted(o.Grant.Grant, keys)
	return m, err
}

func (r *Rooms) enable(v *visit) error {
	m, err := r.newState(v, apps.Enabled)
	if err != nil {
		return err
	}
	seen, err := chosenKeys(v, m.wanted)
	if err == nil {
		err = r.Apps.Enable(v.ctx(), m.App.ID, v.by(v.value("reason")), seen...)
	}
	said := " is enabled: it receives what its grant gives."
	if waits := len(m.Reviews.keys) - len(seen); waits > 0 {
		said += " " + plural(waits, "key or type waits", "keys and types wait") + " for a review, hidden from it."
	}
	return r.moved(v, apps.Enabled, err, said)
}

func (r *Rooms) suspend(v *visit) error {
	err := r.Apps.Suspend(v.ctx(), v.param("app"), v.by(v.value("reason")))
	return r.moved(v, apps.Suspended, err, " is suspended: it receives nothing from now on.")
}

// moved ends the form, or shows it again where the reason will not do.
func (r *Rooms) moved(v *visit, to apps.State, done error, sentence string) error {
	m, err := r.newState(v, to)
	if err != nil {
		return err
	}
	if fault.Is(done, fault.Conflict) {
		m.Reviews.Problem = waitsNoLonger
		return v.again("appstate", m.title(), m)
	}
	if fault.Is(done, fault.Invalid) && m.Reason.blame(done) {
		return v.again("appstate", m.title(), m)
	}
	if done != nil {
		return done
	}
	return v.done("/apps", m.App.Name+sentence)
}
