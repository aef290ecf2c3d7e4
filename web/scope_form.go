package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/view"
)

// scopeForm is what a person says about the scope of a grant.
type scopeForm struct {
	version  int64 // the base of the grant that the person was looking at
	scope    policy.Scope
	search   string // for courses
	snapshot *view.Snapshot
	grades   []string // that can be chosen, of a form that is shown
}

// condition is one of the four lists of a scope, and how the form names it.
type condition struct {
	group string // of "all" and "only"
	box   string // of what is ticked
	of    func(*policy.Scope) *policy.Among
}

func conditions() []condition {
	return []condition{
		{"orgs", "org", func(s *policy.Scope) *policy.Among { return &s.Orgs }},
		{"courses", "course", func(s *policy.Scope) *policy.Among { return &s.Courses }},
		{"roles", "role", func(s *policy.Scope) *policy.Among { return &s.Roles }},
		{"grades", "grade", func(s *policy.Scope) *policy.Among { return &s.Grades }},
	}
}

// label is what the condition chooses from.
func (c condition) label() string {
	return map[string]string{"orgs": "Schools", "courses": "Courses", "roles": "Roles", "grades": "Grades"}[c.group]
}

// readScope takes the form from a post.
func (r *Rooms) readScope(v *visit) (scopeForm, error) {
	f := scopeForm{search: v.value("search")}
	f.scope.Unenrolled, f.scope.Guardians = v.value("unenrolled") != "", v.value("guardians") != ""
	for _, c := range conditions() {
		*c.of(&f.scope) = policy.Among{All: v.value(c.group) == "all", Only: ordered(v.values(c.box))}
	}
	var err error
	if f.version, err = strconv.ParseInt(v.value("version"), 10, 64); err != nil {
		return f, fault.New(fault.Invalid, "The form does not say which version of the grant it changes. Open the page again.")
	}
	f.snapshot, err = r.Views.Snapshot(v.ctx())
	return f, err
}

// scopeOf is the form as it stands in a saved grant.
func (r *Rooms) scopeOf(v *visit, saved apps.SavedGrant) (scopeForm, error) {
	snapshot, err := r.Views.Snapshot(v.ctx())
	return scopeForm{version: saved.Base(), scope: saved.Grant.Scope.Clone(), snapshot: snapshot}, err
}

// offered lists what can be chosen by a condition. Guardians are chosen by their
// switch alone.
func (f scopeForm) offered(group string) []string {
	switch group {
	case "roles":
		return apps.OwnRoles()
	case "grades":
		return f.grades
	}
	var all []string
	f.snapshot.Live(group).Iterate(func(id uint32) bool {
		all = append(all, f.snapshot.SourcedID(group, id))
		return true
	})
	return all
}

// apply puts the form's scope into the grant. What neither the roster offers nor
// the grant had is left out; what the page does not show of roles stays.
func (f scopeForm) apply(grant policy.Grant) policy.Grant {
	next := grant.Clone()
	scope := f.scope.Clone()
	for _, c := range conditions() {
		had, wanted := c.of(&next.Scope).Only, c.of(&scope)
		known := map[string]bool{}
		for _, name := range slices.Concat(f.offered(c.group), had) {
			known[name] = true
		}
		wanted.Only = slices.DeleteFunc(wanted.Only, func(name string) bool {
			return !known[name] && (c.group != "grades" || !hasGrade(f.snapshot, name))
		})
		if c.group == "roles" {
			hidden := slices.DeleteFunc(slices.Clone(had), func(role string) bool { return contains(apps.OwnRoles(), role) })
			wanted.Only = append(wanted.Only, hidden...)
		}
		wanted.Only = inOrder(had, wanted.Only)
	}
	next.Scope = scope
	return next
}

// inOrder lists what is now chosen: what was chosen before in its old order, so
// that a form that changes nothing saves nothing else.
func inOrder(had, now []string) []string {
	now = ordered(now)
	kept := slices.DeleteFunc(slices.Clone(had), func(name string) bool { return !among(now, name) })
	had = ordered(had)
	return slices.Concat(kept, slices.DeleteFunc(now, func(name string) bool { return among(had, name) }))
}

// among reports whether an ordered list has a name.
func among(list []string, name string) bool {
	_, found := slices.BinarySearch(list, name)
	return found
}

func (f scopeForm) base() int64 { return f.version }

// seen is nothing: a scope shows no keys.
func (f scopeForm) seen() []roster.Key { return nil }

func (f scopeForm) path(app apps.App) string { return "/apps/" + app.ID + "/scope" }

func (f scopeForm) back(app apps.App) string { return f.path(app) }

func (f scopeForm) about() string { return firstTab }

func (f scopeForm) kept(version int64) []kept {
	all := []kept{{"version", strconv.FormatInt(version, 10)}}
	for name, on := range map[string]bool{"unenrolled": f.scope.Unenrolled, "guardians": f.scope.Guardians} {
		if on {
			all = append(all, kept{name, "on"})
		}
	}
	for _, c := range conditions() {
		if c.of(&f.scope).All {
			all = append(all, kept{c.group, "all"})
		}
		for _, name := range c.of(&f.scope).Only {
			all = append(all, kept{c.box, name})
		}
	}
	return all
}

// roleLabel is what the people of a role are called.
func roleLabel(role string) string { return strings.ToUpper(role[:1]) + role[1:] + "s" }

// personRoles lists every role that a user may have.
func personRoles() []string {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	return role.Values
}
