package view

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/roles"
)

// Nested finds the records of the view that are nested in the one with a given id, in the
// order of their ids, of which whoever sees the view knows nothing. What it returns is good
// until the next call.
func (v *View) Nested(e catalog.Entity) func(id uint32) []uint32 {
	holder, _ := e.Holder()
	visible, all := v.Set(e.Plural), v.Snapshot.inverse(e.Plural, holder.By)
	var nested []uint32
	return func(id uint32) []uint32 {
		nested = nested[:0]
		for _, part := range all.of(id) {
			if visible.Contains(part) {
				nested = append(nested, part)
			}
		}
		return nested
	}
}

// Word is what a record says in a field of few words, "" where it says nothing.
func (s *Snapshot) Word(entity, field string, id uint32) string {
	if w := s.links[entity].words[field]; w != nil {
		return w.Of(id)
	}
	return ""
}

// Since12 finds the roles at orgs of the view that 1.2 has for a user who came by 1.1. Whoever
// has rows of their own has none of these.
func (v *View) Since12() func(user uint32) []roles.Role {
	s, rows := v.Snapshot, v.Snapshot.inverse("roles", "user")
	word, of, types, visible := s.links["users"].words["role"], s.links["users"].many["orgs"], s.links["orgs"].words["type"], v.Set("orgs")
	isSchool := func(org uint32) bool { return types.Of(org) == "school" }
	return func(user uint32) []roles.Role {
		if len(rows.of(user)) > 0 {
			return nil
		}
		var orgs []uint32
		for _, org := range of.of(user) {
			if visible.Contains(org) && !slices.Contains(orgs, org) {
				orgs = append(orgs, org)
			}
		}
		return roles.Since12(word.Of(user), orgs, isSchool)
	}
}

// Recast is the set of users who have another role by Since12 where one of the orgs becomes
// a school, or ceases to be one.
func (v *View) Recast(orgs *roaring.Bitmap) *roaring.Bitmap {
	set, since12 := roaring.New(), v.Since12()
	roaring.And(orgs, v.Set("orgs")).Iterate(func(org uint32) bool {
		for _, user := range v.Snapshot.Referring("users", "orgs", org) {
			if roles.Varies(v.Snapshot.Word("users", "role", user)) && since12(user) != nil {
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
	set, known := v.holding[key]
	if !known {
		set = v.findHolding(words)
		if v.holding == nil {
			v.holding = map[string]*roaring.Bitmap{}
		}
		v.holding[key] = set
	}
	return set
}

func (v *View) findHolding(words []string) *roaring.Bitmap {
	set, l, since12 := roaring.New(), v.Snapshot.links["roles"], v.Since12()
	v.Set("roles").Iterate(func(id uint32) bool {
		if slices.Contains(words, l.words["role"].Of(id)) {
			set.Add(l.one["user"][id])
		}
		return true
	})
	v.Set("users").Iterate(func(user uint32) bool {
		if slices.ContainsFunc(since12(user), func(r roles.Role) bool { return slices.Contains(words, r.Word) }) {
			set.Add(user)
		}
		return true
	})
	return set
}
