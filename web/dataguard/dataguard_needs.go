package dataguard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// narrowing is why something is hidden that is ticked, and by which layer.
type narrowing struct {
	layer policy.Layer
	says  string
}

// narrowed says of an entity, its fields, keys and types which of them the ceiling of the
// app or its policy hides though they are ticked, as the permissions are saved.
func (r *Room) narrowed(v *frame.Visit, app string, e catalog.Entity) (map[catalog.Member]narrowing, error) {
	decision, err := r.Tells.Gateway.Standing(v.Context(), app)
	if err != nil {
		return nil, err
	}
	hidden := map[catalog.Member]narrowing{}
	note := func(m catalog.Member, code string) {
		if layer := policy.LayerOf(code); layer != "" {
			hidden[m] = narrowing{layer, r.Engine.Reason(code)}
		}
	}
	one := decision.Entities[e.Plural]
	note(catalog.Member{Entity: e.Plural}, one.Reason)
	for _, f := range e.Holds(catalog.Both) {
		note(f.Member, decision.Entities[f.Member.Entity].Fields[f.Name].Reason)
	}
	for name, key := range one.Keys {
		note(catalog.Member{Entity: e.Plural, Bag: catalog.Metadata, Name: name}, key.Reason)
	}
	for name, kind := range one.Types {
		note(catalog.Member{Entity: e.Plural, Bag: catalog.UserIDs, Name: name}, kind.Reason)
	}
	return hidden, nil
}

