package dataguard

import (
	"fmt"
	"net/url"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// grantForm is a form that changes a part of an app's grant: a tab of DataGuard,
// or the scope. It is saved through the panel that says what will change.
type grantForm interface {
	baseVersion() int64                // that of the grant that the person was looking at
	applyTo(policy.Grant) policy.Grant // the grant as the form wants it
	seen() []catalog.Member            // what the person was shown for the app: saving reviews what of it is ticked, if they say that they know it
	keptValues(base int64) []keptValue // the form for the next page to carry along
	formPath(apps.App) string          // where the form is, its /edit and its /save below
	backPath(apps.App) string          // the page to go to instead of saving
	aboutEntity() string               // the entity whose records show what changes
	asksWhy() string                   // beside the reason, where there has to be one

	// overlookedNotices says what of the form comes to nothing.
	overlookedNotices(was policy.Grant) []frame.Notice
}

// writtenTicks writes what a form says, as a query, for the page to count what differs
// from it.
func writtenTicks(form grantForm) string {
	said := url.Values{}
	for _, one := range form.keptValues(0) {
		said.Add(one.Name, one.Value)
	}
	return said.Encode()
}

func (r *Room) showChanges(v *frame.Visit, form grantForm, wrong error) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	if !o.Grant.Is(form.baseVersion()) {
		return r.grantConflict(v, o, form)
	}
	next := form.applyTo(o.Grant.Grant)
	seen := form.seen()
	change, err := r.changes(v, o.App, o.Grant.Grant, next, seen)
	if err != nil {
		return err
	}
	compared, err := r.compare(v, proposal{app: o.App, from: o.Grant.Grant, to: next, seen: seen}, form.formPath(o.App), form.aboutEntity())
	if err != nil {
		return err
	}
	knows := knowsBox(v, o.App, change.Reviewed)
	idle := sameGrant(o.Grant.Grant, next) && len(change.Reviewed) == 0
	change.Reviewed = nil
	return showChangePanel(v, changesModel{
		App: o.App, Title: "What will change for " + o.Name, Lead: "Nothing is saved yet.",
		Notices: append(stateNotice(o), form.overlookedNotices(o.Grant.Grant)...), Parts: []gains.Part{change}, Compare: compared,
		Idle: idle, Knows: knows,
		Action: form.formPath(o.App) + "/save", Edit: form.formPath(o.App) + "/edit", Back: form.backPath(o.App),
		Kept: form.keptValues(form.baseVersion()), AsksWhy: form.asksWhy(),
	}, wrong)
}

// stateNotice reminds of an app that gets nothing whatever its grant says.
func stateNotice(o apps.Overview) []frame.Notice {
	if o.State == apps.Enabled {
		return nil
	}
	return []frame.Notice{{Tone: frame.Careful, Title: "", Says: o.Name + " is " + string(o.State) + ": it receives nothing until it is enabled. Below is what it will get then."}}
}

func (r *Room) saveChanges(v *frame.Visit, form grantForm) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	if !o.Grant.Is(form.baseVersion()) {
		return r.grantConflict(v, o, form)
	}
	next := form.applyTo(o.Grant.Grant)
	var seen []catalog.Member
	if v.FormValue("knows") != "" {
		seen = form.seen()
	}
	reviewed, err := r.Tells.Reviews(v, o.App, next, seen)
	if err != nil {
		return err
	}
	if sameGrant(o.Grant.Grant, next) && len(reviewed) == 0 {
		return v.EndForm(form.backPath(o.App), "There was nothing to save.")
	}
	_, err = r.Apps.SaveGrant(v.Context(), o.ID, form.baseVersion(), next, v.By(v.FormValue("reason")), seen...)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return r.showChanges(v, form, onlyInvalid(err))
	}
	if err != nil {
		return err
	}
	return v.EndForm(form.backPath(o.App), "Saved. It holds from the next answer on.")
}

// onlyInvalid is err where the form is to blame, and nothing where somebody was
// faster.
func onlyInvalid(err error) error {
	if fault.Is(err, fault.Invalid) {
		return err
	}
	return nil
}

// grantConflict shows what somebody else saved meanwhile beside what the form
// says, and lets the person go on from there.
func (r *Room) grantConflict(v *frame.Visit, o apps.Overview, form grantForm) error {
	base, err := r.savedVersion(v, o.ID, form.baseVersion())
	if fault.Is(err, fault.NotFound) { // a failover lost it
		base, err = o.Grant, nil
	}
	if err != nil {
		return err
	}
	theirs, err := r.changes(v, o.App, base.Grant, o.Grant.Grant, nil)
	if err != nil {
		return err
	}
	entered := form.applyTo(base.Grant)
	mine, err := r.changes(v, o.App, base.Grant, entered, form.seen())
	if err != nil {
		return err
	}
	theirs.Title = fmt.Sprintf("Saved meanwhile by %s, as version %d", o.Grant.Actor, o.Grant.Version)
	mine.Title = fmt.Sprintf("What you entered, from version %d", apps.VersionOf(form.baseVersion()))
	return showCollision(v, changesModel{
		App: o.App, Title: "Someone else changed " + o.Name,
		Lead:  "Nothing of yours is saved, and nothing is lost. Continuing shows what your form changes in the version that holds now.",
		Parts: []gains.Part{theirs, mine}, Action: form.formPath(o.App), Confirm: "Continue with my changes",
		Edit: form.formPath(o.App) + "/edit", Back: form.backPath(o.App),
		Kept: form.keptValues(o.Grant.Base()),
	})
}
