package view

import (
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// Kept is a condition that the records of an entity must meet to be in a view, and those
// that meet it.
type Kept struct {
	Entity string
	Key    string          // tells conditions apart in one snapshot
	Set    *roaring.Bitmap // active records
}

// keptKey tells conditions apart, whatever their order.
func (s Scope) keptKey() string {
	var keys []string
	for _, k := range s.Kept {
		keys = append(keys, strconv.Quote(k.Key)) // a key may hold anything, a line's end too
	}
	slices.Sort(keys)
	return strings.Join(slices.Compact(keys), "\n")
}

// growKept is the view of a scope, cut down to what meets its conditions. The records
// that do not are as good as gone: what must refer to them goes with them. Nothing is in
// it that the scope does not reach without the conditions.
func (s *Snapshot) growKept(scope Scope) *View {
	whole := scope
	whole.Kept = nil
	base, alive, homeless := s.View(whole), s.meeting(scope.Kept), []uint32{}
	for {
		g := growth{Snapshot: s, scope: whole, sets: map[string]bits{}, alive: alive, homeless: homeless}
		g.grow()
		v := &View{Snapshot: s, scope: scope, sets: map[string]*roaring.Bitmap{}}
		for entity, set := range g.sets {
			v.sets[entity] = roaring.And(set.bitmap(), base.Set(entity))
		}
		without := v.withoutOrg()
		if len(without) == 0 {
			return v
		}
		homeless = append(homeless, without...)
	}
}

// meeting are the active records of those entities on which there are conditions, as far
// as they meet all of them.
func (s *Snapshot) meeting(kept []Kept) map[string]bits {
	met := map[string]*roaring.Bitmap{}
	for _, k := range kept {
		if met[k.Entity] == nil {
			met[k.Entity] = s.Live(k.Entity)
		}
		met[k.Entity] = roaring.And(met[k.Entity], k.Set)
	}
	alive := map[string]bits{}
	for entity, set := range met {
		alive[entity] = bitsOf(set, s.links[entity].size)
	}
	return alive
}

// withoutOrg are the users of a view who have no org in it, which OneRoster requires.
func (v *View) withoutOrg() (users []uint32) {
	orgs := v.Set("orgs")
	v.Set("users").Iterate(func(id uint32) bool {
		if !slices.ContainsFunc(v.Snapshot.links["users"].many["orgs"].of(id), orgs.Contains) {
			users = append(users, id)
		}
		return true
	})
	return users
}

// fails reports whether a record does not meet a condition on its entity.
func (s Scope) fails(entity string, id uint32) bool {
	return slices.ContainsFunc(s.Kept, func(k Kept) bool { return k.Entity == entity && !k.Set.Contains(id) })
}

// whyKept is Why of a view with conditions: what it would be without them comes first.
func (v *View) whyKept(entity string, id uint32) Reason {
	whole := v.scope
	whole.Kept = nil
	without := v.Snapshot.View(whole).Why(entity, id)
	switch {
	case !without.In:
		return without
	case v.Set(entity).Contains(id):
		return v.closed().why(entity, id) // what brought it in without them may be left out
	case v.scope.fails(entity, id):
		return Reason{Code: "policy", Says: "It does not meet a row rule of the app's policy."}
	}
	return Reason{Code: "policy_of_others", Says: "What it hangs on does not meet a row rule of the app's policy."}
}
