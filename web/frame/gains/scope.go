package gains

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// scopeNotes says in sentences how two scopes differ.
func scopeNotes(v *frame.Visit, from, to policy.Scope) ([]string, error) {
	var notes []string
	for _, c := range frame.ScopeConditions() {
		note, err := conditionNote(v, c, *c.Of(&from), *c.Of(&to))
		if err != nil {
			return nil, err
		}
		if note != "" {
			notes = append(notes, c.Label()+": "+note+".")
		}
	}
	for _, one := range frame.ScopeSwitches() {
		if was, is := *one.Of(&from), *one.Of(&to); was != is {
			notes = append(notes, fmt.Sprintf("%s: %s.", one.Label, map[bool]string{true: "on", false: "off"}[is]))
		}
	}
	return notes, nil
}

// conditionNote says how one condition of a scope changes, "" where nothing of it
// has an effect.
func conditionNote(v *frame.Visit, c frame.ScopeCondition, from, to policy.Among) (string, error) {
	switch {
	case from.All && to.All:
		return "", nil
	case to.All:
		return "all", nil
	case from.All:
		return listChosen(v, c, "only ", frame.SortedUnique(to.Only))
	}
	had, now := frame.SortedUnique(from.Only), frame.SortedUnique(to.Only)
	if len(had) == 0 && len(now) > 0 {
		return listChosen(v, c, "only ", now)
	}
	gone := without(had, now)
	come := without(now, had)
	var parts []string
	for _, part := range []struct {
		verb  string
		names []string
	}{{"also ", come}, {"no longer ", gone}} {
		if len(part.names) == 0 {
			continue
		}
		text, err := listChosen(v, c, part.verb, part.names)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; "), nil
}

// without lists what of one ordered list is not in another.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool {
		_, found := slices.BinarySearch(other, name)
		return found
	})
}

// listChosen names what is chosen as people call it.
func listChosen(v *frame.Visit, c frame.ScopeCondition, verb string, chosen []string) (string, error) {
	const most = 8
	if len(chosen) == 0 {
		return "none", nil
	}
	names, err := v.Sight.ScopeNames(c, chosen, most)
	if err != nil {
		return "", err
	}
	return verb + frame.ShortList(names, most), nil
}

// byRole says of which roles the users of a set are: "30 students, 2 teachers".
func (o Outcome) byRole(users *roaring.Bitmap) string {
	var parts []string
	for _, role := range PersonRoles() {
		if n := users.AndCardinality(o.usersOfRole(role)); n > 0 {
			parts = append(parts, frame.Plural(int(n), role, role+"s"))
		}
	}
	return strings.Join(parts, ", ")
}

// PersonRoles lists every role that a user may have.
func PersonRoles() []string {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	return role.Values
}
