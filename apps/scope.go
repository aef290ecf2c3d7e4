package apps

import (
	"context"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

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

// Grades lists the grades that some grant names, or once named: an admin has accepted
// them, whatever they are. Others that stand in a roster and in no list of grades count
// as values.
func (r *Registry) Grades(ctx context.Context) ([]string, error) {
	var all []SavedGrant
	if err := r.DB.Read.WithContext(ctx).Select("document").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the grades of all grants: %w", err)
	}
	var grades []string
	for _, saved := range all {
		grades = append(grades, saved.Grant.Scope.Grades.Only...)
	}
	slices.Sort(grades)
	return slices.Compact(grades), nil
}

// HiddenDates lists the dates of enrollments that a grant does not share as they are, as
// edits name them, though it has former enrollments: its app cannot tell these from
// others. Dates that are shared come with every enrollment.
func HiddenDates(grant policy.Grant) []string {
	const plural = "enrollments"
	enrollments, granted := catalog.Entity{}, grant.Entities[plural]
	if grant.Scope.Former && granted.Open {
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
