package web

import (
	"net/url"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

func dataguardRoutes() []Route {
	return []Route{
		get("/apps/:app/dataguard", Anyone, (*Rooms).dataguard),
		post("/apps/:app/dataguard", Admins, (*Rooms).guardChanges).withValues(),
		post("/apps/:app/dataguard/edit", Admins, (*Rooms).guardAgain),
		post("/apps/:app/dataguard/save", Admins, (*Rooms).saveGuard).withValues(),
	}
}

// firstTab is the tab that DataGuard opens with.
const firstTab = "users"

// guardModel is one tab of DataGuard.
type guardModel struct {
	App        apps.App
	State      Status
	Tabs       []Tab
	May        bool
	Entity     string
	Label      string
	Version    int64
	Reason     string // that was typed before
	Records    int64
	Open       Switch
	Structural []string // labels of what comes with the entity
	Fields     []guardField
	Types      []guardMember
	Unnamed    string // how many types are not named
	Bears      bool   // the entity can carry metadata
	Metadata   Switch
	Keys       []guardMember
	Shown      int // keys that Enable All Metadata ticks
	Warnings   []Notice
}

// guardField is a field with its box.
type guardField struct {
	Box     Switch
	Class   Status
	Ask     Status // whether the vendor needs it
	Why     string // in the vendor's words
	Fill    Meter
	Known   bool   // how full it is
	Outside string // in how many records the value is no code
	Twins   string
	MaskAs  *Choice // nil where no mask fits
}

// guardMember is a metadata key or a type of identifier with its box.
type guardMember struct {
	Box     Switch
	Name    string
	Class   Status
	Ask     Status
	Why     string
	Fill    Meter
	Since   Moment
	Outside string // in how many records the value is no code
	New     bool   // present, and nobody looked at it
	Gone    bool   // not in the roster now
}

// guarding is what a tab is made of.
type guarding struct {
	app   apps.Overview
	form  guardForm
	needs needs
	fill  roster.Fill
	keys  []roster.Key // of the entity, those that the person may read
	other []string     // names of the types besides
}

func guardTitle(app apps.App) string { return "DataGuard of " + app.Name }

func (r *Rooms) dataguard(v *visit) error {
	plural := v.query("entity")
	if plural == "" {
		plural = firstTab
	}
	o, err := r.Apps.Show(v.ctx(), v.param("app"))
	if err != nil {
		return err
	}
	entity, err := guardedEntity(plural)
	if err != nil {
		return err
	}
	return r.showGuard(v, o, formOf(entity, o.Grant.Version, o.Grant.Grant.Entities[plural]))
}

// guardAgain shows the form as it was filled in.
func (r *Rooms) guardAgain(v *visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	o, err := r.Apps.Show(v.ctx(), v.param("app"))
	if err != nil {
		return err
	}
	return r.showGuard(v, o, form)
}

func (r *Rooms) showGuard(v *visit, o apps.Overview, form guardForm) error {
	g := guarding{app: o, form: form, needs: needs{o.Needs, form.entity.Plural}}
	var err error
	if g.fill, err = r.Roster.Fill(v.ctx(), form.entity.Plural); err != nil {
		return err
	}
	all, err := roster.Keys(r.DB.Read.WithContext(v.ctx()))
	if err != nil {
		return err
	}
	for _, k := range all {
		switch {
		case k.Entity != form.entity.Plural:
		case v.mayName(k):
			g.keys = append(g.keys, k)
		default:
			g.other = append(g.other, k.Name)
		}
	}
	return v.show("dataguard", guardTitle(o.App), g.model(v))
}

func (g guarding) model(v *visit) guardModel {
	e := g.form.entity
	m := guardModel{
		App: g.app.App, State: stateOf(g.app.State), May: v.Person.Role == people.Admin,
		Entity: e.Plural, Label: e.Label, Version: g.form.version, Reason: v.value("reason"), Records: g.fill.Records,
		Open:     Switch{Name: "open", Label: "Enable " + e.Label, On: g.form.open, Hint: "Off, nothing of this tab is shared, and its ticks are kept."},
		Bears:    e.Metadata,
		Metadata: Switch{Name: "metadata", Label: "Metadata enabled", On: g.form.metadata, Hint: "Off, no key is shared, and the ticks are kept."},
	}
	for _, other := range guarded() {
		path := "/apps/" + g.app.ID + "/dataguard?" + url.Values{"entity": {other.Plural}}.Encode()
		m.Tabs = append(m.Tabs, Tab{Label: other.Label, Path: path, Current: other.Plural == e.Plural})
	}
	for _, f := range e.In(catalog.V11) {
		if f.Class == catalog.Structural {
			m.Structural = append(m.Structural, f.Label)
		}
	}
	for _, f := range onPage(e) {
		m.Fields = append(m.Fields, g.field(f, m.May))
	}
	m.Types, m.Unnamed = g.members(v, catalog.UserIDs, "type", g.form.types), typesSaid(len(g.other))
	m.Keys = g.members(v, catalog.Metadata, "key", g.form.allKeys())
	for _, k := range m.Keys {
		if !k.Gone {
			m.Shown++
		}
	}
	m.Open.Fixed, m.Metadata.Fixed = !m.May, !m.May
	m.Warnings = g.warnings()
	return m
}

// guardChanges says what the form would change. Nothing is stored.
func (r *Rooms) guardChanges(v *visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	return r.showChanges(v, form, nil)
}

func (r *Rooms) showChanges(v *visit, form grantForm, wrong error) error {
	o, err := r.Apps.Show(v.ctx(), v.param("app"))
	if err != nil {
		return err
	}
	if o.Grant.Version != form.base() {
		return r.grantConflict(v, o, form)
	}
	next := form.apply(o.Grant.Grant)
	seen := append(form.seen(), added(o.Grant.Grant, next)...)
	change, err := r.changes(v, o.App, o.Grant.Grant, next, seen)
	if err != nil {
		return err
	}
	compared, err := r.compare(v, proposal{o.App, o.Grant.Grant, next, seen}, form.path(o.App), form.about())
	if err != nil {
		return err
	}
	return v.changed(changesModel{
		App: o.App, Title: "What will change for " + o.Name, Lead: "Nothing is saved yet.",
		Notices: stateNotice(o), Parts: []changePart{change}, Compare: compared,
		Action: form.path(o.App) + "/save", Edit: form.path(o.App) + "/edit", Back: form.back(o.App),
		Kept: form.kept(form.base()),
	}, wrong)
}

// stateNotice reminds of an app that gets nothing whatever its grant says.
func stateNotice(o apps.Overview) []Notice {
	if o.State == apps.Enabled {
		return nil
	}
	return []Notice{{Careful, "", o.Name + " is " + string(o.State) + ": it receives nothing until it is enabled. Below is what it will get then."}}
}

func (r *Rooms) saveGuard(v *visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	return r.saveChanges(v, form)
}

func (r *Rooms) saveChanges(v *visit, form grantForm) error {
	o, err := r.Apps.Show(v.ctx(), v.param("app"))
	if err != nil {
		return err
	}
	if o.Grant.Version != form.base() {
		return r.grantConflict(v, o, form)
	}
	_, err = r.Apps.SaveGrant(v.ctx(), o.ID, form.base(), form.apply(o.Grant.Grant), v.by(v.value("reason")), form.seen()...)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return r.showChanges(v, form, invalid(err))
	}
	if err != nil {
		return err
	}
	return v.done(form.back(o.App), "Saved. It holds from the next answer on.")
}

