package web

import (
	"net/url"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

func dataguardRoutes() []Route {
	return []Route{
		get("/apps/:app/dataguard", Anyone, (*Rooms).dataguard).withNames(),
		post("/apps/:app/dataguard", Admins, (*Rooms).guardChanges).withValues(),
		post("/apps/:app/dataguard/edit", Admins, (*Rooms).guardAgain).withNames(),
		post("/apps/:app/dataguard/save", Admins, (*Rooms).saveGuard).withValues(),
	}
}

// guardModel is one tab of DataGuard.
type guardModel struct {
	App         apps.App
	State       Status
	Tabs        []Tab
	May         bool
	Entity      string
	Label       string
	Version     int64
	Reason      string // that was typed before
	Records     int64
	Open        Switch
	Structural  []string // labels of what comes with the entity
	Fields      []guardField
	Types       []guardMember
	Unnamed     string // how many types are not named
	KeysUnnamed string // likewise of keys
	Bears       bool   // the entity can carry metadata
	Metadata    Switch
	Keys        []guardMember
	Shown       int // keys that Enable All Metadata ticks
	Warnings    []Notice
}

// guardField is a field with its box.
type guardField struct {
	Box     Switch
	Class   Status
	Ask     Status // whether the vendor needs it
	Why     string // in the vendor's words
	Fill    Meter
	Unknown string   // why it cannot be told how full it is
	Outside string   // in how many records the value is no code
	Notes   []string // what hides with it, and which columns tell the same
	MaskAs  *Choice  // nil where no mask fits
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
	Outside string   // in how many records the value is no code
	Notes   []string // which columns tell the same
	News    string   // that it waits for a review, or is new
	Gone    string   // what to say where the roster does not have it now
}

// guarding is what a tab is made of.
type guarding struct {
	app   apps.Overview
	form  guardForm
	needs needs
	fill  roster.Fill
	keys  []roster.Key // of the entity, those that the person may read
	other []roster.Key // the others
}

func guardTitle(app apps.App) string { return "DataGuard of " + app.Name }

func (r *Rooms) dataguard(v *visit) error {
	plural := v.query("entity")
	if plural == "" {
		plural = firstTab
	}
	o, err := v.overview(v.param("app"))
	if err != nil {
		return err
	}
	entity, err := guardedEntity(plural)
	if err != nil {
		return err
	}
	return r.showGuard(v, o, formOf(entity, o.Grant.Base(), o.Grant.Grant.Entities[plural]))
}

// guardAgain shows the form as it was filled in.
func (r *Rooms) guardAgain(v *visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	o, err := v.overview(v.param("app"))
	if err != nil {
		return err
	}
	return r.showGuard(v, o, form)
}

func (r *Rooms) showGuard(v *visit, o apps.Overview, form guardForm) error {
	g := guarding{app: o, form: form, needs: needs{o.Needs, form.entity.Plural}}
	var err error
	if g.fill, err = v.fill(form.entity.Plural); err != nil {
		return err
	}
	all, err := v.keys(o.ID, func(k roster.Key) bool { return k.Entity == form.entity.Plural })
	if err != nil {
		return err
	}
	for _, k := range all {
		if roster.Unaccepted(k.Name) {
			g.other = append(g.other, k)
		} else {
			g.keys = append(g.keys, k)
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
	m.Types, m.Unnamed = g.members(v, catalog.UserIDs, "type", g.form.types), g.unnamed(catalog.UserIDs, "type", "types")
	m.Keys, m.KeysUnnamed = g.members(v, catalog.Metadata, "key", g.form.allKeys()), g.unnamed(catalog.Metadata, "key", "keys")
	for _, k := range m.Keys {
		if k.Gone == "" {
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

func (r *Rooms) saveGuard(v *visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	return r.saveChanges(v, form)
}

// field is a row of the page.
func (g guarding) field(f catalog.Field, may bool) guardField {
	ask, why := g.needs.field(f)
	mask, masked := g.form.masks[f.Name]
	row := guardField{
		Box:   Switch{Name: "field", Value: f.Name, Label: f.Label, Hint: f.Name, Breaks: true, Fixed: !may, On: masked || slices.Contains(g.form.fields, f.Name)},
		Class: classStatus(f.Class), Ask: ask, Why: why, Notes: twins(g.form.entity, f),
	}
	row.Fill.Label, row.Outside = "Filled", g.uncoded(f.Name)
	percent, known := g.fill.Percent(f.Name)
	switch row.Fill.Percent = percent; {
	case g.fill.Records == 0:
		row.Unknown = noData
	case !known:
		row.Unknown = "Computed"
	}
	row.Notes = append(row.Notes, g.same(f.Name, g.fill.Filled[f.Name])...)
	if len(row.Notes) > 0 {
		row.Box.DescribedBy = "note-" + f.Name
	}
	if !masked {
		mask = g.form.loose[f.Name]
	}
	row.MaskAs = maskChoice(f, mask)
	return row
}

// noData stands in the place of how full something is while the roster is empty.
const noData = "No data yet"

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
