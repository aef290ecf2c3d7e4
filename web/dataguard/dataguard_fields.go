package dataguard

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// fieldTables are the fields of the tab, and below them those of what appears inside its
// records.
func (g guarding) fieldTables(may bool) []fieldTable {
	e := g.form.entity
	tables := []fieldTable{{ID: "fields", Title: "Fields", Caption: "Fields of " + e.Label}}
	at := map[string]int{}
	for _, p := range e.Parts() {
		at[p.Plural] = len(tables)
		hint := "Each is shared by itself. " + p.Label + " always come with " + e.Label + "."
		if p.Shown.Class != catalog.Structural {
			hint = "Each is shared by itself, once " + p.Shown.Label + " is ticked above."
		}
		tables = append(tables, fieldTable{ID: p.Plural, Title: p.Label, Caption: "Fields of " + p.Label, Hint: hint, Only: frame.OnlyIn(p.Shown)})
	}
	for _, f := range tickableFields(e) {
		one := &tables[at[f.Part]]
		one.Rows = append(one.Rows, g.fieldRow(f, may))
	}
	return slices.DeleteFunc(tables, func(t fieldTable) bool { return len(t.Rows) == 0 })
}

// fieldRow is a row of the page.
func (g guarding) fieldRow(f catalog.Held, may bool) guardField {
	needs, name := g.needs, f.Beside()
	needs.Entity = f.Member.Entity
	ask, why := needs.OfField(f.Field)
	mask, masked := g.form.masks[name]
	row := guardField{
		Box:   frame.Switch{Name: "field", Value: name, Label: f.Label, Hint: name, Only: frame.OnlyIn(f.Field), Breaks: true, Fixed: !may, On: g.ticked(f)},
		Class: frame.ClassStatus(f.Class), Ask: ask, Why: why, Notes: append(twinNotes(g.form.entity, f), followNotes(f)...),
		Explain: "/apps/" + g.app.ID + "/explain?field=" + f.Member.String(),
	}
	row.tellFill(g.fillOf(f), f.Name)
	if row.Box.On {
		notes, lift := g.liftingOf(f.Member, may)
		row.Notes, row.Lift = append(row.Notes, notes...), lift
	}
	if f.Part == "" {
		row.Outside = g.uncoded(f.Name)
		row.Notes = append(row.Notes, g.sameNotes(f.Name, g.fill.Filled[f.Name])...)
	}
	if len(row.Notes) > 0 {
		row.Box.DescribedBy = "note-" + name
	}
	if !masked {
		mask = g.form.loose[name]
	}
	row.MaskAs = maskChoice(f, mask)
	return row
}

// fillOf is how full the columns are among which a field is.
func (g guarding) fillOf(f catalog.Held) roster.Fill {
	if f.Part == "" {
		return g.fill
	}
	return g.parts[f.Part]
}

// tellFill says how full a field is, or why that cannot be told.
func (row *guardField) tellFill(fill roster.Fill, name string) {
	percent, known := fill.Percent(name)
	row.Fill = frame.Meter{Label: "Filled", Percent: percent}
	switch {
	case fill.Records == 0:
		row.Unknown = noData
	case !known:
		row.Unknown = "Computed"
	}
}

// noData stands in the place of how full something is while the roster is empty.
const noData = "No data yet"

func maskChoice(f catalog.Held, chosen policy.Mask) *frame.Choice {
	c := &frame.Choice{Name: "mask." + f.Beside(), Label: "How " + f.Label + " is shown", Options: []frame.Option{{Label: "As it is"}}}
	for _, m := range policy.Masks() {
		if m.Fits(f.Field) {
			c.Options = append(c.Options, frame.Option{Value: string(m), Label: maskName(m), Chosen: m == chosen})
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
