package dataguard

import (
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) agreementRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/agreement", frame.Anyone, r.agreementPage),
		frame.Post("/apps/:app/agreement", frame.Admins, r.agreementChanges).WithValues().Kept(),
		frame.Post("/apps/:app/agreement/edit", frame.Admins, r.agreementAgain).Kept(),
		frame.Post("/apps/:app/agreement/save", frame.Admins, r.saveAgreement).WithValues().Kept(),
		frame.Post("/apps/:app/agreement/terms", frame.Admins, r.saveTerms),
	}
}

// agreementForm is what a person says of what an app's grant is for, and how long.
type agreementForm struct {
	version int64 // the base of the grant that the person was looking at
	purpose string
	last    string         // the last day, YYYY-MM-DD; empty for no end
	zone    *time.Location // of the last day
}

type agreementModel struct {
	App     apps.App
	State   frame.Status
	May     bool
	Version int64
	Person  string // who fills it in
	Saved   string // what the grant that holds says
	Reason  string // that was typed before
	Purpose frame.Field
	Last    frame.Field
	Terms   termsModel
}

// agreementOf is the form as it stands in a saved grant.
func agreementOf(v *frame.Visit, saved apps.SavedGrant) agreementForm {
	zone := v.District.Zone()
	return agreementForm{version: saved.Base(), purpose: saved.Grant.Purpose, last: lastDay(saved.Grant.Until, zone), zone: zone}
}

// lastDay is the day on which a grant that is over at an instant ends, YYYY-MM-DD;
// empty where it does not end.
func lastDay(until time.Time, zone *time.Location) string {
	if until.IsZero() {
		return ""
	}
	return until.Add(-time.Nanosecond).In(zone).Format(time.DateOnly)
}

// readAgreement takes the form from a post. A day that is none is a fault.Invalid.
func readAgreement(v *frame.Visit) (agreementForm, error) {
	f := agreementForm{purpose: strings.TrimSpace(v.FormValue("purpose")), last: strings.TrimSpace(v.FormValue("last")), zone: v.District.Zone()}
	var err error
	if f.version, err = strconv.ParseInt(v.FormValue("version"), 10, 64); err != nil {
		return f, fault.New(fault.Invalid, "The form does not say which version of the permissions it changes. Open the page again.")
	}
	if _, err := f.until(); err != nil {
		return f, fault.New(fault.Invalid, "Enter a date as YYYY-MM-DD, or leave it empty.")
	}
	return f, nil
}

func (r *Room) agreementPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return r.showAgreement(v, o, agreementOf(v, o.Grant), nil, o.Agreement, nil)
}

// showAgreement shows both forms, with what is wrong with the day of the one and with what
// was agreed.
func (r *Room) showAgreement(v *frame.Visit, o apps.Overview, f agreementForm, wrong error, agreed apps.Agreement, amiss error) error {
	m := agreementModel{
		App: o.App, State: frame.StateStatus(o.State), May: v.Person.Role == people.Admin, Version: f.version,
		Person: v.Person.ID, Saved: writtenTicks(agreementOf(v, o.Grant)), Reason: v.FormValue("reason"),
		Purpose: frame.Field{Name: "purpose", Label: "Purpose", Value: f.purpose, Hint: "What the district shares the data for. Optional.", Autocomplete: "off"},
		Last:    frame.Field{Name: "last", Label: "Last day", Kind: "date", Value: f.last, Hint: "The app receives nothing from the day after on. Leave it empty for no end.", Autocomplete: "off"},
	}
	title := "Agreement with " + o.Name
	var err error
	if m.Terms, err = r.newTerms(v, o, agreed, amiss); err != nil {
		return err
	}
	if m.Last.Blame(wrong) || amiss != nil {
		return v.ShowAgain("agreement", title, m)
	}
	return v.Show("agreement", title, m)
}

// agreementAgain shows the form as it was filled in.
func (r *Room) agreementAgain(v *frame.Visit) error {
	return r.withAgreement(v, func(f agreementForm) error {
		o, err := v.AppOverview(v.PathParam("app"))
		if err != nil {
			return err
		}
		return r.showAgreement(v, o, f, nil, o.Agreement, nil)
	})
}

// agreementChanges says what the form would change. Nothing is stored.
func (r *Room) agreementChanges(v *frame.Visit) error {
	return r.withAgreement(v, func(f agreementForm) error { return r.showChanges(v, f, nil) })
}

func (r *Room) saveAgreement(v *frame.Visit) error {
	return r.withAgreement(v, func(f agreementForm) error { return r.saveChanges(v, f) })
}

// withAgreement goes on with the form that was sent, or shows it again with what
// is wrong with it.
func (r *Room) withAgreement(v *frame.Visit, proceed func(agreementForm) error) error {
	f, wrong := readAgreement(v)
	if wrong == nil {
		return proceed(f)
	}
	if f.version == 0 {
		return wrong
	}
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return r.showAgreement(v, o, f, wrong, o.Agreement, nil)
}

// until is when the last day is over; the zero time has no end.
func (f agreementForm) until() (time.Time, error) {
	if f.last == "" {
		return time.Time{}, nil
	}
	last, err := time.ParseInLocation(time.DateOnly, f.last, f.zone)
	return last.AddDate(0, 0, 1), err
}

// applyTo makes the form's grant out of the one that it was made for. A last day
// that stays the same leaves the very instant of the end.
func (f agreementForm) applyTo(grant policy.Grant) policy.Grant {
	next := grant.Clone()
	next.Purpose = f.purpose
	if lastDay(grant.Until, f.zone) != f.last {
		next.Until, _ = f.until() // it was read before
	}
	return next
}

func (f agreementForm) baseVersion() int64 { return f.version }

func (f agreementForm) seen() []catalog.Member { return nil }

func (f agreementForm) keptValues(version int64) []keptValue {
	return []keptValue{{"version", strconv.FormatInt(version, 10)}, {"purpose", f.purpose}, {"last", f.last}}
}

func (f agreementForm) formPath(app apps.App) string { return "/apps/" + app.ID + "/agreement" }

func (f agreementForm) backPath(app apps.App) string { return f.formPath(app) }

func (f agreementForm) aboutEntity() string { return frame.FirstTab }

func (f agreementForm) asksWhy() string { return "" }

func (f agreementForm) overlookedNotices(policy.Grant) []frame.Notice { return nil }
