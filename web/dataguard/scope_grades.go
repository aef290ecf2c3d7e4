package dataguard

import (
	"strings"

	"github.com/rostergate/rostergate/web/frame"
)

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
