package approvals

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// changeModel is the page of one change.
type changeModel struct {
	listed
	Waits   bool
	May     bool // approve or decline
	Print   string
	Notices []frame.Notice
	Things  []thing      // that would be replaced
	Names   []string     // that are sensitive, and would be gained, the first of them
	More    []string     // the others
	Parts   []gains.Part // what changes
	Same    string       // the apps for which nothing does
	Unmarks []string     // that would be marked no longer
	Return  []string     // lines of the register of opt-outs that would go
	Leave   []string     // and those that would come
	Beside  []frame.Notice
	Review  []frame.Switch
	Why     frame.Field
}

// mostNames are the names that the page shows at once of what would be gained.
const mostNames = 12

func (r *Room) changePage(v *frame.Visit) error {
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	shown, err := v.WaitingChange(number)
	if err != nil {
		return err
	}
	m, err := r.changeModel(v, shown)
	if err != nil {
		return err
	}
	return v.Show("approval", m.What, m)
}

// changeAgain is the page again, with what is wrong with a decision beside it.
func (r *Room) changeAgain(v *frame.Visit, number int64, wrong error) error {
	shown, err := v.WaitingChange(number)
	if err != nil {
		return err
	}
	m, err := r.changeModel(v, shown)
	if err != nil {
		return err
	}
	if m.Print != v.FormValue("effect") {
		m.Notices = append([]frame.Notice{changedMeanwhile()}, m.Notices...)
	}
	m.Why.Value = v.FormValue("reason")
	m.Why.Blame(wrong)
	for i, box := range m.Review {
		m.Review[i].On = slices.Contains(v.FormValues("review"), box.Value)
	}
	return v.ShowAgain("approval", m.What, m)
}

func numberOf(v *frame.Visit) (int64, error) {
	number, err := strconv.ParseInt(v.PathParam("change"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.NotFound, "There is no change with this number.")
	}
	return number, nil
}

func (r *Room) changeModel(v *frame.Visit, shown approvals.Shown) (changeModel, error) {
	known, err := r.Apps.List(v.Context())
	if err != nil {
		return changeModel{}, err
	}
	m := changeModel{
		listed: listedOf(v, shown.Change, known), Waits: shown.State == waiting.Waits, Print: shown.Effects.Print,
		Notices: noticesOf(v, shown), Review: reviewBoxes(shown, known), Why: frame.ReasonField("").Asked(true),
	}
	m.Why.Hint, m.Why.Required = "Why you decide so. It is kept on record.", true
	m.May = m.Waits && !m.Own && v.Person.Role == people.Admin
	names := shown.Gains
	if m.Waits && shown.Hindrance == nil {
		names = shown.Effects.Gains
	}
	m.Names = names.ByClass()
	if len(m.Names) > mostNames {
		m.Names, m.More = m.Names[:mostNames], m.Names[mostNames:]
	}
	if m.Things, err = r.things(v, shown); err != nil {
		return m, err
	}
	if err := r.tellParts(v, shown, &m); err != nil {
		return m, err
	}
	if m.May {
		if m.Beside, err = besideNotices(v, shown); err != nil {
			return m, err
		}
	}
	if shown.Marks != nil {
		m.Unmarks = markLines(shown.Marks.Before.Without(shown.Marks.After), known)
	}
	for _, one := range shown.Returning() {
		m.Return = append(m.Return, fmt.Sprintf("Student %d: no longer opted out of %s", one.User, optOutApp(one.App, known)))
	}
	for _, one := range shown.Effects.OptedOut {
		m.Leave = append(m.Leave, fmt.Sprintf("Student %d: opted out of %s", one.User, optOutApp(one.App, known)))
	}
	return m, nil
}

func optOutApp(id string, known []apps.App) string {
	if id == "" {
		return "all apps"
	}
	return nameOf(id, known)
}

func nameOf(id string, known []apps.App) string {
	for _, app := range known {
		if app.ID == id {
			return app.Name
		}
	}
	return id
}

