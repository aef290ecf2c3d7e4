package web

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// reachModel says how much an app gets with a scope.
type reachModel struct {
	Says    string // in short
	Notices []Notice
	People  []Stat
	Records []Stat
}

// reach counts what an app would get if the form were saved.
func (r *Rooms) reach(v *visit, o apps.Overview, form scopeForm) (reachModel, error) {
	grant := form.apply(o.Grant.Grant)
	got, err := r.outcome(v, o.ID, grant, nil)
	if err != nil {
		return reachModel{}, err
	}
	m := reachModel{Notices: stateNotice(o)}
	if !got.Decision.Allow {
		m.Notices = append(m.Notices, Notice{Careful, "", r.reason("", got.Decision)})
	}
	m.Notices = append(m.Notices, got.nobody(grant)...)
	users, students := got.Records("users").GetCardinality(), got.people("student").GetCardinality()
	m.Says = plural(int(users), "user", "users") + ", of them " + plural(int(students), "student", "students")
	for _, role := range personRoles() {
		if n := got.people(role).GetCardinality(); n > 0 || form.scope.Roles.Has(role) && contains(apps.OwnRoles(), role) {
			m.People = append(m.People, Stat{Label: roleLabel(role), Value: number(int64(n))})
		}
	}
	for _, e := range guarded() {
		stat := Stat{Label: e.Label, Value: number(int64(got.Records(e.Plural).GetCardinality()))}
		if !grant.Entities[e.Plural].Open {
			stat.Note = "off in DataGuard"
		}
		m.Records = append(m.Records, stat)
	}
	return m, nil
}

// people are the users of a role whom the app reaches.
func (o outcome) people(role string) *roaring.Bitmap {
	return roaring.And(o.Records("users"), o.ofRole(role))
}

// ofRole are the users of a role, reached or not.
func (o outcome) ofRole(role string) *roaring.Bitmap {
	return o.View.Snapshot.Subset("users", catalog.Subset{Field: "role", Values: []string{role}})
}

// nobody tells whom and what a grant is meant to give and gives nothing of.
func (o outcome) nobody(grant policy.Grant) []Notice {
	says := func(sentence string) Notice { return Notice{Careful, "", sentence} }
	var all []Notice
	if grant.Scope.Orgs.Nobody() {
		all = append(all, says("No org is chosen, so that nothing is within the scope."))
	}
	if grant.Entities["users"].Open && o.people("student").IsEmpty() {
		all = append(all, says("This app would receive no students."))
	}
	var none []string
	for _, e := range guarded() {
		if grant.Entities[e.Plural].Open && o.Records(e.Plural).IsEmpty() && !o.View.Snapshot.Live(e.Plural).IsEmpty() {
			none = append(none, strings.ToLower(e.Label))
		}
	}
	if len(none) > 0 {
		all = append(all, says("This app would receive none of the "+strings.Join(none, ", ")+"."))
	}
	return all
}
