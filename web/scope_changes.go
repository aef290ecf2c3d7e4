package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/policy"
)

// scopeNotes says in sentences how two scopes differ.
func (r *Rooms) scopeNotes(v *visit, from, to policy.Scope) ([]string, error) {
	var notes []string
	for _, c := range conditions() {
		note, err := r.conditionNote(v, c, *c.of(&from), *c.of(&to))
		if err != nil {
			return nil, err
		}
		if note != "" {
			notes = append(notes, c.label()+": "+note+".")
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
func (r *Rooms) conditionNote(v *visit, c condition, from, to policy.Among) (string, error) {
	switch {
	case from.All && to.All:
		return "", nil
	case to.All:
		return "all", nil
	case from.All:
		return r.listed(v, c, "only ", ordered(to.Only))
	}
	had, now := ordered(from.Only), ordered(to.Only)
	gone := slices.DeleteFunc(slices.Clone(had), func(name string) bool { return among(now, name) })
	come := slices.DeleteFunc(slices.Clone(now), func(name string) bool { return among(had, name) })
	var parts []string
	for _, part := range []struct {
		verb  string
		names []string
	}{{"also ", come}, {"no longer ", gone}} {
		if len(part.names) == 0 {
			continue
		}
		text, err := r.listed(v, c, part.verb, part.names)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; "), nil
}

// listed names what is chosen as people call it.
func (r *Rooms) listed(v *visit, c condition, verb string, chosen []string) (string, error) {
	const most = 8
	if len(chosen) == 0 {
		return "none", nil
	}
	names := slices.Clone(chosen)
	if c.group == "orgs" || c.group == "courses" {
		snapshot, err := r.Views.Snapshot(v.ctx())
		if err != nil {
			return "", err
		}
		ids := snapshot.IDs(c.group, chosen[:min(most, len(chosen))])
		titles, err := v.sight.titles(c.group, snapshot, ids.ToArray())
		if err != nil {
			return "", err
		}
		for _, id := range ids.ToArray() {
			names[slices.Index(chosen, snapshot.SourcedID(c.group, id))] = titles.show(id)
		}
	}
	return verb + shortList(names, most), nil
}

// byRole says of which roles the users of a set are: "30 students, 2 teachers".
func (o outcome) byRole(users *roaring.Bitmap) string {
	var parts []string
	for _, role := range personRoles() {
		if n := users.AndCardinality(o.ofRole(role)); n > 0 {
			parts = append(parts, plural(int(n), role, role+"s"))
		}
	}
	return strings.Join(parts, ", ")
}
