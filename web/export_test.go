package web

import (
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/people"
)

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

// Showing shows a value of an entity to a person of the role, on a page whose route
// says so or not.
func Showing(r *Rooms, role people.Role, values, titles bool, entity string) error {
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	v := r.visit(c)
	v.Person, v.line = people.Person{ID: "somebody", Email: "somebody@example.org", Role: role}, Route{Path: "/", Values: values, Titles: titles}
	v.sight.saw(entity, []uint32{1}, "sourcedId")
	return v.sight.onRecord()
}
