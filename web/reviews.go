package web

import (
	"fmt"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// reviewList is what waits for a review for an app, with a box for each: the
// component "reviews". What is not ticked goes on waiting.
type reviewList struct {
	App     string // its name
	Keys    []Switch
	Types   []Switch
	Shown   []string // names of the keys
	All     bool     // every key that was shown
	Problem string
	keys    []roster.Key
}

// reviewsOf lists what waits for an app by a grant, ticked as in the form that is
// answered.
func (r *Rooms) reviewsOf(v *visit, name string, grant policy.Grant, asked []apps.Need, keys []roster.Key) (reviewList, error) {
	list := reviewList{App: name, All: v.value("all") != "", keys: apps.Waiting(grant, keys)}
	for _, k := range list.keys {
		fill, err := v.fill(k.Entity)
		if err != nil {
			return list, err
		}
		full := k.Member().String()
		box := Switch{Name: "review", Value: full, Label: full, Breaks: true, On: contains(v.values("review"), full)}
		filled := fmt.Sprintf("Filled in %d %% of the records.", share(k.Filled, fill.Records))
		if k.Bag == catalog.UserIDs {
			box.Hint = "A type of user IDs. " + filled
			list.Types = append(list.Types, box)
			continue
		}
		ask, why := needs{asked, k.Entity}.key(k.Name)
		box.Hint = strings.Join(said(classStatus(catalog.ClassOfKey(k.Entity, k.Name)).Label, need(ask, why), filled), ". ")
		list.Keys, list.Shown = append(list.Keys, box), append(list.Shown, full)
	}
	return list, nil
}

// need says whether a vendor asks for something, and why.
func need(ask Status, why string) string {
	if ask.Label == notAsked {
		return "Not asked for by its vendor"
	}
	return ask.Label + ", " + why
}

// said are the texts that say something.
func said(texts ...string) (all []string) {
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// chosen are the keys and types among those of a list that the form ticks: by name,
// or all the keys that it showed. One that is not among them any longer is a
// fault.Conflict.
func (v *visit) chosen(among []roster.Key) ([]roster.Key, error) {
	names := v.values("review")
	if v.value("all") != "" {
		names = append(names, v.values("shown")...)
	}
	keys, err := apps.NamedAmong(among, ordered(names))
	if err != nil {
		return nil, fault.New(fault.Conflict, waitsNoLonger)
	}
	return keys, nil
}

// waitsNoLonger stands above a list of which a part was ticked that waits no longer.
const waitsNoLonger = "What waits has changed since the page was opened. Look again."
