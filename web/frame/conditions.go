package frame

import "github.com/rostergate/rostergate/policy"

// ScopeCondition is one of the lists of a scope, and how the form names it.
type ScopeCondition struct {
	Group string // of "all" and "only"
	Box   string // of what is ticked
	Of    func(*policy.Scope) *policy.Among
}

// ScopeConditions lists them, in the order of the page.
func ScopeConditions() []ScopeCondition {
	return []ScopeCondition{
		{"orgs", "org", func(s *policy.Scope) *policy.Among { return &s.Orgs }},
		{"courses", "course", func(s *policy.Scope) *policy.Among { return &s.Courses }},
		{"classes", "class", func(s *policy.Scope) *policy.Among { return &s.Classes }},
		{"roles", "role", func(s *policy.Scope) *policy.Among { return &s.Roles }},
		{"grades", "grade", func(s *policy.Scope) *policy.Among { return &s.Grades }},
	}
}

// ScopeSwitch is one of the switches of a scope.
type ScopeSwitch struct {
	Name  string // as the form has it
	Label string
	Of    func(*policy.Scope) *bool
}

// ScopeSwitches lists them, in the order of the page.
func ScopeSwitches() []ScopeSwitch {
	return []ScopeSwitch{
		{"unenrolled", "Users without an enrollment", func(s *policy.Scope) *bool { return &s.Unenrolled }},
		{"guardians", "Guardians", func(s *policy.Scope) *bool { return &s.Guardians }},
		{"former", "Former enrollments", func(s *policy.Scope) *bool { return &s.Former }},
	}
}

// Titled reports whether the condition chooses records that have titles.
func (c ScopeCondition) Titled() bool { return HasTitles(c.Group) }

// HasTitles reports whether pages call the records of an entity by their titles.
func HasTitles(entity string) bool {
	return entity == "orgs" || entity == "courses" || entity == "classes"
}

// Label is what the condition chooses from.
func (c ScopeCondition) Label() string {
	return map[string]string{"orgs": "Schools", "courses": "Courses", "classes": "Classes", "roles": "Roles", "grades": "Grades"}[c.Group]
}
