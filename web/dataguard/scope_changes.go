package dataguard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// scopeNotes says in sentences how two scopes differ.
func (r *Room) scopeNotes(v *frame.Visit, from, to policy.Scope) ([]string, error) {
	var notes []string
	for _, c := range frame.ScopeConditions() {
		note, err := r.conditionNote(v, c, *c.Of(&from), *c.Of(&to))
		if err != nil {
			return nil, err
		}
		if note != "" {
			notes = append(notes, c.Label()+": "+note+".")
		}
	}
	for _, one := range []struct {
		name    string
		was, is bool
	}{{"Users without an enrollment", from.Unenrolled, to.Unenrolled}, {"Guardians", from.Guardians, to.Guardians}} {
		if one.was != one.is {
			notes = append(notes, fmt.Sprintf("%s: %s.", one.name, map[bool]string{true: "on", false: "off"}[one.is]))
		}
	}
	return notes, nil
}

// conditionNote says how one condition of a scope changes, "" where nothing of it
// has an effect.
func (r *Room) conditionNote(v *frame.Visit, c frame.ScopeCondition, from, to policy.Among) (string, error) {
	switch {
	case from.All && to.All:
		return "", nil
	case to.All:
		return "all", nil
	case from.All:
		return r.listChosen(v, c, "only ", frame.SortedUnique(to.Only))
	}
	had, now := frame.SortedUnique(from.Only), frame.SortedUnique(to.Only)
	gone := slices.DeleteFunc(slices.Clone(had), func(name string) bool { return inSorted(now, name) })
	come := slices.DeleteFunc(slices.Clone(now), func(name string) bool { return inSorted(had, name) })
	var parts []string
	for _, part := range []struct {
		verb  string
		names []string
	}{{"also ", come}, {"no longer ", gone}} {
		if len(part.names) == 0 {
			continue
		}
		text, err := r.listChosen(v, c, part.verb, part.names)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; "), nil
}

// listChosen names what is chosen as people call it.
func (r *Room) listChosen(v *frame.Visit, c frame.ScopeCondition, verb string, chosen []string) (string, error) {
	const most = 8
	if len(chosen) == 0 {
		return "none", nil
	}
	names := slices.Clone(chosen)
	if c.Group == "orgs" || c.Group == "courses" {
		snapshot, err := r.Views.Snapshot(v.Context())
		if err != nil {
			return "", err
		}
		ids := snapshot.IDs(c.Group, chosen[:min(most, len(chosen))])
		titles, err := v.Sight.Titles(c.Group, snapshot, ids.ToArray())
		if err != nil {
			return "", err
		}
		for _, id := range ids.ToArray() {
			names[slices.Index(chosen, snapshot.SourcedID(c.Group, id))] = titles.Show(id)
		}
	}
	return verb + frame.ShortList(names, most), nil
}

// byRole says of which roles the users of a set are: "30 students, 2 teachers".
func (o outcome) byRole(users *roaring.Bitmap) string {
	var parts []string
	for _, role := range personRoles() {
		if n := users.AndCardinality(o.usersOfRole(role)); n > 0 {
			parts = append(parts, frame.Plural(int(n), role, role+"s"))
		}
	}
	return strings.Join(parts, ", ")
}
