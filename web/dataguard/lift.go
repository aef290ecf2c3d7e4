package dataguard

import (
	"net/url"
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

func (r *Room) liftRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/lift", frame.Admins, r.liftPage).WithNames(),
		frame.Post("/apps/:app/lift", frame.Admins, r.liftChanges).WithValues().Kept(),
		frame.Post("/apps/:app/lift/edit", frame.Admins, r.backFromLift).WithNames(),
		frame.Post("/apps/:app/lift/save", frame.Admins, r.saveLift).WithValues().Kept(),
	}
}

// liftForm lets one field, key or type past the ceiling of the app's preset, or no longer.
type liftForm struct {
	member  catalog.Member
	back    bool // the lift is taken back
	reason  string
	version int64
}

// liftPath is the page that lifts the ceiling for a member, or takes that back.
func liftPath(app string, m catalog.Member, back bool) string {
	asked := url.Values{"name": {m.String()}}
	if back {
		asked.Set("back", "on")
	}
	return "/apps/" + app + "/lift?" + asked.Encode()
}

func (r *Room) liftPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	form := liftForm{member: catalog.ParseMember(v.QueryParam("name")), back: v.QueryParam("back") != "", version: o.Grant.Base()}
	if err := form.check(); err != nil {
		return err
	}
	return r.showChanges(v, form, nil)
}

// check refuses a form that names what no ceiling can be lifted for, by a fault.NotFound.
func (f liftForm) check() error {
	_, err := frame.FindTab(f.member.Entity)
	if err == nil && f.member.Bag == "" {
		entity, _ := catalog.Find(f.member.Entity)
		_, is := entity.Field(f.member.Name)
		if !is || f.member.Name == "" {
			err = fault.New(fault.NotFound, "There is no such field.")
		}
	}
	return err
}

func readLift(v *frame.Visit) (liftForm, error) {
	f := liftForm{member: catalog.ParseMember(v.FormValue("name")), back: v.FormValue("back") != "", reason: v.FormValue("reason")}
	var err error
	if f.version, err = strconv.ParseInt(v.FormValue("version"), 10, 64); err != nil {
		return f, fault.New(fault.Invalid, "The form does not say which version of the permissions it changes. Open the page again.")
	}
	return f, f.check()
}

func (r *Room) liftChanges(v *frame.Visit) error {
	form, err := readLift(v)
	if err != nil {
		return err
	}
	return r.showChanges(v, form, nil)
}

func (r *Room) saveLift(v *frame.Visit) error {
	form, err := readLift(v)
	if err != nil {
		return err
	}
	return r.saveChanges(v, form)
}

// backFromLift goes to the boxes: what a lift says is nothing that could be edited.
func (r *Room) backFromLift(v *frame.Visit) error {
	form, err := readLift(v)
	if err != nil {
		return err
	}
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return v.Redirect(form.backPath(o.App))
}

// applyTo makes the lift with the reason that the change has.
func (f liftForm) applyTo(grant policy.Grant) policy.Grant {
	next := grant.Clone()
	if f.back {
		delete(next.Lifts, f.member.String())
		return next
	}
	if next.Lifts == nil {
		next.Lifts = map[string]string{}
	}
	next.Lifts[f.member.String()] = f.reason
	return next
}

func (f liftForm) baseVersion() int64 { return f.version }

func (f liftForm) seen() []catalog.Member { return nil }

func (f liftForm) keptValues(version int64) []keptValue {
	all := []keptValue{{"name", f.member.String()}, {"version", strconv.FormatInt(version, 10)}}
	if f.back {
		all = append(all, keptValue{"back", "on"})
	}
	return all
}

func (f liftForm) formPath(app apps.App) string { return "/apps/" + app.ID + "/lift" }

func (f liftForm) backPath(app apps.App) string {
	return "/apps/" + app.ID + "/dataguard?" + url.Values{"entity": {f.aboutEntity()}}.Encode()
}

func (f liftForm) aboutEntity() string {
	tab, _ := frame.FindTab(f.member.Entity) // check found it
	return tab.Plural
}

func (f liftForm) asksWhy() string {
	if f.back {
		return ""
	}
	return "Needed: what the app is to do with it, beyond what its vendor says. It is kept on record."
}

func (f liftForm) overlookedNotices(policy.Grant) []frame.Notice { return nil }

// lifting is the link beside a box that leads to a lift of the ceiling, or takes it back.
type lifting struct{ Path, Label, Name string }

// liftingOf is what there is to do about the ceiling for something that is ticked, and
// what to note of it; nil for nothing.
func (g guarding) liftingOf(m catalog.Member, may bool) (notes []string, link *lifting) {
	reason, lifted := g.app.Grant.Grant.Lifts[m.String()]
	held := g.narrowed[m]
	switch {
	case lifted:
		notes, link = []string{"The ceiling is lifted for it: " + reason}, &lifting{liftPath(g.app.ID, m, true), "Let the ceiling hold again", ""}
	case held.layer == policy.Ceiling:
		link = &lifting{liftPath(g.app.ID, m, false), "Lift the ceiling", ""}
	}
	if held.says != "" {
		notes = append([]string{held.says}, notes...)
	}
	if link != nil {
		link.Name = memberLabel(m)
	}
	if !may {
		link = nil
	}
	return notes, link
}

// memberLabel is what people call a member, and its name as grants write it.
func memberLabel(m catalog.Member) string {
	entity, _ := catalog.Find(m.Entity)
	if m.Bag == "" {
		field, _ := entity.Field(m.Name)
		return gains.Labelled(field.Label, m.String())
	}
	if m.Bag == catalog.Metadata {
		return gains.Labelled(frame.KeyLabel(m.Entity, m.Name), m.String())
	}
	return m.String()
}
