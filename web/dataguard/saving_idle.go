package dataguard

import (
	"encoding/json"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// sameGrant reports whether two grants say the same, in whatever order.
func sameGrant(a, b policy.Grant) bool { return writtenGrant(a) == writtenGrant(b) }

func writtenGrant(grant policy.Grant) string {
	grant = grant.Clone()
	for plural, one := range grant.Entities {
		one.Fields, one.Keys, one.Types = frame.SortedUnique(one.Fields), frame.SortedUnique(one.Keys), frame.SortedUnique(one.Types)
		grant.Entities[plural] = one
		if !one.Open && !one.Metadata && len(one.Fields)+len(one.Masks)+len(one.Keys)+len(one.Types) == 0 {
			delete(grant.Entities, plural)
		}
	}
	for _, c := range frame.ScopeConditions() {
		c.Of(&grant.Scope).Only = frame.SortedUnique(c.Of(&grant.Scope).Only)
	}
	grant.Until = grant.Until.UTC()
	text, _ := json.Marshal(grant) // of names, words and a time: always
	return string(text)
}
