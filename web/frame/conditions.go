package frame

import "github.com/rostergate/rostergate/policy"

// ScopeCondition is one of the four lists of a scope, and how the form names it.
type ScopeCondition struct {
	Group string // of "all" and "only"
	Box   string // of what is ticked
	Of    func(*policy.Scope) *policy.Among
}

// ScopeConditions lists the four, in the order of the page.
func ScopeConditions() []ScopeCondition {
	return []ScopeCondition{
		{"orgs", "org", func(s *policy.Scope) *policy.Among { return &s.Orgs }},
		{"courses", "course", func(s *policy.Scope) *policy.Among { return &s.Courses }},
		{"roles", "role", func(s *policy.Scope) *policy.Among { return &s.Roles }},
		{"grades", "grade", func(s *policy.Scope) *policy.Among { return &s.Grades }},
	}
}

// Label is what the condition chooses from.
func (c ScopeCondition) Label() string {
	return map[string]string{"orgs": "Schools", "courses": "Courses", "roles": "Roles", "grades": "Grades"}[c.Group]
}
