package web

import (
	"fmt"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// grantForm is a form that changes a part of an app's grant: a tab of DataGuard,
// or the scope. It is saved through the panel that says what will change.
type grantForm interface {
	base() int64                     // the version that the person was looking at
	apply(policy.Grant) policy.Grant // the grant as the form wants it
	seen() []roster.Key              // what the person saw: saving reviews it
	kept(version int64) []kept       // the form for the next page to carry along
	path(apps.App) string            // where the form is, its /edit and its /save below
	back(apps.App) string            // the page to go to instead of saving
	about() string                   // the entity whose records show what changes
}

// grantConflict shows what somebody else saved meanwhile beside what the form
// says, and lets the person go on from there.
func (r *Rooms) grantConflict(v *visit, o apps.Overview, form grantForm) error {
	base, err := r.savedVersion(v, o.ID, form.base())
	if err != nil {
		return err
	}
	theirs, err := r.changes(v, o.App, base.Grant, o.Grant.Grant, nil)
	if err != nil {
		return err
	}
	entered := form.apply(base.Grant)
	mine, err := r.changes(v, o.App, base.Grant, entered, append(form.seen(), added(base.Grant, entered)...))
	if err != nil {
		return err
	}
	theirs.Title = fmt.Sprintf("Saved meanwhile by %s, as version %d", o.Grant.Actor, o.Grant.Version)
	mine.Title = fmt.Sprintf("What you entered, from version %d", form.base())
	return v.changedMeanwhile(changesModel{
		App: o.App, Title: "Somebody saved " + o.Name + " meanwhile",
		Lead:  "Nothing of yours is saved, and nothing is lost. Going on shows what your form changes in the version that holds now.",
		Parts: []changePart{theirs, mine}, Action: form.path(o.App), Confirm: "Go on with mine",
		Edit: form.path(o.App) + "/edit", Back: form.back(o.App),
		Kept: form.kept(o.Grant.Version),
	})
}
