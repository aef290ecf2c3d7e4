package checks

import (
	"strconv"

	"github.com/rostergate/rostergate/roster/codec"
)

// What records of earlier files tell of those that refer to them. References are ids as
// cells have them; what is not known is empty.

// SchoolOfClass is the school of a class.
func (k *Known) SchoolOfClass(class string) string { return k.one(classSchool, class) }

// SchoolOfCourse is the org of a course, where that is a school.
func (k *Known) SchoolOfCourse(course string) string {
	org := k.one(courseOrg, course)
	if k.word(orgType, codec.ID(org)) != "school" {
		return ""
	}
	return org
}

// YearOfCourse is the session that is the school year of a course.
func (k *Known) YearOfCourse(course string) string { return k.one(courseYear, course) }

// TitleOfCourse is the title of a course.
func (k *Known) TitleOfCourse(course string) string {
	titles, id := k.texts[courseTitle], codec.ID(course)
	if int(id) >= len(titles) {
		return ""
	}
	return titles[id]
}

// RoleOfUser is the role of a user.
func (k *Known) RoleOfUser(user string) string { return k.word(userRole, codec.ID(user)) }

// one is the record that another is known to refer to.
func (k *Known) one(f fact, reference string) string {
	ones, id := k.ones[f], codec.ID(reference)
	if int(id) >= len(ones) || ones[id] == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(ones[id]), 10)
}
