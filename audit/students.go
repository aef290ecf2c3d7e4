package audit

import (
	"encoding/json"
	"slices"
)

// Students is what a change records before or after it of the people that it is about: by
// the roster's ids, as disclosures have them.
type Students struct {
	Students []uint32 `json:"students"`
}

// namesStudents narrows to changes that may name any.
const namesStudents = `(before LIKE '{"students":%' OR after LIKE '{"students":%')`

// names reports whether a change names one of the students that were asked for.
func (c conditions) names(e Entry) bool {
	return c.students == nil || slices.ContainsFunc([]string{e.Before, e.After}, func(side string) bool {
		var named Students
		if json.Unmarshal([]byte(side), &named) != nil {
			return false
		}
		return slices.ContainsFunc(named.Students, c.students.Contains)
	})
}
