package apps

import (
	"context"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

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
