package dataguard

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

// reachModel says how much an app gets with a scope.
type reachModel struct {
	Says    string // in short
	Notices []frame.Notice
	People  []frame.Stat
	Records []frame.Stat
}

// newReach counts what an app would get if the form were saved.
func (r *Room) newReach(v *frame.Visit, o apps.Overview, form scopeForm) (reachModel, error) {
	grant := form.applyTo(o.Grant.Grant)
	got, err := r.outcome(v, o.ID, grant, nil)
	if err != nil {
		return reachModel{}, err
	}
	m := reachModel{Notices: stateNotice(o)}
	if !got.Decision.Allow {
		m.Notices = append(m.Notices, frame.Notice{Tone: frame.Careful, Title: "", Says: frame.SayReason(r.Engine, "", got.Decision)})
	}
	m.Notices = append(m.Notices, got.noticesOfNobody(grant)...)
	users, students := got.Records("users").GetCardinality(), got.usersReached("student").GetCardinality()
	m.Says = frame.Plural(int(users), "user", "users") + ", of them " + frame.Plural(int(students), "student", "students")
	for _, role := range personRoles() {
		if n := got.usersReached(role).GetCardinality(); n > 0 || form.scope.Roles.Has(role) && slices.Contains(apps.OwnRoles(), role) {
			m.People = append(m.People, frame.Stat{Label: roleLabel(role), Value: frame.Number(int64(n))})
		}
	}
	for _, e := range frame.GuardedEntities() {
		stat := frame.Stat{Label: e.Label, Value: frame.Number(int64(got.Records(e.Plural).GetCardinality()))}
		if !grant.Entities[e.Plural].Open {
			stat.Note = "off in DataGuard"
		}
		m.Records = append(m.Records, stat)
	}
	return m, nil
}

// usersReached are the users of a role whom the app reaches.
func (o outcome) usersReached(role string) *roaring.Bitmap {
	return roaring.And(o.Records("users"), o.usersOfRole(role))
}

// usersOfRole are the users of a role, reached or not.
func (o outcome) usersOfRole(role string) *roaring.Bitmap {
	return o.View.Snapshot.Subset("users", catalog.Subset{Field: "role", Values: []string{role}})
}

// noticesOfNobody tells whom and what a grant is meant to give and gives nothing of.
func (o outcome) noticesOfNobody(grant policy.Grant) []frame.Notice {
	says := func(sentence string) frame.Notice {
		return frame.Notice{Tone: frame.Careful, Title: "", Says: sentence}
	}
	var all []frame.Notice
	if grant.Scope.Orgs.Nobody() {
		all = append(all, says("No org is chosen, so that nothing is within the scope."))
	}
	if grant.Entities["users"].Open && o.usersReached("student").IsEmpty() {
		all = append(all, says("This app would receive no students."))
	}
	var none []string
	for _, e := range frame.GuardedEntities() {
		if grant.Entities[e.Plural].Open && o.Records(e.Plural).IsEmpty() && !o.View.Snapshot.Live(e.Plural).IsEmpty() {
			none = append(none, strings.ToLower(e.Label))
		}
	}
	if len(none) > 0 {
		all = append(all, says("This app would receive none of the "+strings.Join(none, ", ")+"."))
	}
	return all
}
