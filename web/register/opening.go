package register

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// opening is what an app will get by being enabled or added, as a person reads it before
// it is so. Its form confirms exactly that: where it has become something else, it is
// shown again.
type opening struct {
	Gains   gains.Part
	Notices []frame.Notice
	Opened  []string // what the app gains, by the names of grants
	Counted []string // names of what was ticked in the list of what waits, and is counted
	Base    int64    // of the grant; 0 of an app that is not added yet
	Reason  frame.Field

	seen []catalog.Member // those of Counted
}

// offer is what a person considers to let an app have.
type offer struct {
	app   apps.App // without an id where it is not added yet
	from  gateway.Offer
	grant policy.Grant
	base  int64
	waits []roster.Key // listed with a box each
	seen  []catalog.Member
}

func (r *Room) openingOf(v *frame.Visit, f offer) (opening, error) {
	grant := apps.TickTypes(f.grant, f.seen)
	part, err := r.Tells.Between(v, f.app, f.from, gateway.Offer{Grant: &grant, Seen: f.seen})
	if err != nil {
		return opening{}, err
	}
	boxes := apps.MembersOf(f.waits)
	part.Silent = slices.DeleteFunc(part.Silent, func(t gains.Tick) bool { return slices.Contains(boxes, t.Member) })
	return opening{
		Gains: part, Opened: part.Opened(), Counted: apps.Names(f.seen), Base: f.base, seen: f.seen,
		Reason: frame.ReasonField(v.FormValue("reason")).Asked(part.Grave()),
	}, nil
}

// confirmedBy reports whether a form confirms what is shown now.
func (o opening) confirmedBy(v *frame.Visit) bool {
	return v.FormValue("listed") != "" && o.sameBase(v) && slices.Equal(frame.SortedUnique(v.FormValues("opened")), o.Opened)
}

func (o opening) sameBase(v *frame.Visit) bool {
	return v.FormValue("base") == strconv.FormatInt(o.Base, 10)
}

// showAgain says why the page is shown again, and is its status: more was ticked, or
// somebody else changed what the app would get.
func (o *opening) showAgain(v *frame.Visit) int {
	switch {
	case v.FormValue("listed") == "":
		return http.StatusOK
	case o.sameBase(v) && !slices.Equal(frame.SortedUnique(v.FormValues("counted")), frame.SortedUnique(o.Counted)):
		o.Notices = append(o.Notices, frame.Notice{Tone: frame.Careful, Title: "Look once more", Says: "Nothing has changed yet. What you ticked is part of what is shown now."})
		return http.StatusOK
	}
	o.Notices = append(o.Notices, frame.Notice{Tone: frame.Careful, Title: "This has changed meanwhile", Says: "Nothing of yours is done yet. Below is what the app would get now."})
	return http.StatusConflict
}
