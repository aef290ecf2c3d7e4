package gains

import (
	"slices"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// newNotices are the Notices of the second of two outcomes: why it is empty, and of what
// it gives nothing for no such reason where the first gave some.
func (t Teller) newNotices(v *frame.Visit, before, after Outcome) []frame.Notice {
	all, had := t.Notices(v, after), careful("", before.emptied())
	dates := datesNotice(before)
	return slices.DeleteFunc(all, func(n frame.Notice) bool { return n == had || slices.Contains(dates, n) })
}

// Notices tell whom and what a grant is meant to give and gives nothing of. The title of
// one is the cause, where there is one that people can mend.
func (t Teller) Notices(v *frame.Visit, o Outcome) []frame.Notice {
	if !o.Decision.Allow {
		return []frame.Notice{t.denied(v, o)}
	}
	empty, cause := o.emptied(), strings.Join(o.unmet(), ". ")
	switch {
	case o.noOrg():
		return []frame.Notice{careful(cause, "Nothing is within the scope: this app would receive no record, whatever is ticked.")}
	case empty == "":
		return datesNotice(o)
	}
	return append([]frame.Notice{careful(cause, empty)}, datesNotice(o)...)
}

// datesNotice tells that an app which gets former enrollments cannot tell them from others.
func datesNotice(o Outcome) []frame.Notice {
	if len(o.Grant.HiddenDates()) == 0 {
		return nil
	}
	return []frame.Notice{careful("Former enrollments are included", "Without the dates of enrollments, which are not all shared as they are, this app cannot tell an enrollment that ended from one that goes on.")}
}

func careful(title, sentence string) frame.Notice {
	return frame.Notice{Tone: frame.Careful, Title: title, Says: sentence}
}

// beyondNotice tells of what the second grant gives beyond an agreement, and the first does
// not.
func beyondNotice(agreed apps.Agreement, from, to policy.Grant) []frame.Notice {
	had := agreed.Beyond(from)
	var names []string
	for _, category := range agreed.Beyond(to) {
		if !slices.Contains(had, category) {
			names = append(names, string(category))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []frame.Notice{careful("Granted beyond the agreement", strings.Join(names, ", ")+": the agreement with the vendor does not name this.")}
}

// denied tells why an app that is enabled receives nothing at all.
func (t Teller) denied(v *frame.Visit, o Outcome) frame.Notice {
	says := frame.SayReason(t.Engine, "", o.Decision)
	if o.Grant.Until.IsZero() {
		return careful("", says)
	}
	last := o.Grant.Until.Add(-time.Nanosecond).In(v.District.Zone()).Format("January 2, 2006")
	return careful(says, "Its last day was "+last+": this app receives nothing, whatever is ticked, until the agreement has a later one.")
}

// unmet says which conditions of the scope are met by nobody, and how.
func (o Outcome) unmet() []string {
	words := map[string]struct{ none, gone string }{
		"orgs":    {"No org is chosen", "None of the chosen orgs is in the roster"},
		"courses": {"No course is chosen", "None of the chosen courses is in the roster"},
		"classes": {"No class is chosen", "None of the chosen classes is in the roster"},
		"roles":   {"No role is chosen", "Nobody in the roster has a chosen role"},
		"grades":  {"No grade is chosen", "No student in the roster has a chosen grade"},
	}
	var said []string
	for _, c := range frame.ScopeConditions() {
		among := *c.Of(&o.Grant.Scope)
		switch {
		case among.All:
		case among.Nobody():
			said = append(said, words[c.Group].none)
		case o.metByNone(c.Group, among):
			said = append(said, words[c.Group].gone)
		}
	}
	return said
}

// metByNone reports whether nothing of the roster is what a condition names.
func (o Outcome) metByNone(group string, among policy.Among) bool {
	snapshot := o.View.Snapshot
	switch group {
	case "roles":
		return o.usersOf(among.Only).IsEmpty()
	case "grades":
		return !slices.ContainsFunc(among.Only, snapshot.HasGrade)
	}
	return snapshot.IDs(group, among.Only).IsEmpty()
}

func (o Outcome) noOrg() bool {
	orgs := o.Grant.Scope.Orgs
	return !orgs.All && o.metByNone("orgs", orgs)
}

// usersOf are the users of some roles, reached or not.
func (o Outcome) usersOf(roles []string) *roaring.Bitmap {
	all := roaring.New()
	for _, role := range roles {
		all.Or(o.usersOfRole(role))
	}
	return all
}

// emptied says of what that the grant opens the app would receive nothing though the
// roster has some, "" for none.
func (o Outcome) emptied() string {
	var said, none []string
	if o.Grant.Entities["users"].Open && o.Reached("student").IsEmpty() {
		said = append(said, "This app would receive no students.")
	}
	for _, e := range frame.GuardedEntities() {
		if o.Grant.Entities[e.Plural].Open && o.reachesNone(e) {
			none = append(none, strings.ToLower(e.Label))
		}
	}
	if len(none) > 0 {
		said = append(said, "This app would receive none of the "+strings.Join(none, ", ")+".")
	}
	return strings.Join(said, " ")
}
