package register

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
)

// reviewList is what waits for a review for an app, with a box for each: the
// component "reviews". What is not ticked goes on waiting.
type reviewList struct {
	App     string // its name
	Keys    []frame.Switch
	Types   []frame.Switch
	Shown   []string // names of the keys
	All     bool     // every key that was shown
	Problem string
	keys    []roster.Key
}

// reviewsOf lists what waits for an app by a grant, ticked as in the form that is
// answered.
func (r *Room) reviewsOf(v *frame.Visit, name string, grant policy.Grant, asked []presets.Need, keys []roster.Key) (reviewList, error) {
	list := reviewList{App: name, All: v.FormValue("all") != "", keys: apps.Waiting(grant, keys)}
	for _, k := range list.keys {
		fill, err := v.ColumnFill(k.Entity)
		if err != nil {
			return list, err
		}
		box := reviewBox(v, k)
		filled := fmt.Sprintf("Filled in %d %% of the records.", frame.PercentOf(k.Filled, fill.Records))
		if k.Bag == catalog.UserIDs {
			box.Hint = "A type of user IDs. " + filled
			list.Types = append(list.Types, box)
			continue
		}
		ask, why := frame.VendorNeeds{All: asked, Entity: k.Entity}.OfKey(k.Name)
		box.Hint = strings.Join(frame.NonEmpty(box.Hint, needSentence(ask, why), filled), ". ")
		list.Keys, list.Shown = append(list.Keys, box), append(list.Shown, box.Value)
	}
	return list, nil
}

// reviewBox is the box of a key or a type, by what people call it where it has such a
// name, ticked as in the form that is answered.
func reviewBox(v *frame.Visit, k roster.Key) frame.Switch {
	full := k.Member().String()
	box := frame.Switch{Name: "review", Value: full, Label: full, Breaks: true, Unless: "Stays hidden unless ticked"}
	box.On = slices.Contains(v.FormValues("review"), full) || v.FormValue("all") != "" && slices.Contains(v.FormValues("shown"), full)
	if k.Bag == catalog.Metadata {
		class := frame.ClassStatus(catalog.ClassOfKey(k.Entity, k.Name))
		box.Class = &class
		if label := frame.KeyLabel(k.Entity, k.Name); label != "" {
			box.Label, box.Hint = label, full
		}
	}
	return box
}

// needSentence says whether a vendor asks for something, and why.
func needSentence(ask frame.Status, why string) string {
	if ask.Label == frame.NotAsked {
		return "Not asked for by its vendor"
	}
	return ask.Label + ", " + why
}

// chosenKeys are the keys and types among those of a list that the form ticks: by name,
// or all the keys that it showed. One that is not among them any longer is a
// fault.Conflict.
func chosenKeys(v *frame.Visit, among []roster.Key) ([]catalog.Member, error) {
	names := v.FormValues("review")
	if v.FormValue("all") != "" {
		names = append(names, v.FormValues("shown")...)
	}
	chosen, err := apps.NamedAmong(among, frame.SortedUnique(names))
	if err != nil {
		return nil, fault.New(fault.Conflict, waitsNoLonger)
	}
	return chosen, nil
}

// waitsNoLonger stands above a list of which a part was ticked that waits no longer.
const waitsNoLonger = "What waits has changed since the page was opened. Look again."
