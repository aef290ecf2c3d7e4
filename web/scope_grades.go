package web

// grades lists the grades that can be chosen. One outside the CEDS list is the
// text of some user's cell: who may not see values is told how many there are.
func (m *scopeModel) grades(r *Rooms, form scopeForm) {
	all := boxes("grade", form.offered("grades"), form.scope.Grades.Only, m.May, r.gradeLabel)
	others, ticked := 0, 0
	for _, box := range all {
		switch {
		case m.May || r.codes.Has("gradeLevel", box.Value):
			m.GradeBoxes = append(m.GradeBoxes, box)
		case box.On:
			ticked++
			others++
		default:
			others++
		}
	}
	if others > 0 {
		m.Other = plural(others, "other grade", "other grades") + " outside the CEDS list"
	}
	if ticked > 0 {
		m.Other += ", " + number(int64(ticked)) + " of them ticked"
	}
}

// gradeLabel is a grade with its meaning, as far as it has one.
func (r *Rooms) gradeLabel(code string) string {
	if label, ok := r.codes.Label("gradeLevel", code); ok && label != code {
		return code + " · " + label
	}
	return code
}
