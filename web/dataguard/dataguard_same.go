package dataguard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// sameNotes says of a column which others tell the same, of those that the person may
// read. Filled is in how many records the column has a value.
func (g guarding) sameNotes(name string, filled int64) []string {
	var said []string
	for _, other := range g.fill.Same[name] {
		label, known := g.columnLabel(other.Name)
		if !known {
			continue
		}
		records, those := "records", ""
		if other.Records*10 < filled*9 {
			records, those = "the "+frame.Plural(int(other.Records), "record", "records")+" that have both", " of these"
		}
		said = append(said, fmt.Sprintf("Same as %s in %d %% of %s. Hiding one hides nothing%s while the other is shared.",
			label, other.Equal*100/other.Records, records, those))
	}
	return said
}

// columnLabel is what people call a field, a metadata key or a type of user IDs,
// and false where the person may not read it.
func (g guarding) columnLabel(name string) (string, bool) {
	bag, member, isMember := strings.Cut(name, ".")
	if !isMember {
		f, known := g.form.entity.Field(name)
		return f.Label, known
	}
	known := slices.ContainsFunc(g.keys, func(k roster.Key) bool { return k.Name == member && string(k.Bag) == bag })
	if bag == string(catalog.UserIDs) {
		return "User ID " + member, known
	}
	return gains.Labelled(frame.KeyLabel(g.form.entity.Plural, member), member), known
}

// Of what the tab as it stands shares of a column.
const (
	hidden = iota
	masked
	shared
)

func (g guarding) shares(name string) int {
	bag, member, isMember := strings.Cut(name, ".")
	_, behindMask := g.form.masks[name]
	on := false
	switch {
	case !g.form.open:
	case !isMember && behindMask:
		return masked
	case !isMember:
		on = slices.Contains(g.form.fields, name)
	case bag == string(catalog.UserIDs):
		on = slices.Contains(g.form.fields, bag) && slices.Contains(g.form.types, member)
	default:
		on = g.form.metadata && slices.Contains(g.form.allKeys(), member)
	}
	if on {
		return shared
	}
	return hidden
}

// sameWarnings tell of what is hidden or masked, and shared by another column.
func (g guarding) sameWarnings() []frame.Notice {
	var said []string
	for _, name := range g.columns() {
		if g.shares(name) == shared {
			continue
		}
		for _, other := range g.fill.Same[name] {
			label, mayName := g.columnLabel(name)
			otherLabel, mayNameOther := g.columnLabel(other.Name)
			if !mayName || !mayNameOther || g.shares(other.Name) != shared {
				continue
			}
			said = append(said, fmt.Sprintf("%s is %s, and %s is shared, which is the same in %d %% of the %s that have both.",
				label, map[int]string{hidden: "hidden", masked: "masked"}[g.shares(name)], otherLabel,
				other.Equal*100/other.Records, frame.Plural(int(other.Records), "record", "records")))
		}
	}
	if len(said) == 0 {
		return nil
	}
	return []frame.Notice{{Tone: frame.Careful, Title: "Hidden, and shared by another name", Says: strings.Join(said, " ")}}
}

// columns are the names of all that has equal columns, in the order of the page.
func (g guarding) columns() []string {
	var names []string
	for _, f := range tickableFields(g.form.entity) {
		if f.Part == "" {
			names = append(names, f.Name)
		}
	}
	for _, k := range g.keys {
		names = append(names, string(k.Bag)+"."+k.Name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return len(g.fill.Same[name]) == 0 })
}
