package dataguard

import (
	"net/http"
	"slices"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// changesModel is the panel that says what a form will change, before it does.
type changesModel struct {
	App     apps.App
	Title   string
	Lead    string
	Notices []frame.Notice
	Parts   []changePart
	Action  string      // where Confirm sends the form
	Confirm string      // what the button says; "Confirm" if empty
	Edit    string      // where the form goes back to with what was entered, if it can
	Back    string      // the page to go to instead
	Kept    []keptValue // what the form said
	Compare *comparison // of one record; nil where none can be compared
	Idle    bool        // there is nothing to save
	Reason  frame.Field
}

// keptValue is a value that a form carries along.
type keptValue struct{ Name, Value string }

// changePart is the difference between two grants.
type changePart struct {
	Title    string
	Notices  []frame.Notice // what the app is meant to get, and will get nothing of
	Entities []entityChange
	Notes    []string // what changes beside fields and records
	Silent   []string // ticks that change nothing yet, and why
	Reviewed []string // what saving marks as reviewed
}

// entityChange is the difference in what an app gets of one entity.
type entityChange struct {
	Label  string
	State  *frame.Status // set where the entity opens or closes
	Gained uint64        // records
	Lost   uint64
	Gain   string // of users: of which roles those are
	Loss   string
	Groups []changeGroup
}

// changeGroup is what of one class an app gains or loses.
type changeGroup struct {
	Verb  frame.Status
	Class frame.Status
	Names []string
}

// showChangePanel answers with the panel. A fault of the form itself goes beside its
// reason.
func showChangePanel(v *frame.Visit, m changesModel, wrong error) error {
	if m.Confirm == "" {
		m.Confirm = "Confirm"
	}
	m.Reason = frame.ReasonField(v.FormValue("reason"))
	if m.Reason.Blame(wrong) {
		return v.ShowAgain("changes", m.Title, m)
	}
	if wrong != nil {
		return wrong
	}
	return v.Show("changes", m.Title, m)
}

// showCollision answers with the panel of two changes that collide.
func showCollision(v *frame.Visit, m changesModel) error {
	m.Reason = frame.ReasonField(v.FormValue("reason"))
	return v.ShowWithStatus(http.StatusConflict, "changes", m.Title, m)
}

// outcome is what an app gets by a grant.
type outcome struct{ gateway.Prospect }

// outcome decides as for an app that is enabled, with every token scope that there is.
// The seen keys that the grant ticks count as reviewed.
func (r *Room) outcome(v *frame.Visit, app string, grant policy.Grant, seen []catalog.Member) (outcome, error) {
	got, err := r.Gateway.Prospect(v.Context(), app, gateway.Offer{Grant: &grant, Seen: seen})
	if err != nil {
		return outcome{}, err
	}
	return outcome{got}, v.NoteReviewed(got.Keys, seen)
}

// outcomes compares two grants, the seen keys counting as reviewed in the second.
func (r *Room) outcomes(v *frame.Visit, app string, from, to policy.Grant, seen []catalog.Member) (before, after outcome, err error) {
	was, is, err := r.Gateway.Compare(v.Context(), app, gateway.Offer{Grant: &from}, gateway.Offer{Grant: &to, Seen: seen})
	if err != nil {
		return before, after, err
	}
	return outcome{was}, outcome{is}, v.NoteReviewed(is.Keys, seen)
}

// changes compares what an app gets by two grants, the seen keys counting as
// reviewed in the second.
func (r *Room) changes(v *frame.Visit, app apps.App, from, to policy.Grant, seen []catalog.Member) (changePart, error) {
	before, after, err := r.outcomes(v, app.ID, from, to, seen)
	if err != nil {
		return changePart{}, err
	}
	var part changePart
	for _, e := range catalog.Tables(catalog.V11) {
		d := after.Beside(before.Prospect, e.Plural)
		change := entityChange{
			Label:  e.Label,
			State:  openedOrClosed(d),
			Gained: d.Gained.GetCardinality(),
			Lost:   d.Lost.GetCardinality(),
			Groups: groupChanges(shownOf(before.Plan, e), shownOf(after.Plan, e)),
		}
		if e.Plural == "users" {
			change.Gain, change.Loss = after.byRole(d.Gained), before.byRole(d.Lost)
		}
		if change.State != nil || change.Gained+change.Lost > 0 || len(change.Groups) > 0 {
			part.Entities = append(part.Entities, change)
		}
		part.Silent = append(part.Silent, r.silentTicks(e, from, to, after.Decision)...)
	}
	had := before.noticesOfNobody(from)
	part.Notices = slices.DeleteFunc(after.noticesOfNobody(to), func(n frame.Notice) bool { return slices.Contains(had, n) })
	part.Notes, err = r.scopeNotes(v, from.Scope, to.Scope)
	part.Notes = append(part.Notes, notesOnGrants(v, from, to)...)
	if err == nil {
		part.Reviewed, err = r.reviewSentences(v, app, to, seen)
	}
	return part, err
}

func openedOrClosed(d gateway.Difference) *frame.Status {
	switch {
	case d.Opens:
		return &frame.Status{Tone: frame.Good, Label: "Opens"}
	case d.Closes:
		return &frame.Status{Tone: frame.Bad, Label: "Closes"}
	}
	return nil
}

// notesOnGrants says what differs between two grants beside ticks and scope.
func notesOnGrants(v *frame.Visit, from, to policy.Grant) []string {
	var notes []string
	if !from.Until.Equal(to.Until) {
		notes = append(notes, "The end changes: "+endOfGrant(v, to)+".")
	}
	notes = append(notes, wordChange("The purpose", from.Purpose, to.Purpose)...)
	return append(notes, wordChange("The legal basis", from.Basis, to.Basis)...)
}

// wordChange says what a text was and becomes, if it changes.
func wordChange(what, from, to string) []string {
	switch {
	case from == to:
		return nil
	case from == "":
		return []string{what + " is now “" + to + "”."}
	case to == "":
		return []string{what + " is no longer “" + from + "”."}
	}
	return []string{what + " changes from “" + from + "” to “" + to + "”."}
}

func endOfGrant(v *frame.Visit, grant policy.Grant) string {
	if grant.Until.IsZero() {
		return "there is none"
	}
	return "the last day is " + v.Day(grant.Until.Add(-time.Nanosecond))
}

// Takes reports whether the app loses records.
func (p changePart) Takes() bool {
	return slices.ContainsFunc(p.Entities, func(e entityChange) bool { return e.Lost > 0 })
}
