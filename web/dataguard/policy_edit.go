package dataguard

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/rules"
)

// policyEditModel is the page on which a policy is written.
type policyEditModel struct {
	App      apps.App
	State    frame.Status
	Version  int64
	Person   string
	Saved    string // the files that are saved, as a query
	Reason   string // that was typed before
	Notices  []frame.Notice
	Files    []rules.Shown
	Problems []string // of no file
	Tests    []rego.Result
	Ran      bool         // the tests
	Theirs   []markedLine // what somebody else saved meanwhile
}

// try checks and tests a form. An error is ours.
func (r *Room) try(v *frame.Visit, f policyForm) (rules.Trial, error) {
	return f.Try(func(files rego.Source) (rego.Report, error) { return r.Engine.Test(v.Context(), files) })
}

// editPolicy shows the policy that holds, to be changed.
func (r *Room) editPolicy(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	holds, err := v.HeldPolicy(o.ID)
	if err != nil {
		return err
	}
	return showPolicyEditor(v, http.StatusOK, o, holds, policyFormOf(holds), policyEditModel{})
}

// policyAgain shows the form as it was filled in, after what one of its buttons does.
// Nothing is saved.
func (r *Room) policyAgain(v *frame.Visit) error {
	return r.withPolicyForm(v, func(o apps.Overview, holds apps.SavedPolicy, f policyForm) error {
		deed, file, _ := strings.Cut(v.FormValue("do"), " ")
		switch deed {
		case "rules":
			f.Add("policy", ".rego")
		case "tests":
			f.Add("policy", "_test.rego")
		case "remove":
			f.Remove(file)
		}
		m := policyEditModel{}
		if deed == "upload" && f.Taken+len(f.Refused) == 0 {
			m.Notices = append(m.Notices, frame.Notice{Tone: frame.Careful, Says: "Choose the files first."})
		}
		if deed != "check" && f.Taken == 0 {
			return showPolicyEditor(v, http.StatusOK, o, holds, f, m)
		}
		trial, err := r.try(v, f)
		if err != nil {
			return err
		}
		m.Notices = append(m.Notices, trial.Verdict(aPolicy))
		return showTrial(v, http.StatusOK, o, holds, f, m, trial)
	})
}

// withPolicyForm goes on with the form that was sent, beside the policy that holds.
func (r *Room) withPolicyForm(v *frame.Visit, proceed func(apps.Overview, apps.SavedPolicy, policyForm) error) error {
	f, err := readPolicyForm(v)
	if err != nil {
		return err
	}
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	holds, err := v.HeldPolicy(o.ID)
	if err != nil {
		return err
	}
	return proceed(o, holds, f)
}

// aPolicy is what the page edits, in words.
const aPolicy = "A policy"

// showTrial shows the form with what came of its trial beside the lines.
func showTrial(v *frame.Visit, status int, o apps.Overview, holds apps.SavedPolicy, f policyForm, m policyEditModel, t rules.Trial) error {
	m.Ran, m.Tests = t.Ran, t.Tests()
	m.Files, m.Problems = t.Beside(f.Form)
	return showPolicyEditor(v, status, o, holds, f, m)
}

func showPolicyEditor(v *frame.Visit, status int, o apps.Overview, holds apps.SavedPolicy, f policyForm, m policyEditModel) error {
	m.App, m.State, m.Version, m.Person, m.Reason = o.App, frame.StateStatus(o.State), f.version, v.Person.ID, v.FormValue("reason")
	saved := url.Values{}
	for _, one := range policyFormOf(holds).keptValues(0)[1:] {
		saved.Set(one.Name, one.Value)
	}
	m.Saved = saved.Encode()
	if m.Files == nil {
		m.Files = f.Shown()
	}
	for i := range m.Files {
		m.Files[i].Removes = policyPath(o.App) + "/edit"
	}
	m.Notices = append(m.Notices, f.NotTaken()...)
	return v.ShowWithStatus(status, "policyedit", "Edit the policy of "+o.Name, m)
}
