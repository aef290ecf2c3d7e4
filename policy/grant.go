package policy

import (
	"maps"
	"slices"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// Grant is what the district gives an app. The zero Grant gives nothing.
type Grant struct {
	Entities map[string]EntityGrant `json:"entities,omitempty"` // by plural
	Scope    Scope                  `json:"scope,omitzero"`
	Until    time.Time              `json:"until,omitzero"` // the grant is over at this instant; zero has no end
	Purpose  string                 `json:"purpose,omitempty"`
	Basis    string                 `json:"basis,omitempty"` // the legal basis
	Lifts    map[string]string      `json:"lifts,omitempty"` // what the app's ceiling is lifted for, as "users.phone", and why
}

// lifted lists what the ceiling is lifted for.
func (g Grant) lifted() []catalog.Member {
	var all []catalog.Member
	for name := range g.Lifts {
		all = append(all, catalog.ParseMember(name))
	}
	return all
}

// BringsNames says that the grant ticks metadata keys and types of identifiers by the
// names that a roster brought.
func (Grant) BringsNames() {}

// Lacks names what keeps closed all that the grant ticks of an entity: the entity that is
// switched off, which may be the one in which it appears, or the field that would show it. The
// zero Member is nothing.
func (g Grant) Lacks(plural string) catalog.Member {
	e, _ := catalog.Find(plural)
	whole, shown, inside := catalog.WholeOf(plural)
	switch {
	case e.Served && !g.Entities[plural].Open:
		return catalog.Member{Entity: plural}
	case inside && !g.Entities[whole.Plural].Open:
		return catalog.Member{Entity: whole.Plural}
	case inside && shown.Class != catalog.Structural && !slices.Contains(g.Entities[whole.Plural].Fields, shown.Name):
		return catalog.Member{Entity: whole.Plural, Name: shown.Name}
	}
	return catalog.Member{}
}

// EntityGrant is what a grant says of one entity. Structural fields need no tick:
// they come with the entity. An entity without reads of its own has no switch
// either: it comes with the field that shows it, and its ticks say what it tells.
type EntityGrant struct {
	Open     bool            `json:"open,omitempty"`     // the entity's switch; off, it keeps its ticks
	Fields   []string        `json:"fields,omitempty"`   // the ticks, by JSON name
	Masks    map[string]Mask `json:"masks,omitempty"`    // by field; a masked field needs no tick
	Metadata bool            `json:"metadata,omitempty"` // the switch of Keys
	Keys     []string        `json:"keys,omitempty"`     // metadata keys, case-sensitive
	Types    []string        `json:"types,omitempty"`    // types of identifiers, case-sensitive
}

// Roles and guardians, in a grant's scope.
//
// Scope.Roles lists the roles whose people are reached on their own account: by
// their enrollments, or without one where Unenrolled is on. Scope.Guardians
// reaches further people: those of the guardian roles whom a reached student
// names as an agent. Of them nothing else is asked, for guardians have neither
// enrollments nor grades.
//
// So a guardian is reached if the role is among Roles (like anybody of a listed
// role) or if Guardians is on and a ward is reached. Presets list the roles of
// students and staff, and leave guardians to the switch: switched off, no
// guardian is reached at all; switched on, those of the students that the app
// sees, and no others.

// Scope says which records a grant reaches. All of its conditions hold at once.
// The zero Scope reaches nobody.
type Scope struct {
	Orgs       Among `json:"orgs,omitzero"`
	Courses    Among `json:"courses,omitzero"`
	Classes    Among `json:"classes,omitzero"`
	Roles      Among `json:"roles,omitzero"`
	Grades     Among `json:"grades,omitzero"`
	Unenrolled bool  `json:"unenrolled,omitempty"` // people without an enrollment, too
	Guardians  bool  `json:"guardians,omitempty"`  // the guardians of reached students, too
	Former     bool  `json:"former,omitempty"`     // enrollments that ended before the day, too
}

// Among is a condition on one property: any value, or one of Only. The zero Among
// is met by nobody; it never means "no condition". Only is kept, and without
// effect, while All is set.
type Among struct {
	All  bool     `json:"all,omitempty"`
	Only []string `json:"only,omitempty"`
}

// Everyone is the scope that reaches every record.
func Everyone() Scope {
	all := Among{All: true}
	return Scope{Orgs: all, Courses: all, Classes: all, Roles: all, Grades: all, Unenrolled: true, Guardians: true, Former: true}
}

// Dated reports whether what the scope reaches depends on the day.
func (s Scope) Dated() bool { return !s.Former && !s.Orgs.Nobody() }

// Has reports whether value meets the condition. Values are case-sensitive.
func (a Among) Has(value string) bool { return a.All || slices.Contains(a.Only, value) }

// Nobody reports whether no value can meet the condition.
func (a Among) Nobody() bool { return !a.All && len(a.Only) == 0 }

// Clone returns a copy that shares nothing with g.
func (g Grant) Clone() Grant {
	g.Entities = maps.Clone(g.Entities)
	for name, entity := range g.Entities {
		g.Entities[name] = entity.Clone()
	}
	g.Scope = g.Scope.Clone()
	g.Lifts = maps.Clone(g.Lifts)
	return g
}

// Clone returns a copy that shares nothing with e.
func (e EntityGrant) Clone() EntityGrant {
	e.Fields = slices.Clone(e.Fields)
	e.Masks = maps.Clone(e.Masks)
	e.Keys = slices.Clone(e.Keys)
	e.Types = slices.Clone(e.Types)
	return e
}

// Clone returns a copy that shares nothing with s.
func (s Scope) Clone() Scope {
	for _, among := range []*Among{&s.Orgs, &s.Courses, &s.Classes, &s.Roles, &s.Grades} {
		among.Only = slices.Clone(among.Only)
	}
	return s
}

// normal is s with its lists sorted and without what has no effect, so that
// scopes that mean the same are equal.
func (s Scope) normal() Scope {
	for _, among := range []*Among{&s.Orgs, &s.Courses, &s.Classes, &s.Roles, &s.Grades} {
		if among.All {
			among.Only = nil
			continue
		}
		among.Only = slices.Compact(slices.Sorted(slices.Values(among.Only)))
	}
	return s
}

// Tidy puts ticks into one order, the catalog's for fields, and drops repeats, so
// that grants that say the same are the same.
func (e EntityGrant) Tidy(plural string) EntityGrant {
	known, _ := catalog.Find(plural)
	place := func(name string) int {
		return slices.IndexFunc(known.Fields, func(f catalog.Field) bool { return f.Name == name })
	}
	slices.SortFunc(e.Fields, func(a, b string) int { return place(a) - place(b) })
	slices.Sort(e.Keys)
	slices.Sort(e.Types)
	e.Fields = slices.Compact(e.Fields)
	e.Keys = slices.Compact(e.Keys)
	e.Types = slices.Compact(e.Types)
	return e
}

// GuardianRoles lists the roles of people who are on the roster for somebody
// else's sake.
func GuardianRoles() []string { return catalog.GuardianRoles() }

// OwnRoles lists the other roles, of students and staff.
func OwnRoles() []string {
	return slices.DeleteFunc(PersonRoles(), func(role string) bool { return slices.Contains(GuardianRoles(), role) })
}

// PersonRoles lists the roles that a person may have, as a scope names them.
func PersonRoles() []string {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	return slices.Clone(role.Values)
}

// HiddenDates lists the dates of enrollments that the grant does not share as they are, as
// edits name them, though it has former enrollments: its app cannot tell these from
// others. Dates that are shared come with every enrollment.
func (g Grant) HiddenDates() []string {
	const plural = "enrollments"
	enrollments, granted := catalog.Entity{}, g.Entities[plural]
	if g.Scope.Former && granted.Open {
		enrollments, _ = catalog.Find(plural)
	}
	var hidden []string
	for _, f := range enrollments.Fields {
		if f.Kind == catalog.Date && !slices.Contains(granted.Fields, f.Name) {
			hidden = append(hidden, catalog.Member{Entity: plural, Name: f.Name}.String())
		}
	}
	return hidden
}
