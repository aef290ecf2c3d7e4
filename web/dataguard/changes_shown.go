package dataguard

import (
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// shownName is one name that a plan shows of an entity.
type shownName struct {
	name  string
	class catalog.Class
	mask  policy.Mask
}

// shownOf lists what a plan shows of an entity, in the catalog's order.
func shownOf(plan *policy.Plan, e catalog.Entity) []shownName {
	open, ok := plan.Entity(e.Plural)
	if !ok {
		return nil
	}
	var all []shownName
	for _, f := range open.Fields {
		if f.Versions.Has(catalog.V11) {
			all = append(all, shownName{f.Name, f.Class, f.Mask})
		}
	}
	for _, kind := range open.Types {
		field, _ := e.Field(string(catalog.UserIDs))
		all = append(all, shownName{string(catalog.UserIDs) + "." + kind, field.Class, ""})
	}
	for _, key := range open.Keys {
		all = append(all, shownName{string(catalog.Metadata) + "." + key, catalog.ClassOfKey(e.Plural, key), ""})
	}
	return all
}

// groupChanges sorts what two plans show apart into gained, lost and masked otherwise,
// each by class from the strictest.
func groupChanges(before, after []shownName) []changeGroup {
	type sorting struct {
		verb  frame.Status
		names func(catalog.Class) []string
	}
	all := []sorting{
		{frame.Status{Tone: frame.Good, Label: "Gains"}, func(c catalog.Class) []string { return shownOnlyIn(c, after, before) }},
		{frame.Status{Tone: frame.Bad, Label: "Loses"}, func(c catalog.Class) []string { return shownOnlyIn(c, before, after) }},
		{frame.Status{Tone: frame.Good, Label: "Unmasked"}, func(c catalog.Class) []string { return remasked(c, false, before, after) }},
		{frame.Status{Tone: frame.Plain, Label: "Masked"}, func(c catalog.Class) []string { return remasked(c, true, before, after) }},
	}
	var found []changeGroup
	for _, s := range all {
		for _, class := range catalog.Classes() {
			if names := s.names(class); len(names) > 0 {
				found = append(found, changeGroup{s.verb, frame.ClassStatus(class), names})
			}
		}
	}
	return found
}

// shownOnlyIn lists what of a class is in one list and not in the other.
func shownOnlyIn(class catalog.Class, in, out []shownName) []string {
	var names []string
	for _, s := range in {
		if _, both := findShown(out, s.name); s.class == class && !both {
			names = append(names, s.String())
		}
	}
	return names
}

// remasked lists what of a class is shown in another way than before: behind a
// mask now, or as it is.
func remasked(class catalog.Class, masked bool, before, after []shownName) []string {
	var names []string
	for _, s := range after {
		if was, both := findShown(before, s.name); both && s.class == class && was.mask != s.mask && masked == (s.mask != "") {
			names = append(names, s.String())
		}
	}
	return names
}

func findShown(list []shownName, name string) (shownName, bool) {
	i := slices.IndexFunc(list, func(s shownName) bool { return s.name == name })
	if i < 0 {
		return shownName{}, false
	}
	return list[i], true
}

// String is the name, and how it is shown where that is not as it is.
func (s shownName) String() string {
	if s.mask == "" {
		return s.name
	}
	return fmt.Sprintf("%s (%s)", s.name, frame.MaskLabel(s.mask))
}

// silentTicks says of new ticks that show nothing why they do not.
func (r *Room) silentTicks(e catalog.Entity, from, to policy.Grant, decision policy.Decision) []string {
	was, is := from.Entities[e.Plural], to.Entities[e.Plural]
	decided := decision.Entities[e.Plural]
	if !decided.Allow {
		if writtenTicks(was) == writtenTicks(is) {
			return nil
		}
		return []string{frame.WhyNone(r.Engine, e, decision)}
	}
	var said []string
	for _, name := range is.Fields {
		if d := decided.Fields[name]; !slices.Contains(was.Fields, name) && !d.Share {
			said = append(said, e.Plural+"."+name+": "+frame.SayReason(r.Engine, d.Reason, decision))
		}
	}
	for _, key := range is.Keys {
		if d := decided.Keys[key]; !slices.Contains(was.Keys, key) && !d.Share {
			said = append(said, e.Plural+"."+string(catalog.Metadata)+"."+key+": "+frame.SayReason(r.Engine, d.Reason, decision))
		}
	}
	return said
}

// writtenTicks writes the ticks of an entity, to compare them.
func writtenTicks(g policy.EntityGrant) string {
	return fmt.Sprintf("%q%v%q%q", g.Fields, g.Masks, g.Keys, g.Types)
}
