package dataguard

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// changesModel is the panel that says what a form will change, before it does.
type changesModel struct {
	App     apps.App
	Title   string
	Lead    string
	Notices []frame.Notice
	Parts   []gains.Part
	Action  string       // where Confirm sends the form
	Confirm string       // what the button says; "Confirm" if empty
	Edit    string       // where the form goes back to with what was entered, if it can
	Back    string       // the page to go to instead
	Kept    []keptValue  // what the form said
	Compare *comparison  // of one record; nil where none can be compared
	Idle    bool         // there is nothing to save
	Knows   frame.Switch // by which a person says that they know what is to be reviewed; none without a name
	Reason  frame.Field
	AsksWhy string // beside the reason; empty where it may be left out
}

// keptValue is a value that a form carries along.
type keptValue struct{ Name, Value string }

// knowsBox asks whether a person knows what keys and types hold: nothing is reviewed but by
// its tick. Says are the sentences of what it reviews.
func knowsBox(v *frame.Visit, app apps.App, says []string) frame.Switch {
	if len(says) == 0 {
		return frame.Switch{}
	}
	return frame.Switch{
		Name: "knows", Label: "I know what these hold, and " + app.Name + " may have them", Hint: strings.Join(says, " "),
		Unless: "Stays hidden unless ticked", On: v.FormValue("knows") != "",
	}
}

// showChangePanel answers with the panel. A fault of the form itself goes beside its
// reason.
func showChangePanel(v *frame.Visit, m changesModel, wrong error) error {
	if m.Confirm == "" {
		m.Confirm = "Confirm"
	}
	m.Kept = append(m.Kept, keptValue{"person", v.Person.ID})
	m.Reason = frame.ReasonField(v.FormValue("reason")).Asked(slices.ContainsFunc(m.Parts, gains.Part.Grave))
	m.Reason.Hint = cmp.Or(m.AsksWhy, m.Reason.Hint)
	if errors.Is(wrong, apps.ErrGuardrail) {
		m.Notices = append([]frame.Notice{{Tone: frame.Bad, Title: "A guardrail stands against it", Says: "Nothing is saved. " + strings.TrimPrefix(wrong.Error(), apps.ErrGuardrail.Error()+". ")}}, m.Notices...)
		return v.ShowAgain("changes", m.Title, m)
	}
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
	m.Kept = append(m.Kept, keptValue{"person", v.Person.ID})
	return v.ShowWithStatus(http.StatusConflict, "changes", m.Title, m)
}

// changes compares what an app gets by two grants, the seen keys counting as
// reviewed in the second.
func (r *Room) changes(v *frame.Visit, app apps.App, from, to policy.Grant, seen []catalog.Member) (gains.Part, error) {
	part, err := r.Tells.Between(v, app, gateway.Offer{Grant: &from}, gateway.Offer{Grant: &to, Seen: seen})
	part.Notes = append(part.Notes, notesOnGrants(v, from, to)...)
	return part, err
}

// notesOnGrants says what differs between two grants beside ticks and scope.
func notesOnGrants(v *frame.Visit, from, to policy.Grant) []string {
	var notes []string
	if !from.Until.Equal(to.Until) {
		notes = append(notes, "The end changes: "+endOfGrant(v, to)+".")
	}
	notes = append(notes, wordChange("The purpose", from.Purpose, to.Purpose)...)
	notes = append(notes, wordChange("The legal basis", from.Basis, to.Basis)...)
	return append(notes, liftNotes(from.Lifts, to.Lifts)...)
}

func because(reason string) string {
	if reason == "" { // not said yet
		return ""
	}
	return ": “" + reason + "”"
}

// liftNotes says for what the ceiling of the app's preset is lifted, or no longer.
func liftNotes(from, to map[string]string) []string {
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(to)) {
		if was, lifted := from[name]; !lifted || was != to[name] {
			notes = append(notes, "The ceiling is lifted for "+memberLabel(catalog.ParseMember(name))+because(to[name])+".")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if _, lifted := to[name]; !lifted {
			notes = append(notes, "The ceiling holds again for "+memberLabel(catalog.ParseMember(name))+".")
		}
	}
	return notes
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
