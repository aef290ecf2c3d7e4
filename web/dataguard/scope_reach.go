package dataguard

import (
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
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
	got, err := r.Tells.Outcome(v, o.ID, gateway.Offer{Grant: &grant})
	if err != nil {
		return reachModel{}, err
	}
	m := reachModel{Notices: stateNotice(o)}
	m.Notices = append(m.Notices, r.Tells.Notices(v, got)...)
	users, students := got.Records("users").GetCardinality(), got.Reached("student").GetCardinality()
	m.Says = frame.Plural(int(users), "user", "users") + ", of them " + frame.Plural(int(students), "student", "students")
	for _, role := range gains.PersonRoles() {
		if n := got.Reached(role).GetCardinality(); n > 0 || form.scope.Roles.Has(role) && slices.Contains(policy.OwnRoles(), role) {
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
