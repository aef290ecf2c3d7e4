package web

import "strings"

// grades lists the grades that can be chosen, and counts those that the person may
// not read.
func (m *scopeModel) grades(v *visit, form scopeForm) {
	others := 0
	for _, box := range boxes("grade", form.offered("grades"), form.scope.Grades.Only, m.May, v.gradeLabel) {
		if strings.HasPrefix(box.Value, unacceptedGrade) {
			others++
		} else {
			m.GradeBoxes = append(m.GradeBoxes, box)
		}
	}
	if others > 0 {
		m.Other = plural(others, "other grade", "other grades") + " outside the CEDS list that no grant names"
	}
}
