package web

import (
	"encoding/json"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// reviewing says in sentences which of the keys and types that a person saw, and
// that the grant ticks, are not reviewed for the app yet: saving marks them.
func (r *Rooms) reviewing(v *visit, app apps.App, grant policy.Grant, seen []roster.Key) ([]string, error) {
	known, err := v.keys(app.ID, func(k roster.Key) bool { return saw(seen, k) })
	if err != nil {
		return nil, err
	}
	var keys, types []string
	for _, k := range known {
		switch {
		case !k.Present || k.Reviewed || !saw(seen, k) || !apps.Ticks(grant, k):
		case k.Bag == catalog.UserIDs:
			types = append(types, k.Name)
		default:
			keys = append(keys, k.Name)
		}
	}
	return append(marking(app, keys, "key", "keys"), marking(app, types, "type of user IDs", "types of user IDs")...), nil
}

// saw reports whether a key is one of those that a person saw.
func saw(seen []roster.Key, k roster.Key) bool {
	return slices.Contains(apps.MembersOf(seen), k.Member())
}

func marking(app apps.App, names []string, one, many string) []string {
	const most = 40
	if len(names) == 0 {
		return nil
	}
	return []string{"Marks " + plural(len(names), one, many) + " as reviewed for " + app.Name + ": " + shortList(names, most) + "."}
}

// sameGrant reports whether two grants say the same, in whatever order.
func sameGrant(a, b policy.Grant) bool { return written(a) == written(b) }

func written(grant policy.Grant) string {
	grant = grant.Clone()
	for plural, one := range grant.Entities {
		one.Fields, one.Keys, one.Types = ordered(one.Fields), ordered(one.Keys), ordered(one.Types)
		grant.Entities[plural] = one
		if !one.Open && !one.Metadata && len(one.Fields)+len(one.Masks)+len(one.Keys)+len(one.Types) == 0 {
			delete(grant.Entities, plural)
		}
	}
	for _, c := range conditions() {
		c.of(&grant.Scope).Only = ordered(c.of(&grant.Scope).Only)
	}
	grant.Until = grant.Until.UTC()
	text, _ := json.Marshal(grant) // of names, words and a time: always
	return string(text)
}

// overlooked is of a scope nothing: all that its form says has its effect.
func (f scopeForm) overlooked(policy.Grant) []Notice { return nil }
