package view

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/roles"
)

// Nest is a record that is nested in another: a row of the roster, or a role that 1.2 has for
// a user who came by 1.1.
type Nest struct {
	Row   uint32 // its id, 0 for a role without a row
	role  roles.Role
	links *links
}

// Word is what the record says in a field, "" where it says nothing.
func (n Nest) Word(field string) string {
	switch {
	case n.Row > 0:
		if w := n.links.words[field]; w != nil {
			return w.Of(n.Row)
		}
	case field == "role":
		return n.role.Word
	case field == "roleType":
		return "primary"
	}
	return ""
}

// Referred is the record that a reference leads to, 0 where it leads to none.
func (n Nest) Referred(field string) uint32 {
	switch {
	case n.Row > 0:
		return n.links.one[field][n.Row]
	case field == "org":
		return n.role.Org
	}
	return 0
}

// Nested finds the records of the view that are nested in the one with a given id, in an
// order of which whoever sees the view knows nothing. What it returns is good until the next
// call.
func (v *View) Nested(e catalog.Entity) func(id uint32) []Nest {
	holder, _ := e.Holder()
	visible, all, l := v.Set(e.Plural), v.Snapshot.inverse(e.Plural, holder.By), v.Snapshot.links[e.Plural]
	since12 := func(uint32, []Nest) []Nest { return nil }
	if e.Plural == "roles" {
		since12 = v.since12()
	}
	var nested []Nest
	return func(id uint32) []Nest {
		nested = nested[:0]
		rows := all.of(id)
		if len(rows) == 0 {
			nested = since12(id, nested)
		}
		for _, row := range rows {
			if visible.Contains(row) {
				nested = append(nested, Nest{Row: row, links: l})
			}
		}
		return nested
	}
}

// since12 finds the roles at orgs of the view that 1.2 has for a user without rows.
func (v *View) since12() func(user uint32, into []Nest) []Nest {
	l, types, visible := v.Snapshot.links["users"], v.Snapshot.links["orgs"].words["type"], v.Set("orgs")
	isSchool := func(org uint32) bool { return types.Of(org) == "school" }
	return func(user uint32, into []Nest) []Nest {
		var orgs []uint32
		for _, org := range l.many["orgs"].of(user) {
			if visible.Contains(org) && !slices.Contains(orgs, org) {
				orgs = append(orgs, org)
			}
		}
		for _, r := range roles.Since12(l.words["role"].Of(user), orgs, isSchool) {
			into = append(into, Nest{role: r})
		}
		return into
	}
}

// Recast is the set of users without rows of roles who are something else in 1.2 where one of
// the orgs becomes a school, or ceases to be one.
func (v *View) Recast(orgs *roaring.Bitmap) *roaring.Bitmap {
	set, rows := roaring.New(), v.Snapshot.inverse("roles", "user")
	roaring.And(orgs, v.Set("orgs")).Iterate(func(org uint32) bool {
		for _, user := range v.Snapshot.Referring("users", "orgs", org) {
			if roles.Varies(v.Snapshot.links["users"].words["role"].Of(user)) && len(rows.of(user)) == 0 {
				set.Add(user)
			}
		}
		return true
	})
	return set
}

// Holding is the set of users in the view who have one of the words of 1.2 for a role at an
// org in the view. Callers must not change it.
func (v *View) Holding(words []string) *roaring.Bitmap {
	key := strings.Join(words, " ")
	v.mu.Lock()
	defer v.mu.Unlock()
	if set, known := v.holding[key]; known {
		return set
	}
	e, _ := catalog.Find("roles")
	set, held := roaring.New(), v.Nested(e)
	v.Set("users").Iterate(func(user uint32) bool {
		if slices.ContainsFunc(held(user), func(n Nest) bool { return slices.Contains(words, n.Word("role")) }) {
			set.Add(user)
		}
		return true
	})
	if v.holding == nil {
		v.holding = map[string]*roaring.Bitmap{}
	}
	v.holding[key] = set
	return set
}
