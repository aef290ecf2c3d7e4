package web

import "github.com/rostergate/rostergate/policy"

// condition is one of the four lists of a scope, and how the form names it.
type condition struct {
	group string // of "all" and "only"
	box   string // of what is ticked
	of    func(*policy.Scope) *policy.Among
}

func conditions() []condition {
	return []condition{
		{"orgs", "org", func(s *policy.Scope) *policy.Among { return &s.Orgs }},
		{"courses", "course", func(s *policy.Scope) *policy.Among { return &s.Courses }},
		{"roles", "role", func(s *policy.Scope) *policy.Among { return &s.Roles }},
		{"grades", "grade", func(s *policy.Scope) *policy.Among { return &s.Grades }},
	}
}

// label is what the condition chooses from.
func (c condition) label() string {
	return map[string]string{"orgs": "Schools", "courses": "Courses", "roles": "Roles", "grades": "Grades"}[c.group]
}
