package apps

import (
	"context"
	"fmt"
	"slices"
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
