package dataguard

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// policyChanges says what the app would lose by the form. Nothing is stored.
func (r *Room) policyChanges(v *frame.Visit) error {
	return r.withGoodPolicy(v, func(o apps.Overview, holds apps.SavedPolicy, f policyForm, files rego.Source) error {
		return r.showPolicyPanel(v, o, holds, f, files, nil)
	})
}

func (r *Room) savePolicy(v *frame.Visit) error {
	return r.withGoodPolicy(v, func(o apps.Overview, holds apps.SavedPolicy, f policyForm, files rego.Source) error {
		if maps.Equal(holds.Files, files) {
			return v.EndForm(policyPath(o.App), "There was nothing to save.")
		}
		_, _, err := r.Apps.SavePolicy(v.Context(), r.Engine, o.ID, f.version, files, v.By(v.FormValue("reason")))
		switch {
		case fault.Is(err, fault.Conflict):
			return r.withPolicyForm(v, r.policyCollision(v))
		case fault.Is(err, fault.Invalid):
			return r.showPolicyPanel(v, o, holds, f, files, err)
		case err != nil:
			return err
		}
		return v.EndForm(policyPath(o.App), "Saved. It holds from the next answer on.")
	})
}

// withGoodPolicy goes on with a form that compiles, whose tests pass, and that changes the
// version that holds. Any other is shown again, with what is said beside its lines.
func (r *Room) withGoodPolicy(v *frame.Visit, proceed func(apps.Overview, apps.SavedPolicy, policyForm, rego.Source) error) error {
	return r.withPolicyForm(v, func(o apps.Overview, holds apps.SavedPolicy, f policyForm) error {
		if f.version != holds.Version {
			return r.policyCollision(v)(o, holds, f)
		}
		trial, err := r.try(v, f)
		if err != nil {
			return err
		}
		if !trial.Good() || len(f.Refused) > 0 {
			return showTrial(v, http.StatusUnprocessableEntity, o, holds, f, policyEditModel{Notices: []frame.Notice{trial.Verdict(aPolicy)}}, trial)
		}
		files, _ := f.Source()
		return proceed(o, holds, f, files)
	})
}

// policyCollision shows the form with what somebody else saved meanwhile. Nothing of what
// was entered is lost, and saving it again puts it in the place of theirs.
func (r *Room) policyCollision(v *frame.Visit) func(apps.Overview, apps.SavedPolicy, policyForm) error {
	return func(o apps.Overview, holds apps.SavedPolicy, f policyForm) error {
		base, err := v.PolicyVersion(o.ID, f.version)
		if err != nil && !fault.Is(err, fault.NotFound) { // a failover lost it
			return err
		}
		says := fmt.Sprintf("Version %d was saved by %s, %s. Nothing of yours is saved, and nothing is lost: it is below, and saving it takes the place of theirs.", holds.Version, frame.Who(holds.Actor), v.Moment(holds.SavedAt).Person)
		f.version = holds.Version
		return showPolicyEditor(v, http.StatusConflict, o, holds, f, policyEditModel{
			Notices: []frame.Notice{{Tone: frame.Careful, Title: "Someone else changed the policy of " + o.Name, Says: says}},
			Theirs:  markedLines(base.Files, holds.Files),
		})
	}
}

// givesNothing leads the panel of every policy.
const givesNothing = "Nothing is saved yet. A policy gives an app nothing: if anything comes back, an earlier policy had taken it away."

// policyPart compares what an app gets now and by a policy, or by none.
func (r *Room) policyPart(v *frame.Visit, p proposal) (gains.Part, error) {
	return r.Tells.Between(v, p.app, p.before(), p.after())
}

func (r *Room) showPolicyPanel(v *frame.Visit, o apps.Overview, holds apps.SavedPolicy, f policyForm, files rego.Source, wrong error) error {
	p := proposal{app: o.App, policy: &policy.Own{Files: files}}
	part, err := r.policyPart(v, p)
	if err != nil {
		return err
	}
	path := policyPath(o.App)
	compared, err := r.compare(v, p, path, frame.FirstTab)
	if err != nil {
		return err
	}
	return showChangePanel(v, changesModel{
		App: o.App, Title: "What the policy changes for " + o.Name, Lead: givesNothing,
		Notices: stateNotice(o), Parts: []gains.Part{part}, Compare: compared, Idle: maps.Equal(holds.Files, files),
		Action: path + "/save", Edit: path + "/edit", Back: path, Kept: f.keptValues(f.version),
	}, wrong)
}

// policyUndo says what going back to an earlier policy, or to none, would change.
func (r *Room) policyUndo(v *frame.Visit) error {
	o, earlier, err := r.earlierPolicy(v)
	if err != nil {
		return err
	}
	return r.showPolicyUndo(v, o, earlier, nil)
}

func (r *Room) showPolicyUndo(v *frame.Visit, o apps.Overview, earlier apps.SavedPolicy, wrong error) error {
	holds, err := v.HeldPolicy(o.ID)
	if err != nil {
		return err
	}
	p := proposal{app: o.App, policy: &policy.Own{Files: earlier.Files}}
	part, err := r.policyPart(v, p)
	if err != nil {
		return err
	}
	one := policyPath(o.App) + "/" + strconv.FormatInt(earlier.Version, 10)
	compared, err := r.compare(v, p, one+"/compare", frame.FirstTab)
	if err != nil {
		return err
	}
	title := fmt.Sprintf("Go back to version %d of the policy of %s", earlier.Version, o.Name)
	if earlier.Removed() {
		title = "Remove the policy of " + o.Name
	}
	panel := changesModel{
		App: o.App, Title: title, Lead: givesNothing,
		Notices: stateNotice(o), Parts: []gains.Part{part}, Compare: compared, Idle: maps.Equal(holds.Files, earlier.Files),
		Action: one + "/back", Back: policyPath(o.App), Kept: []keptValue{{"version", strconv.FormatInt(holds.Version, 10)}},
	}
	if fault.Is(wrong, fault.Conflict) {
		panel.Notices = append(panel.Notices, frame.Notice{Tone: frame.Careful, Title: "Someone else changed the policy of " + o.Name, Says: "Nothing of yours is saved yet. Below is what this changes now."})
		panel.Confirm = "Confirm"
		return showCollision(v, panel)
	}
	return showChangePanel(v, panel, wrong)
}

func (r *Room) goBackToPolicy(v *frame.Visit) error {
	o, earlier, err := r.earlierPolicy(v)
	if err != nil {
		return err
	}
	base, err := strconv.ParseInt(v.FormValue("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "The form does not say which version it changes. Open the page again.")
	}
	by := v.By(v.FormValue("reason"))
	if earlier.Removed() {
		_, err = r.Apps.RemovePolicy(v.Context(), o.ID, base, by)
	} else {
		_, _, err = r.Apps.SavePolicy(v.Context(), r.Engine, o.ID, base, earlier.Files, by)
	}
	switch {
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid):
		return r.showPolicyUndo(v, o, earlier, err)
	case err != nil:
		return err
	case earlier.Removed():
		return v.EndForm(policyPath(o.App), "The policy is removed.")
	}
	return v.EndForm(policyPath(o.App), fmt.Sprintf("Version %d holds again.", earlier.Version))
}
