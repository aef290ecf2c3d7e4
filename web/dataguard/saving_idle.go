package dataguard

import (
	"encoding/json"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// reviewSentences says in sentences which of the keys and types that a person saw, and
// that the grant ticks, are not reviewed for the app yet: saving marks them.
func (r *Room) reviewSentences(v *frame.Visit, app apps.App, grant policy.Grant, seen []catalog.Member) ([]string, error) {
	known, err := v.RosterKeys(app.ID, func(k roster.Key) bool { return slices.Contains(seen, k.Member()) })
	if err != nil {
		return nil, err
	}
	var keys, types []string
	for _, k := range known {
		switch {
		case !k.Present || k.Reviewed || !slices.Contains(seen, k.Member()) || !apps.Ticks(grant, k.Member()):
		case k.Bag == catalog.UserIDs:
			types = append(types, k.Name)
		default:
			keys = append(keys, k.Name)
		}
	}
	return append(reviewSentence(app, keys, "key", "keys"), reviewSentence(app, types, "type of user IDs", "types of user IDs")...), nil
}

func reviewSentence(app apps.App, names []string, one, many string) []string {
	const most = 40
	if len(names) == 0 {
		return nil
	}
	return []string{"Marks " + frame.Plural(len(names), one, many) + " as reviewed for " + app.Name + ": " + frame.ShortList(names, most) + "."}
}

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
