package web

import "github.com/rostergate/rostergate/people"

// ActionLabel is what people call what a change did.
func ActionLabel(action string) string { return actionLabel(action) }

// OpenTo reports whether a person of the role may enter by a route that has the
// access and, where values is set, shows values of the roster.
func OpenTo(role people.Role, access Access, values bool) bool {
	line := get("/", access, nil)
	if values {
		line = line.withValues()
	}
	return line.admits(people.Person{ID: "somebody", Role: role})
}
