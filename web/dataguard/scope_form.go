package dataguard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/web/frame"
)

// scopeForm is what a person says about the scope of a grant.
type scopeForm struct {
	version  int64 // the base of the grant that the person was looking at
	scope    policy.Scope
	searches map[string]string // for records that can be chosen, by condition
	snapshot *view.Snapshot
	grades   []string // that can be chosen, of a form that is shown
}

// readScope takes the form from a post.
func (r *Room) readScope(v *frame.Visit) (scopeForm, error) {
	f := scopeForm{searches: map[string]string{}}
	for _, one := range frame.ScopeSwitches() {
		*one.Of(&f.scope) = v.FormValue(one.Name) != ""
	}
	for _, c := range frame.ScopeConditions() {
		*c.Of(&f.scope) = policy.Among{All: v.FormValue(c.Group) == "all", Only: frame.SortedUnique(v.FormValues(c.Box))}
		f.searches[c.Group] = v.FormValue("search-" + c.Group)
	}
	var err error
	if f.version, err = strconv.ParseInt(v.FormValue("version"), 10, 64); err != nil {
		return f, fault.New(fault.Invalid, "The form does not say which version of the permissions it changes. Open the page again.")
	}
	f.snapshot, err = r.Views.Snapshot(v.Context())
	return f, err
}

// scopeOf is the form as it stands in a saved grant.
func (r *Room) scopeOf(v *frame.Visit, saved apps.SavedGrant) (scopeForm, error) {
	snapshot, err := r.Views.Snapshot(v.Context())
	return scopeForm{version: saved.Base(), scope: saved.Grant.Scope.Clone(), snapshot: snapshot}, err
}

// offered lists what can be chosen by a condition. Guardians are chosen by their
// switch alone.
func (f scopeForm) offered(group string) []string {
	switch group {
	case "roles":
		return policy.OwnRoles()
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

// applyTo puts the form's scope into the grant. What neither the roster offers nor
// the grant had is left out; what the page does not show of roles stays.
func (f scopeForm) applyTo(grant policy.Grant) policy.Grant {
	next := grant.Clone()
	scope := f.scope.Clone()
	for _, c := range frame.ScopeConditions() {
		had, wanted := c.Of(&next.Scope).Only, c.Of(&scope)
		known := map[string]bool{}
		for _, name := range slices.Concat(f.offered(c.Group), had) {
			known[name] = true
		}
		wanted.Only = slices.DeleteFunc(wanted.Only, func(name string) bool {
			return !known[name] && (c.Group != "grades" || !frame.HasGrade(f.snapshot, name))
		})
		if c.Group == "grades" {
			wanted.Only = asBefore(had, wanted.Only)
		}
		if c.Group == "roles" {
			hidden := slices.DeleteFunc(slices.Clone(had), func(role string) bool { return slices.Contains(policy.OwnRoles(), role) })
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
	now = frame.SortedUnique(now)
	kept := slices.DeleteFunc(slices.Clone(had), func(name string) bool { return !inSorted(now, name) })
	had = frame.SortedUnique(had)
	return slices.Concat(kept, slices.DeleteFunc(now, func(name string) bool { return inSorted(had, name) }))
}

// inSorted reports whether an ordered list has a name.
func inSorted(list []string, name string) bool {
	_, found := slices.BinarySearch(list, name)
	return found
}

func (f scopeForm) baseVersion() int64 { return f.version }

// seen is nothing: a scope shows no keys.
func (f scopeForm) seen() []catalog.Member { return nil }

func (f scopeForm) formPath(app apps.App) string { return "/apps/" + app.ID + "/scope" }

func (f scopeForm) backPath(app apps.App) string { return f.formPath(app) }

func (f scopeForm) aboutEntity() string { return frame.FirstTab }

func (f scopeForm) asksWhy() string { return "" }

// overlookedNotices is of a scope nothing: all that its form says has its effect.
func (f scopeForm) overlookedNotices(policy.Grant) []frame.Notice { return nil }

func (f scopeForm) keptValues(version int64) []keptValue {
	all := []keptValue{{"version", strconv.FormatInt(version, 10)}}
	for _, one := range frame.ScopeSwitches() {
		if *one.Of(&f.scope) {
			all = append(all, keptValue{one.Name, "on"})
		}
	}
	for _, c := range frame.ScopeConditions() {
		chosen := "only"
		if c.Of(&f.scope).All {
			chosen = "all"
		}
		all = append(all, keptValue{c.Group, chosen})
		for _, name := range c.Of(&f.scope).Only {
			all = append(all, keptValue{c.Box, name})
		}
	}
	return all
}

// roleLabel is what the people of a role are called.
func roleLabel(role string) string { return strings.ToUpper(role[:1]) + role[1:] + "s" }
