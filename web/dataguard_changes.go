package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// changesModel is the panel that says what a form will change, before it does.
type changesModel struct {
	App     apps.App
	Title   string
	Lead    string
	Notices []Notice
	Parts   []changePart
	Action  string      // where Confirm sends the form
	Confirm string      // what the button says; "Confirm" if empty
	Edit    string      // where the form goes back to with what was entered, if it can
	Back    string      // the page to go to instead
	Kept    []kept      // what the form said
	Compare *comparison // of one record; nil where none can be compared
	Idle    bool        // there is nothing to save
	Reason  Field
}

// kept is a value that a form carries along.
type kept struct{ Name, Value string }

// changePart is the difference between two grants.
type changePart struct {
	Title    string
	Notices  []Notice // what the app is meant to get, and will get nothing of
	Entities []entityChange
	Notes    []string // what changes beside fields and records
	Silent   []string // ticks that change nothing yet, and why
	Reviewed []string // what saving marks as reviewed
}

// entityChange is the difference in what an app gets of one entity.
type entityChange struct {
	Label  string
	State  *Status // set where the entity opens or closes
	Gained uint64  // records
	Lost   uint64
	Gain   string // of users: of which roles those are
	Loss   string
	Groups []changeGroup
}

// changeGroup is what of one class an app gains or loses.
type changeGroup struct {
	Verb  Status
	Class Status
	Names []string
}

// changed answers with the panel. A fault of the form itself goes beside its
// reason.
func (v *visit) changed(m changesModel, wrong error) error {
	if m.Confirm == "" {
		m.Confirm = "Confirm"
	}
	m.Reason = reasonField(v.value("reason"))
	if m.Reason.blame(wrong) {
		return v.again("changes", m.Title, m)
	}
	if wrong != nil {
		return wrong
	}
	return v.show("changes", m.Title, m)
}

// changedMeanwhile answers with the panel of two changes that collide.
func (v *visit) changedMeanwhile(m changesModel) error {
	m.Reason = reasonField(v.value("reason"))
	return v.rooms.render(v, http.StatusConflict, "changes", m.Title, m)
}

// outcome is what an app gets by a grant.
type outcome struct{ gateway.Prospect }

// outcome decides as for an app that is enabled, with every token scope that there is.
// The seen keys that the grant ticks count as reviewed.
func (r *Rooms) outcome(v *visit, app string, grant policy.Grant, seen []roster.Key) (outcome, error) {
	got, err := r.Gateway.Prospect(v.ctx(), app, gateway.Offer{Grant: &grant, Seen: apps.MembersOf(seen)})
	if err != nil {
		return outcome{}, err
	}
	return outcome{got}, v.noteReviewed(got.Keys, seen)
}

// outcomes compares two grants, the seen keys counting as reviewed in the second.
func (r *Rooms) outcomes(v *visit, app string, from, to policy.Grant, seen []roster.Key) (before, after outcome, err error) {
	was, is, err := r.Gateway.Compare(v.ctx(), app, gateway.Offer{Grant: &from}, gateway.Offer{Grant: &to, Seen: apps.MembersOf(seen)})
	if err != nil {
		return before, after, err
	}
	return outcome{was}, outcome{is}, v.noteReviewed(is.Keys, seen)
}

// changes compares what an app gets by two grants, the seen keys counting as
// reviewed in the second.
func (r *Rooms) changes(v *visit, app apps.App, from, to policy.Grant, seen []roster.Key) (changePart, error) {
	before, after, err := r.outcomes(v, app.ID, from, to, seen)
	if err != nil {
		return changePart{}, err
	}
	var part changePart
	for _, e := range catalog.Tables(catalog.V11) {
		d := after.Beside(before.Prospect, e.Plural)
		change := entityChange{
			Label:  e.Label,
			State:  turned(d),
			Gained: d.Gained.GetCardinality(),
			Lost:   d.Lost.GetCardinality(),
			Groups: groups(shownOf(before.Plan, e), shownOf(after.Plan, e)),
		}
		if e.Plural == "users" {
			change.Gain, change.Loss = after.byRole(d.Gained), before.byRole(d.Lost)
		}
		if change.State != nil || change.Gained+change.Lost > 0 || len(change.Groups) > 0 {
			part.Entities = append(part.Entities, change)
		}
		part.Silent = append(part.Silent, r.silent(e, from, to, after.Decision)...)
	}
	had := before.nobody(from)
	part.Notices = slices.DeleteFunc(after.nobody(to), func(n Notice) bool { return slices.Contains(had, n) })
	part.Notes, err = r.scopeNotes(v, from.Scope, to.Scope)
	part.Notes = append(part.Notes, v.notesOn(from, to)...)
	if err == nil {
		part.Reviewed, err = r.reviewing(v, app, to, seen)
	}
	return part, err
}

func turned(d gateway.Difference) *Status {
	switch {
	case d.Opens:
		return &Status{Good, "Opens"}
	case d.Closes:
		return &Status{Bad, "Closes"}
	}
	return nil
}

// notesOn says what differs between two grants beside ticks and scope.
func (v *visit) notesOn(from, to policy.Grant) []string {
	var notes []string
	if !from.Until.Equal(to.Until) {
		notes = append(notes, "The end changes: "+v.endOf(to)+".")
	}
	if from.Purpose != to.Purpose || from.Basis != to.Basis {
		notes = append(notes, "The purpose or the legal basis changes.")
	}
	return notes
}

func (v *visit) endOf(grant policy.Grant) string {
	if grant.Until.IsZero() {
		return "the grant has none"
	}
	return "the last day is " + grant.Until.Add(-time.Nanosecond).In(v.District.Zone()).Format("January 2, 2006")
}

// Takes reports whether the app loses records.
func (p changePart) Takes() bool {
	return slices.ContainsFunc(p.Entities, func(e entityChange) bool { return e.Lost > 0 })
}