// invalid is err where the form is to blame, and nothing where somebody was
// faster.
func invalid(err error) error {
	if fault.Is(err, fault.Invalid) {
		return err
	}
	return nil
}

// field is a row of the page.
func (g guarding) field(f catalog.Field, may bool) guardField {
	ask, why := g.needs.field(f)
	mask, masked := g.form.masks[f.Name]
	row := guardField{
		Box:   Switch{Name: "field", Value: f.Name, Label: f.Label, Hint: f.Name, Fixed: !may, On: masked || contains(g.form.fields, f.Name)},
		Class: classStatus(f.Class), Ask: ask, Why: why, Twins: twins(g.form.entity, f),
	}
	row.Fill.Label, row.Outside = "Filled", g.uncoded(f.Name)
	row.Fill.Percent, row.Known = g.fill.Percent(f.Name)
	row.MaskAs = maskChoice(f, mask)
	return row
}

func maskChoice(f catalog.Field, chosen policy.Mask) *Choice {
	c := &Choice{Name: "mask." + f.Name, Label: "How " + f.Label + " is shown", Options: []Option{{Label: "As it is"}}}
	for _, m := range policy.Masks() {
		if m.Fits(f) {
			c.Options = append(c.Options, Option{Value: string(m), Label: maskName(m), Chosen: m == chosen})
		}
	}
	if len(c.Options) == 1 {
		return nil
	}
	return c
}

func maskName(m policy.Mask) string {
	switch m {
	case policy.Initial:
		return "Initial only"
	case policy.Year:
		return "Year only"
	case policy.Constant:
		return "Same word for all"
	}
	return "Pseudonym"
}