// noticesOf says what a person must know before they decide.
func noticesOf(v *frame.Visit, shown approvals.Shown) (all []frame.Notice) {
	if shown.State != waiting.Waits {
		return nil
	}
	if v.QueryParam("changed") != "" {
		all = append(all, changedMeanwhile())
	}
	if shown.Standing != "" {
		all = append(all, frame.Notice{Tone: frame.Bad, Title: frame.Who(shown.Actor) + ", who asked for this, " + shown.Standing, Says: "Ask somebody who knows whether it is still wanted."})
	}
	switch {
	case shown.Hindrance != nil:
		all = append(all, frame.Notice{Tone: frame.Bad, Title: "It cannot be made any more", Says: shown.Hindrance.Error() + ". Decline it, or let whoever asked for it withdraw it."})
	case shown.Another:
		all = append(all, frame.Notice{Tone: frame.Careful, Title: "Something was changed meanwhile", Says: "It comes to something else than when it was asked for. Below is what it comes to now, in the place of what holds now."})
	}
	if shown.Actor == v.Person.Email {
		all = append(all, frame.Notice{Tone: frame.Plain, Title: "You asked for this", Says: "Another admin approves or declines it. You can withdraw it."})
	}
	return all
}

func changedMeanwhile() frame.Notice {
	return frame.Notice{Tone: frame.Careful, Title: "Nothing is approved yet", Says: "The change came to something else than what you were shown, or waits no longer. Below is what it comes to now."}
}

// reviewBoxes are a box for each key and type that the change wants reviewed.
func reviewBoxes(shown approvals.Shown, known []apps.App) (boxes []frame.Switch) {
	for _, app := range slices.Sorted(maps.Keys(shown.Reviewing)) {
		for _, m := range shown.Reviewing[app] {
			box := frame.Switch{Name: "review", Value: app + " " + m.String(), Label: m.String(), Breaks: true, Unless: "Stays hidden unless ticked"}
			if label := frame.KeyLabel(m.Entity, m.Name); m.Bag == catalog.Metadata && label != "" {
				box.Label, box.Hint = label, m.String()
			}
			if len(shown.Reviewing) > 1 {
				box.Hint = strings.Join(frame.NonEmpty(box.Hint, "For "+nameOf(app, known)), ". ")
			}
			boxes = append(boxes, box)
		}
	}
	return boxes
}

func (r *Room) approve(v *frame.Visit) error {
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	a := approvals.Approval{Effect: v.FormValue("effect")}
	for _, ticked := range v.FormValues("review") {
		app, name, _ := strings.Cut(ticked, " ")
		a.Ticked = append(a.Ticked, approvals.Tick{App: app, Member: catalog.ParseMember(name)})
	}
	return r.decided(v, number, "Approved. It holds from the next answer on.", r.Desk.Approve(v.Context(), number, a, v.By(v.FormValue("reason"))))
}

func (r *Room) decline(v *frame.Visit) error {
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	return r.decided(v, number, "Declined. Nothing was changed.", r.Desk.Decline(v.Context(), number, v.By(v.FormValue("reason"))))
}

func (r *Room) withdraw(v *frame.Visit) error {
	number, err := numberOf(v)
	if err != nil {
		return err
	}
	return r.decided(v, number, "Withdrawn. Nothing was changed.", r.Desk.Withdraw(v.Context(), number, v.By(v.FormValue("reason"))))
}

// decided leads back to the change, which is shown anew where it has become another.
func (r *Room) decided(v *frame.Visit, number int64, sentence string, err error) error {
	one := fmt.Sprintf("%s/%d", path, number)
	switch {
	case fault.Is(err, fault.Invalid):
		return r.changeAgain(v, number, err)
	case fault.Is(err, fault.Conflict):
		return v.Redirect(one + "?changed=yes")
	case err != nil:
		return err
	}
	return v.EndForm(one, sentence)
}