// twinNotes says what hides together with a field.
func twinNotes(e catalog.Entity, f catalog.Held) []string {
	var labels []string
	for _, name := range f.Twins {
		twin, _ := e.Field(name)
		if slices.Contains(policy.Follows(catalog.Member{Entity: e.Plural, Name: name}), f.Member) {
			labels = append(labels, twin.Label)
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return []string{"Hides " + strings.Join(labels, ", ") + " with it."}
}

// followNotes says with what a field hides.
func followNotes(f catalog.Held) []string {
	var labels []string
	for _, other := range policy.Follows(f.Member) {
		entity, _ := catalog.Find(other.Entity)
		if field, known := entity.Field(other.Name); known {
			labels = append(labels, field.Label)
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return []string{"Hidden while " + strings.Join(labels, " or ") + " is hidden or masked."}
}

// memberRows are the rows of a bag: what the roster has or had, and what is ticked.
func (g guarding) memberRows(v *frame.Visit, bag catalog.Bag, name string, ticked []string) []guardMember {
	var rows []guardMember
	listed := map[string]bool{}
	add := func(k roster.Key) {
		listed[k.Name] = true
		row := guardMember{
			Name: k.Name, Since: v.Moment(k.FirstSeen), News: reviewNews(k, slices.Contains(ticked, k.Name)), Gone: g.goneNote(k),
			Box: frame.Switch{Name: name, Value: k.Name, Label: k.Name, Breaks: true, On: slices.Contains(ticked, k.Name), Fixed: v.Person.Role != people.Admin},
		}
		row.Fill = frame.Meter{Label: "Filled", Percent: frame.PercentOf(k.Filled, g.fill.Records)}
		if row.Box.On {
			row.Notes, row.Lift = g.liftingOf(k.Member(), v.Person.Role == people.Admin)
		}
		if row.Notes = append(row.Notes, g.sameNotes(string(bag)+"."+k.Name, k.Filled)...); len(row.Notes) > 0 {
			row.Box.DescribedBy = fmt.Sprintf("note-%s-%d", name, len(rows))
		}
		if bag == catalog.Metadata {
			row.Class = frame.ClassStatus(catalog.ClassOfKey(g.form.entity.Plural, k.Name))
			row.Ask, row.Why = g.needs.OfKey(k.Name)
			if label := frame.KeyLabel(g.form.entity.Plural, k.Name); label != "" {
				row.Box.Label, row.Box.Hint = label, k.Name
			}
			row.Outside = g.uncoded(metadataName(k.Name))
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
	return frame.CountUnaccepted(n, one, many)
}

// reviewNews says of a key that it waits for a review for the app, or that it is new, ""
// for neither.
func reviewNews(k roster.Key, ticked bool) string {
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

// goneNote says of a key that the roster does not have it now, "" where it has.
func (g guarding) goneNote(k roster.Key) string {
	switch {
	case k.Present:
		return ""
	case g.fill.Records == 0:
		return noData
	}
	return "Not in the roster now"
}

// warnings tell of needs that the tab as it stands does not meet.
func (g guarding) warnings() []frame.Notice {
	hidden, empty := g.unmetFields()
	hiddenKeys, emptyKeys := g.unmetKeys()
	var all []frame.Notice
	if hidden = append(hidden, hiddenKeys...); len(hidden) > 0 {
		all = append(all, frame.Notice{Tone: frame.Careful, Title: "Required, and hidden", Says: g.app.Name + " says that it does not work without " + strings.Join(hidden, ", ") + "."})
	}
	if empty = append(empty, emptyKeys...); len(empty) > 0 {
		all = append(all, frame.Notice{Tone: frame.Plain, Title: "Asked for, and empty", Says: "The roster has no value of " + strings.Join(empty, ", ") + "."})
	}
	if why := g.narrowed[catalog.Member{Entity: g.form.entity.Plural}]; why.says != "" && g.form.open {
		all = append(all, frame.Notice{Tone: frame.Careful, Title: "Nothing of this tab is shared", Says: why.says})
	}
	return slices.Concat(all, beyondNotices(g.app), g.sameWarnings(), g.keyWarnings(), g.codeWarnings())
}

// unmetFields are the labels of required fields that are hidden, and of fields
// that the vendor asks for and that have no value.
func (g guarding) unmetFields() (hidden, empty []string) {
	for _, f := range tickableFields(g.form.entity) {
		needs := g.needs
		needs.Entity = f.Member.Entity
		ask, _ := needs.OfField(f.Field)
		if ask.Label == frame.Required && !(g.form.open && g.ticked(f)) {
			hidden = append(hidden, f.Label)
		}
		if percent, known := g.fillOf(f).Percent(f.Name); known && percent == 0 && needs.NamesField(f.Name) {
			empty = append(empty, f.Label)
		}
	}
	return hidden, empty
}

// ticked reports whether a field is shared as far as its own box goes.
func (g guarding) ticked(f catalog.Held) bool {
	_, masked := g.form.masks[f.Beside()]
	return masked || slices.Contains(g.form.fields, f.Beside())
}

// unmetKeys is unmetFields for the metadata keys that the roster has.
func (g guarding) unmetKeys() (hidden, empty []string) {
	shared := g.form.open && g.form.metadata
	for _, k := range g.keys {
		ask, _ := g.needs.OfKey(k.Name)
		if k.Bag != catalog.Metadata || !k.Present || ask.Label == frame.NotAsked {
			continue
		}
		if ask.Label == frame.Required && !(shared && slices.Contains(g.form.allKeys(), k.Name)) {
			hidden = append(hidden, keyName(k))
		}
		if k.Filled == 0 {
			empty = append(empty, keyName(k))
		}
	}
	return hidden, empty
}

// codeWarnings tell of values that are no codes, in what the app gets or its
// vendor asks for.
func (g guarding) codeWarnings() []frame.Notice {
	var names []string
	for _, f := range tickableFields(g.form.entity) {
		if ask, _ := g.needs.OfField(f.Field); f.Part == "" && g.fill.Outside[f.Name] > 0 && (g.ticked(f) || ask.Label != frame.NotAsked) {
			names = append(names, f.Label)
		}
	}
	for _, k := range g.keys {
		ask, _ := g.needs.OfKey(k.Name)
		if g.fill.Outside[metadataName(k.Name)] > 0 && (slices.Contains(g.form.allKeys(), k.Name) || ask.Label != frame.NotAsked) {
			names = append(names, keyName(k))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []frame.Notice{{Tone: frame.Plain, Title: "Values outside the CEDS list", Says: "Some values are none of the codes that CEDS lists, and an app may not understand them: " + strings.Join(names, ", ") + ". Below is in how many records."}}
}

// keyName is what people call a metadata key, and the key itself.
func keyName(k roster.Key) string { return gains.Labelled(frame.KeyLabel(k.Entity, k.Name), k.Name) }

func metadataName(key string) string { return string(catalog.Metadata) + "." + key }

// uncoded says in how many records a value is no code, "" where in none.
func (g guarding) uncoded(name string) string {
	if n := g.fill.Outside[name]; n > 0 {
		return frame.Number(n) + " outside the CEDS list"
	}
	return ""
}

// keyWarnings tell of keys that the vendor expects and that the roster has not,
// or has in another case.
func (g guarding) keyWarnings() []frame.Notice {
	var all []frame.Notice
	var missing []string
	for _, need := range g.needs.ForEntity() {
		if need.Key == "" || g.hasKey(func(name string) bool { return name == need.Key }) {
			continue
		}
		other := ""
		g.hasKey(func(name string) bool {
			if strings.EqualFold(name, need.Key) {
				other = name
			}
			return other != ""
		})
		if other != "" {
			all = append(all, frame.Notice{Tone: frame.Careful, Title: "The case differs", Says: fmt.Sprintf("%s expects the key %s; the roster has %s, which is another key.", g.app.Name, need.Key, other)})
			continue
		}
		missing = append(missing, need.Key)
	}
	if len(missing) > 0 {
		all = append(all, frame.Notice{Tone: frame.Plain, Title: "Asked for, and not in the roster", Says: "No record has a key called " + strings.Join(missing, ", ") + "."})
	}
	return all
}

// hasKey reports whether the roster has a metadata key now that will do.
func (g guarding) hasKey(will func(string) bool) bool {
	return slices.ContainsFunc(g.keys, func(k roster.Key) bool { return k.Bag == catalog.Metadata && k.Present && will(k.Name) })
}
