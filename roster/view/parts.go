package view

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// Parts is why a record is in a view or not, part by part. Each part is asked about what
// those before it leave, so that the first whose Reason is out decided.
type Parts struct {
	Scope   Reason // by the scope alone
	Kept    Reason // once its conditions hold, too; the same where it has none
	OptOuts Reason // once opt-outs hold, too: in where the view has the record

	Unmet []int // the conditions, by their place in Scope.Kept, each of which leaves the record out by itself
	Own   bool  // they are about the record itself, and else about what it hangs on

	OptedOut uint32 // the user who is opted out, of a record that is theirs; 0 for nobody
}

// Parts says part by part why the record is in the view, or why not. It grows views for it.
func (v *View) Parts(entity string, id uint32) Parts {
	bare := v.scope
	bare.Kept, bare.OptOuts = nil, OptOuts{}
	p := Parts{Scope: v.Snapshot.Try(bare).Why(entity, id)}
	bare.Kept = v.scope.Kept
	p.Kept = v.Snapshot.Try(bare).Why(entity, id)
	p.Unmet, p.Own = v.unmet(entity, id, p)
	if p.OptOuts = v.Why(entity, id); p.OptOuts.In {
		return p
	}
	p.OptedOut = v.optedOutOf(entity, id)
	if p.Kept.In && p.OptedOut == 0 {
		p.OptOuts = Reason{Code: "opted_out_others", Says: "Only a student who is opted out of this app leads to it. " + p.OptOuts.Says}
	}
	return p
}

// mostTried are the conditions for each of which a view is grown.
const mostTried = 32

// unmet finds the conditions that leave out a record which the scope reaches.
func (v *View) unmet(entity string, id uint32, p Parts) (places []int, own bool) {
	if !p.Scope.In || p.Kept.In {
		return nil, false
	}
	for i, k := range v.scope.Kept {
		if k.Entity == entity && !k.Set.Contains(id) {
			places = append(places, i)
		}
	}
	if len(places) > 0 {
		return places, true
	}
	for i, k := range v.scope.Kept[:min(len(v.scope.Kept), mostTried)] {
		one := v.scope
		one.OptOuts, one.Kept = OptOuts{}, []Kept{k}
		if !v.Snapshot.Try(one).Set(entity).Contains(id) {
			places = append(places, i)
		}
	}
	return places, false
}

// optedOutOf is the user whom a record is of, if they are opted out.
func (v *View) optedOutOf(entity string, id uint32) uint32 {
	user := id
	e, _ := catalog.Find(entity)
	switch {
	case entity == "users" || e.Describes == "users":
	case entity == "enrollments":
		if one := v.Snapshot.links[entity].one["user"]; int(id) < len(one) {
			user = one[id]
		}
	default:
		return 0
	}
	if !slices.Contains(v.scope.OptOuts.Users, user) {
		return 0
	}
	return user
}
