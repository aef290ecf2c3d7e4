package dataguard

import (
	"slices"
	"strings"

	"github.com/rostergate/rostergate/web/frame"
)

// hasGrade reports whether a list has a grade, however it is written.
func hasGrade(list []string, grade string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return frame.SameGrade(one, grade) })
}

// asBefore writes each chosen grade as the grant did, where it had it.
func asBefore(had, chosen []string) []string {
	kept := slices.DeleteFunc(slices.Clone(had), func(grade string) bool { return !hasGrade(chosen, grade) })
	return append(kept, slices.DeleteFunc(chosen, func(grade string) bool { return hasGrade(had, grade) })...)
}

// grades lists the grades that can be chosen, and counts those that the person may
// not read.
func (m *scopeModel) grades(v *frame.Visit, form scopeForm) {
	others := 0
	for _, box := range tickBoxes("grade", form.offered("grades"), form.scope.Grades.Only, m.May, v.GradeLabel) {
		if strings.HasPrefix(box.Value, frame.UnacceptedGrade) {
			others++
		} else {
			m.GradeBoxes = append(m.GradeBoxes, box)
		}
	}
	if others > 0 {
		m.Other = frame.Plural(others, "other grade", "other grades") + " outside the CEDS list that no app was given"
	}
}
