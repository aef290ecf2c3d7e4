package catalog

import "slices"

// ReferredTo reports whether some entity of the version refers to records of the
// one with this plural, or describes them.
func ReferredTo(plural string, v Version) bool {
	return slices.ContainsFunc(Tables(v), func(e Entity) bool {
		return e.Describes == plural || slices.ContainsFunc(e.Fields, func(f Field) bool { return f.Target == plural })
	})
}

// The roles of users that rules tell apart.
const (
	Student = "student"
	Teacher = "teacher"
)

// GuardianRoles are the roles of those who are there for a student's sake.
func GuardianRoles() []string { return []string{"guardian", "parent", "relative"} }

// Guards reports whether a role is that of a guardian.
func Guards(role string) bool { return slices.Contains(GuardianRoles(), role) }
