package optouts

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/web/frame"
)

type studentModel struct {
	Hit    *frame.Hit
	Lines  []studentLine
	Every  bool // opted out of all apps
	Which  frame.Choice
	Apps   []frame.Switch // that the student is not opted out of
	Reason frame.Field
}

// studentLine is an opt-out of the student, and what it would open to remove it.
type studentLine struct {
	App    string // its ID, empty for all
	Label  string
	At     frame.Moment
	Who    string
	Reason string
	Opens  string // which apps get the student again
	Doubt  bool   // whether it was about the same person
}

func (r *Room) studentPage(v *frame.Visit) error {
	m, err := r.newStudent(v)
	if err != nil {
		return err
	}
	return v.Show("optoutsstudent", "Opt-outs of a student", m)
}

func (r *Room) newStudent(v *frame.Visit) (studentModel, error) {
	m := studentModel{Reason: frame.ReasonField(v.FormValue("reason"))}
	users, _ := catalog.Find(frame.FirstTab)
	var err error
	if m.Hit, err = v.Sight.Record(users, v.FormValue("record")); err != nil {
		return m, err
	}
	if m.Hit.ID == 0 {
		return m, fault.New(fault.NotFound, "The roster never had this student.")
	}
	of, err := r.OptOuts.OfStudents(v.Context(), []uint32{m.Hit.ID})
	if err != nil {
		return m, err
	}
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return m, err
	}
	snapshot, err := r.Views.Snapshot(v.Context())
	if err != nil {
		return m, err
	}
	lines := of[m.Hit.ID]
	for _, one := range lines {
		opens, err := r.opens(v, lines, one.App, all)
		if err != nil {
			return m, err
		}
		m.Every = m.Every || one.App == optouts.AllApps
		m.Lines = append(m.Lines, studentLine{one.App, appLabel(all, one.App), v.Moment(one.AddedAt), frame.Who(one.Actor), one.Reason, opens, !one.Gone && snapshot.History.MayBeAnother(one.User, one.AddedAt)})
	}
	m.Which, m.Apps = whichApps(v, all, lines)
	return m, nil
}

// opens says which enabled apps get a student again where an opt-out is removed.
func (r *Room) opens(v *frame.Visit, lines []optouts.OptOut, removed string, all []apps.App) (string, error) {
	var enabled []string
	for _, app := range all {
		if app.State == apps.Enabled {
			enabled = append(enabled, app.ID)
		}
	}
	reaching, err := r.Gateway.Reaching(v.Context(), lines[0].User, optouts.Opened(lines, []string{removed}, enabled))
	if err != nil {
		return "", err
	}
	if len(reaching) == 0 {
		return "No app that is enabled now gets the student again by it.", nil
	}
	var labels []string
	for _, id := range reaching {
		labels = append(labels, appLabel(all, id))
	}
	return "From their next request on the student is sent again to: " + strings.Join(labels, ", ") + ".", nil
}

// whichApps are the form's choices: all apps, or those that are ticked.
func whichApps(v *frame.Visit, all []apps.App, lines []optouts.OptOut) (frame.Choice, []frame.Switch) {
	some := v.FormValue("which") == "some"
	c := frame.Choice{Name: "which", Label: "Who gets nothing of the student", Options: []frame.Option{
		{Value: "all", Label: "All apps", Hint: "Those too that are added later.", Chosen: !some},
		{Value: "some", Label: "Some apps", Hint: "Tick them below.", Chosen: some},
	}}
	var boxes []frame.Switch
	for _, app := range all {
		if slices.ContainsFunc(lines, func(one optouts.OptOut) bool { return one.App == app.ID }) {
			continue
		}
		boxes = append(boxes, frame.Switch{Name: "apps", Value: app.ID, Label: app.Name, On: slices.Contains(v.FormValues("apps"), app.ID)})
	}
	return c, boxes
}

// add opts the student out whom the form names.
func (r *Room) add(v *frame.Visit) error {
	of := []string{optouts.AllApps}
	if v.FormValue("which") == "some" {
		of = v.FormValues("apps")
	}
	if len(of) == 0 {
		return r.studentAgain(v, fault.New(fault.Invalid, "Tick the apps that are to get nothing of the student, or choose all apps."))
	}
	var wanted []optouts.Wanted
	for _, app := range of {
		wanted = append(wanted, optouts.Wanted{Student: v.FormValue("record"), App: app})
	}
	report, err := r.OptOuts.Add(v.Context(), wanted, v.By(v.FormValue("reason")))
	switch {
	case fault.Is(err, fault.Invalid):
		return r.reasonAgain(v, err)
	case err != nil:
		return err
	case !report.Stored:
		return r.studentAgain(v, fault.New(fault.Invalid, "%s", report.Wrong[0].Says))
	}
	return v.EndForm(path, "Nothing of the student goes to these apps from now on. What they have received already stays with them.")
}

// studentAgain shows the student's page with what is wrong with the choice of apps.
func (r *Room) studentAgain(v *frame.Visit, why error) error {
	m, err := r.newStudent(v)
	if err != nil {
		return err
	}
	m.Which.Blame(why)
	return v.ShowAgain("optoutsstudent", "Opt-outs of a student", m)
}

// reasonAgain shows the student's page with what is wrong with the reason.
func (r *Room) reasonAgain(v *frame.Visit, why error) error {
	m, err := r.newStudent(v)
	if err != nil {
		return err
	}
	m.Reason.Blame(why)
	return v.ShowAgain("optoutsstudent", "Opt-outs of a student", m)
}

// remove lets apps have the student again whom the form names. What they will get was
// said beside the button.
func (r *Room) remove(v *frame.Visit) error {
	m, err := r.newStudent(v)
	if err != nil {
		return err
	}
	err = r.OptOuts.Remove(v.Context(), m.Hit.ID, []string{v.FormValue("app")}, v.By(v.FormValue("reason")))
	if fault.Is(err, fault.Invalid) {
		return r.reasonAgain(v, err)
	}
	if err != nil {
		return err
	}
	return v.EndForm(path, "The opt-out is removed.")
}
