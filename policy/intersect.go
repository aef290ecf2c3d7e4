package policy

import (
	"maps"

	"github.com/rostergate/rostergate/catalog"
)

// intersect leaves of a decision what another of the same grant shares as well. What it
// takes away has the reason that because gives, or else the other decision's.
func intersect(decision, other Decision, because func(catalog.Member) string) Decision {
	decision.Entities = maps.Clone(decision.Entities)
	decision.Allow = decision.Allow && other.Allow
	for plural, one := range decision.Entities {
		decision.Entities[plural] = intersectEntity(plural, one, other.Entities[plural], because)
	}
	return decision
}

func intersectEntity(plural string, one, other EntityDecision, because func(catalog.Member) string) EntityDecision {
	if !one.Allow {
		return one
	}
	closed := ""
	if !other.Allow {
		closed = firstOf(because(catalog.Member{Entity: plural}), other.Reason)
		one.Allow, one.Reason, one.Rows = false, closed, ""
	}
	if other.Rows == Never && one.Allow {
		one.Rows = Never
	}
	fields := map[string]FieldDecision{}
	for name, f := range one.Fields {
		fields[name] = intersectField(f, other.Fields[name], closed, because(catalog.Member{Entity: plural, Name: name}))
	}
	one.Fields = fields
	members := func(bag catalog.Bag, mine, others map[string]MemberDecision) map[string]MemberDecision {
		all := map[string]MemberDecision{}
		for name, m := range mine {
			if left := others[name]; m.Share && (closed != "" || !left.Share) {
				m = MemberDecision{Reason: firstOf(closed, because(catalog.Member{Entity: plural, Bag: bag, Name: name}), left.Reason)}
			}
			all[name] = m
		}
		return all
	}
	one.Keys = members(catalog.Metadata, one.Keys, other.Keys)
	one.Types = members(catalog.UserIDs, one.Types, other.Types)
	return one
}

// intersectField leaves of a shared field what the other shares, under the coarser mask.
func intersectField(f, other FieldDecision, closed, because string) FieldDecision {
	mask, comparable := Coarser(f.Mask, other.Mask)
	switch {
	case !f.Share:
		return f
	case closed != "":
		return FieldDecision{Reason: closed}
	case !other.Share || !comparable:
		return FieldDecision{Reason: firstOf(because, other.Reason)}
	}
	return FieldDecision{Share: true, Mask: mask}
}

func firstOf(reasons ...string) string {
	for _, reason := range reasons {
		if reason != "" {
			return reason
		}
	}
	return ""
}
