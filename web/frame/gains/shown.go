package gains

import (
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// Shown is one name that a plan shows of an entity.
type Shown struct {
	Name  string // as grants write it behind the entity; of a part of its records, with the part
	Label string // what people call it, "" where it has no other name
	Mask  policy.Mask
	Only  string // the one version of OneRoster that has it, "" where there are several
	class catalog.Class
}

// Name is a name of a Group: what people call it, as grants write it, and the one version of
// OneRoster that has it.
type Name struct{ Label, Literal, Only string }

// ShownOf lists what a plan shows of an entity, in the catalog's order.
func ShownOf(plan *policy.Plan, e catalog.Entity) []Shown {
	open, ok := plan.Entity(e.Plural)
	if !ok {
		return nil
	}
	var all []Shown
	for _, f := range e.Holds(catalog.Both) {
		if of, ok := plan.Entity(f.Member.Entity); ok {
			if shown, ok := of.Field(f.Name); ok {
				all = append(all, Shown{f.Beside(), f.Label, shown.Mask, frame.OnlyIn(f.Field), f.Class})
			}
		}
	}
	for _, kind := range open.Types {
		field, _ := e.Field(string(catalog.UserIDs))
		all = append(all, Shown{string(catalog.UserIDs) + "." + kind, "User ID", "", "", field.Class})
	}
	for _, key := range open.Keys {
		all = append(all, Shown{string(catalog.Metadata) + "." + key, frame.KeyLabel(e.Plural, key), "", "", catalog.ClassOfKey(e.Plural, key)})
	}
	return all
}

// gainTone is how it is meant that an app gains something of a class.
func gainTone(class catalog.Class) frame.Tone {
	if tone := frame.ClassStatus(class).Tone; tone != frame.Plain {
		return tone
	}
	return frame.Good
}

// lossTone is how it is meant that an app loses something of a class.
func lossTone(class catalog.Class) frame.Tone {
	if gainTone(class) == frame.Bad {
		return frame.Good
	}
	return frame.Bad
}

// groupChanges sorts what two plans show apart into gained, lost and masked otherwise,
// each by class from the strictest.
func groupChanges(before, after []Shown) []Group {
	all := []struct {
		verb  string
		gains bool
		names func(catalog.Class) []Name
	}{
		{"Gains", true, func(c catalog.Class) []Name { return shownOnlyIn(c, after, before) }},
		{"Loses", false, func(c catalog.Class) []Name { return shownOnlyIn(c, before, after) }},
		{"Unmasked", true, func(c catalog.Class) []Name { return remasked(c, false, before, after) }},
		{"Masked", false, func(c catalog.Class) []Name { return remasked(c, true, before, after) }},
	}
	var found []Group
	for _, s := range all {
		for _, class := range catalog.Classes() {
			if names := s.names(class); len(names) > 0 {
				tone := lossTone(class)
				if s.gains {
					tone = gainTone(class)
				}
				found = append(found, Group{Verb: frame.Status{Tone: tone, Label: s.verb}, Class: frame.ClassStatus(class), Names: names, gains: s.gains, class: class})
			}
		}
	}
	return found
}

// shownOnlyIn lists what of a class is in one list and not in the other.
func shownOnlyIn(class catalog.Class, in, out []Shown) []Name {
	var names []Name
	for _, s := range in {
		if _, both := FindShown(out, s.Name); s.class == class && !both {
			names = append(names, Name{s.Label, Written(s.Name, s.Mask), s.Only})
		}
	}
	return names
}

// remasked lists what of a class is shown in another way than before: behind a
// mask now, or as it is.
func remasked(class catalog.Class, masked bool, before, after []Shown) []Name {
	var names []Name
	for _, s := range after {
		if was, both := FindShown(before, s.Name); both && s.class == class && was.Mask != s.Mask && masked == (s.Mask != "") {
			names = append(names, Name{s.Label, Written(s.Name, s.Mask), s.Only})
		}
	}
	return names
}

// FindShown finds a name in a list of them.
func FindShown(list []Shown, name string) (Shown, bool) {
	i := slices.IndexFunc(list, func(s Shown) bool { return s.Name == name })
	if i < 0 {
		return Shown{}, false
	}
	return list[i], true
}

// Written is a name, and how it is shown where that is not as it is.
func Written(name string, mask policy.Mask) string {
	if mask == "" {
		return name
	}
	return fmt.Sprintf("%s (%s)", name, frame.MaskLabel(mask))
}
