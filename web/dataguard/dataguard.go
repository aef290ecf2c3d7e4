package dataguard

import (
	"net/url"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) dataguardRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/dataguard", frame.Anyone, r.dataguardPage).WithNames(),
		frame.Post("/apps/:app/dataguard", frame.Admins, r.guardChanges).WithValues().Kept(),
		frame.Post("/apps/:app/dataguard/edit", frame.Admins, r.guardAgain).WithNames().Kept(),
		frame.Post("/apps/:app/dataguard/save", frame.Admins, r.saveGuard).WithValues().Kept(),
	}
}

// guardModel is one tab of DataGuard.
type guardModel struct {
	App         apps.App
	State       frame.Status
	Tabs        []frame.Tab
	May         bool
	Entity      string
	Label       string
	Version     int64
	Person      string // who fills it in
	Saved       string // what is ticked in the grant that holds
	Reason      string // that was typed before
	Records     int64
	Open        frame.Switch
	Structural  []alwaysField // what comes with the entity
	Tables      []fieldTable
	Types       []guardMember
	Unnamed     string // how many types are not named
	KeysUnnamed string // likewise of keys
	Bears       bool   // the entity can carry metadata
	Metadata    frame.Switch
	Keys        []guardMember
	Shown       int // keys that Enable All Metadata ticks
	Warnings    []frame.Notice
}

// alwaysField is a field that comes with its entity.
type alwaysField struct{ Label, Only string }

// fieldTable is a panel of fields with their boxes: those of the entity, or of what appears
// inside its records.
type fieldTable struct {
	ID, Title, Caption, Hint string
	Only                     string // as that of frame.Switch
	Rows                     []guardField
}

// guardField is a field with its box.
type guardField struct {
	Explain string // where it is said why it is shared or hidden
	Box     frame.Switch
	Class   frame.Status
	Ask     frame.Status // whether the vendor needs it
	Why     string       // in the vendor's words
	Fill    frame.Meter
	Unknown string        // why it cannot be told how full it is
	Outside string        // in how many records the value is no code
	Notes   []string      // what hides with it, and which columns tell the same
	Lift    *lifting      // nil where there is nothing to do about the ceiling
	MaskAs  *frame.Choice // nil where no mask fits
}

// guardMember is a metadata key or a type of identifier with its box.
type guardMember struct {
	Box     frame.Switch
	Name    string
	Class   frame.Status
	Ask     frame.Status
	Why     string
	Fill    frame.Meter
	Since   frame.Moment
	Outside string   // in how many records the value is no code
	Notes   []string // which columns tell the same
	Lift    *lifting
	News    string // that it waits for a review, or is new
	Gone    string // what to say where the roster does not have it now
}

// guarding is what a tab is made of.
type guarding struct {
	app   apps.Overview
	form  guardForm
	needs frame.VendorNeeds
	fill  roster.Fill
	parts map[string]roster.Fill // of what appears inside the records, by plural
	keys  []roster.Key           // of the entity, those that the person may read
	other []roster.Key           // the others

	narrowed map[catalog.Member]narrowing // what is ticked and hidden all the same
}

func guardTitle(app apps.App) string { return "DataGuard of " + app.Name }

func (r *Room) dataguardPage(v *frame.Visit) error {
	plural := v.QueryParam("entity")
	if plural == "" {
		plural = frame.FirstTab
	}
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	entity, err := frame.FindGuardedEntity(plural)
	if err != nil {
		return err
	}
	return r.showGuard(v, o, guardFormOf(entity, o.Grant.Base(), o.Grant.Grant))
}

// guardAgain shows the form as it was filled in.
func (r *Room) guardAgain(v *frame.Visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	return r.showGuard(v, o, form)
}

func (r *Room) showGuard(v *frame.Visit, o apps.Overview, form guardForm) error {
	g := guarding{app: o, form: form, needs: frame.VendorNeeds{All: o.Needs, Entity: form.entity.Plural}}
	var err error
	if g.fill, err = v.ColumnFill(form.entity.Plural); err != nil {
		return err
	}
	g.parts = map[string]roster.Fill{}
	for _, part := range form.entity.Parts() {
		if g.parts[part.Plural], err = v.ColumnFill(part.Plural); err != nil {
			return err
		}
	}
	all, err := v.RosterKeys(o.ID, func(k roster.Key) bool { return k.Entity == form.entity.Plural })
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
	if g.narrowed, err = r.narrowed(v, o.ID, form.entity); err != nil {
		return err
	}
	return v.Show("dataguard", guardTitle(o.App), g.tabModel(v))
}

func (g guarding) tabModel(v *frame.Visit) guardModel {
	e := g.form.entity
	m := guardModel{
		App: g.app.App, State: frame.StateStatus(g.app.State), May: v.Person.Role == people.Admin,
		Entity: e.Plural, Label: e.Label, Version: g.form.version, Person: v.Person.ID, Saved: writtenTicks(guardFormOf(e, 0, g.app.Grant.Grant)),
		Reason: v.FormValue("reason"), Records: g.fill.Records,
		Open:     frame.Switch{Name: "open", Label: "Enable " + e.Label, On: g.form.open, Hint: "On: what is ticked below is shared.", Off: "Off: nothing of this tab is shared. Its ticks are kept."},
		Bears:    e.Metadata,
		Metadata: frame.Switch{Name: "metadata", Label: "Metadata enabled", On: g.form.metadata, Hint: "On: the keys that are ticked below are shared.", Off: "Off: no key is shared. The ticks are kept."},
	}
	for _, other := range frame.GuardedEntities() {
		path := "/apps/" + g.app.ID + "/dataguard?" + url.Values{"entity": {other.Plural}}.Encode()
		m.Tabs = append(m.Tabs, frame.Tab{Label: other.Label, Path: path, Current: other.Plural == e.Plural})
	}
	for _, f := range e.In(catalog.Both) {
		if f.Class == catalog.Structural {
			m.Structural = append(m.Structural, alwaysField{f.Label, frame.OnlyIn(f)})
		}
	}
	m.Tables = g.fieldTables(m.May)
	m.Types, m.Unnamed = g.memberRows(v, catalog.UserIDs, "type", g.form.types), g.unnamed(catalog.UserIDs, "type", "types")
	m.Keys, m.KeysUnnamed = g.memberRows(v, catalog.Metadata, "key", g.form.allKeys()), g.unnamed(catalog.Metadata, "key", "keys")
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
func (r *Room) guardChanges(v *frame.Visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	return r.showChanges(v, form, nil)
}

func (r *Room) saveGuard(v *frame.Visit) error {
	form, err := readGuard(v)
	if err != nil {
		return err
	}
	return r.saveChanges(v, form)
}
