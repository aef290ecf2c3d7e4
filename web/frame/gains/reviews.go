package gains

import (
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// Reviews says in sentences which of the keys and types that a person saw, and
// that the grant ticks, are not reviewed for the app yet: saving marks them.
func (t Teller) Reviews(v *frame.Visit, app apps.App, grant policy.Grant, seen []catalog.Member) ([]string, error) {
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
			keys = append(keys, Labelled(frame.KeyLabel(k.Entity, k.Name), k.Name))
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
