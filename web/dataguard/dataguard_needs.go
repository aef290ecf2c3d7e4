package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
)

// twins says what hides together with a field.
func twins(e catalog.Entity, f catalog.Field) []string {
	var labels []string
	for _, name := range f.Twins {
		if twin, ok := e.Field(name); ok {
			labels = append(labels, twin.Label)
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return []string{"Hides " + strings.Join(labels, ", ") + " with it."}
}

// members are the rows of a bag: what the roster has or had, and what is ticked.
func (g guarding) members(v *visit, bag catalog.Bag, name string, ticked []string) []guardMember {
	var rows []guardMember
	listed := map[string]bool{}
	add := func(k roster.Key) {
		listed[k.Name] = true
		row := guardMember{
			Name: k.Name, Since: v.moment(k.FirstSeen), News: news(k, slices.Contains(ticked, k.Name)), Gone: g.gone(k),
			Box: Switch{Name: name, Value: k.Name, Label: k.Name, Breaks: true, On: slices.Contains(ticked, k.Name), Fixed: v.Person.Role != people.Admin},
		}
		row.Fill = Meter{Label: "Filled", Percent: share(k.Filled, g.fill.Records)}
		if row.Notes = g.same(string(bag)+"."+k.Name, k.Filled); len(row.Notes) > 0 {
			row.Box.DescribedBy = fmt.Sprintf("note-%s-%d", name, len(rows))
		}
		if bag == catalog.Metadata {
			row.Class = classStatus(catalog.ClassOfKey(g.form.entity.Plural, k.Name))
			row.Ask, row.Why = g.needs.key(k.Name)
			row.Box.Hint = keyLabel(g.form.entity.Plural, k.Name)
			row.Outside = g.uncoded(inBag(k.Name))
		}
		rows = append(rows, row)
	}
	for _, k := range g.keys {
		if k.Bag == bag {
			add(k)
		}
	}
	for _, tick := range ticked {
		if !listed[tick] && !roster.Unaccepted(tick) {
			add(roster.Key{Name: tick})
		}
	}
	return rows
}

// unnamed counts the members of a bag that the page may not name, "" for none.
func (g guarding) unnamed(bag catalog.Bag, one, many string) string {
	n := 0
	for _, k := range g.other {
		if k.Bag == bag {
			n++
		}
	}
	return unnamed(n, one, many)
}

// news says of a key that it waits for a review for the app, or that it is new, ""
// for neither.
func news(k roster.Key, ticked bool) string {
	switch {
	case !k.Present || k.Reviewed:
		return ""
	case ticked:
		return "Waits for review"
	case !k.Accepted:
		return "New, not reviewed"
	}
	return ""
}

// gone says of a key that the roster does not have it now, "" where it has.
func (g guarding) gone(k roster.Key) string {
	switch {
	case k.Present:
		return ""
	case g.fill.Records == 0:
		return noData
	}
	return "Not in the roster now"
}

// warnings tell of needs that the tab as it stands does not meet.
func (g guarding) warnings() []Notice {
	hidden, empty := g.unmetFields()
	hiddenKeys, emptyKeys := g.unmetKeys()
	var all []Notice
	if hidden = append(hidden, hiddenKeys...); len(hidden) > 0 {
		all = append(all, Notice{Careful, "Required, and hidden", g.app.Name + " says that it does not work without " + strings.Join(hidden, ", ") + "."})
	}
	if empty = append(empty, emptyKeys...); len(empty) > 0 {
		all = append(all, Notice{Plain, "Asked for, and empty", "The roster has no value of " + strings.Join(empty, ", ") + "."})
	}
	return slices.Concat(all, g.sameWarnings(), g.keyWarnings(), g.codeWarnings())
}

// unmetFields are the labels of required fields that are hidden, and of fields
// that the vendor asks for and that have no value.
func (g guarding) unmetFields() (hidden, empty []string) {
	for _, f := range onPage(g.form.entity) {
		ask, _ := g.needs.field(f)
		if ask.Label == required && !(g.form.open && g.ticked(f)) {
			hidden = append(hidden, f.Label)
		}
		if percent, known := g.fill.Percent(f.Name); known && percent == 0 && g.needs.names(f.Name) {
			empty = append(empty, f.Label)
		}
	}
	return hidden, empty
}

// ticked reports whether a field is shared as far as its own box goes.
func (g guarding) ticked(f catalog.Field) bool {
	_, masked := g.form.masks[f.Name]
	return masked || slices.Contains(g.form.fields, f.Name)
}

// unmetKeys is unmetFields for the metadata keys that the roster has.
func (g guarding) unmetKeys() (hidden, empty []string) {
	shared := g.form.open && g.form.metadata
	for _, k := range g.keys {
		ask, _ := g.needs.key(k.Name)
		if k.Bag != catalog.Metadata || !k.Present || ask.Label == notAsked {
			continue
		}
		if ask.Label == required && !(shared && slices.Contains(g.form.allKeys(), k.Name)) {
			hidden = append(hidden, k.Name)
		}
		if k.Filled == 0 {
			empty = append(empty, k.Name)
		}
	}
	return hidden, empty
}

// codeWarnings tell of values that are no codes, in what the app gets or its
// vendor asks for.
func (g guarding) codeWarnings() []Notice {
	var names []string
	for _, f := range onPage(g.form.entity) {
		if ask, _ := g.needs.field(f); g.fill.Outside[f.Name] > 0 && (g.ticked(f) || ask.Label != notAsked) {
			names = append(names, f.Label)
		}
	}
	for _, k := range g.keys {
		ask, _ := g.needs.key(k.Name)
		if g.fill.Outside[inBag(k.Name)] > 0 && (slices.Contains(g.form.allKeys(), k.Name) || ask.Label != notAsked) {
			names = append(names, k.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []Notice{{Plain, "Values outside the CEDS list", "Some values are none of the codes that CEDS lists, and an app may not understand them: " + strings.Join(names, ", ") + ". Below is in how many records."}}
}

func inBag(key string) string { return string(catalog.Metadata) + "." + key }

// uncoded says in how many records a value is no code, "" where in none.
func (g guarding) uncoded(name string) string {
	if n := g.fill.Outside[name]; n > 0 {
		return number(n) + " outside the CEDS list"
	}
	return ""
}

// keyWarnings tell of keys that the vendor expects and that the roster has not,
// or has in another case.
func (g guarding) keyWarnings() []Notice {
	var all []Notice
	var missing []string
	for _, need := range g.needs.of() {
		if need.Key == "" || g.has(func(name string) bool { return name == need.Key }) {
			continue
		}
		other := ""
		g.has(func(name string) bool {
			if strings.EqualFold(name, need.Key) {
				other = name
			}
			return other != ""
		})
		if other != "" {
			all = append(all, Notice{Careful, "The case differs", fmt.Sprintf("%s expects the key %s; the roster has %s, which is another key.", g.app.Name, need.Key, other)})
			continue
		}
		missing = append(missing, need.Key)
	}
	if len(missing) > 0 {
		all = append(all, Notice{Plain, "Asked for, and not in the roster", "No record has a key called " + strings.Join(missing, ", ") + "."})
	}
	return all
}

// has reports whether the roster has a metadata key now that will do.
func (g guarding) has(will func(string) bool) bool {
	return slices.ContainsFunc(g.keys, func(k roster.Key) bool { return k.Bag == catalog.Metadata && k.Present && will(k.Name) })
}
