package dataguard

import (
	"fmt"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// grantForm is a form that changes a part of an app's grant: a tab of DataGuard,
// or the scope. It is saved through the panel that says what will change.
type grantForm interface {
	base() int64                     // that of the grant that the person was looking at
	apply(policy.Grant) policy.Grant // the grant as the form wants it
	seen() []roster.Key              // what the person was shown for the app: saving reviews what of it is ticked
	kept(base int64) []keptValue     // the form for the next page to carry along
	path(apps.App) string            // where the form is, its /edit and its /save below
	back(apps.App) string            // the page to go to instead of saving
	about() string                   // the entity whose records show what changes

	// overlooked says what of the form comes to nothing.
	overlooked(was policy.Grant) []frame.Notice
}

func (r *Room) showChanges(v *frame.Visit, form grantForm, wrong error) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	if !o.Grant.Is(form.base()) {
		return r.grantConflict(v, o, form)
	}
	next := form.apply(o.Grant.Grant)
	seen := form.seen()
	change, err := r.changes(v, o.App, o.Grant.Grant, next, seen)
	if err != nil {
		return err
	}
	compared, err := r.compare(v, proposal{o.App, o.Grant.Grant, next, seen}, form.path(o.App), form.about())
	if err != nil {
		return err
	}
	return showChangePanel(v, changesModel{
		App: o.App, Title: "What will change for " + o.Name, Lead: "Nothing is saved yet.",
		Notices: append(stateNotice(o), form.overlooked(o.Grant.Grant)...), Parts: []changePart{change}, Compare: compared,
		Idle:   sameGrant(o.Grant.Grant, next) && len(change.Reviewed) == 0,
		Action: form.path(o.App) + "/save", Edit: form.path(o.App) + "/edit", Back: form.back(o.App),
		Kept: form.kept(form.base()),
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
	if !o.Grant.Is(form.base()) {
		return r.grantConflict(v, o, form)
	}
	next := form.apply(o.Grant.Grant)
	reviewed, err := r.reviewing(v, o.App, next, form.seen())
	if err != nil {
		return err
	}
	if sameGrant(o.Grant.Grant, next) && len(reviewed) == 0 {
		return v.EndForm(form.back(o.App), "There was nothing to save.")
	}
	_, err = r.Apps.SaveGrant(v.Context(), o.ID, form.base(), next, v.By(v.FormValue("reason")), form.seen()...)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return r.showChanges(v, form, invalid(err))
	}
	if err != nil {
		return err
	}
	return v.EndForm(form.back(o.App), "Saved. It holds from the next answer on.")
}

// invalid is err where the form is to blame, and nothing where somebody was
// faster.
func invalid(err error) error {
	if fault.Is(err, fault.Invalid) {
		return err
	}
	return nil
}

// grantConflict shows what somebody else saved meanwhile beside what the form
// says, and lets the person go on from there.
func (r *Room) grantConflict(v *frame.Visit, o apps.Overview, form grantForm) error {
	base, err := r.savedVersion(v, o.ID, form.base())
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
	entered := form.apply(base.Grant)
	mine, err := r.changes(v, o.App, base.Grant, entered, form.seen())
	if err != nil {
		return err
	}
	theirs.Title = fmt.Sprintf("Saved meanwhile by %s, as version %d", o.Grant.Actor, o.Grant.Version)
	mine.Title = fmt.Sprintf("What you entered, from version %d", apps.VersionOf(form.base()))
	return showCollision(v, changesModel{
		App: o.App, Title: "Someone else changed " + o.Name,
		Lead:  "Nothing of yours is saved, and nothing is lost. Continuing shows what your form changes in the version that holds now.",
		Parts: []changePart{theirs, mine}, Action: form.path(o.App), Confirm: "Continue with my changes",
		Edit: form.path(o.App) + "/edit", Back: form.back(o.App),
		Kept: form.kept(o.Grant.Base()),
	})
}
