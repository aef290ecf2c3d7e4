package frame

import (
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	"github.com/rostergate/rostergate/people"
)

// OpenTo reports whether a person of the role may enter by a route that has the
// access and, where values is set, shows values of the roster.
func OpenTo(role people.Role, access Access, values bool) bool {
	line := Get("/", access, nil)
	if values {
		line = line.WithValues()
	}
	return line.admits(people.Person{ID: "somebody", Role: role})
}

// Showing shows a value of an entity to a person of the role, on a page whose route
// says so or not.
func Showing(f *Frame, role people.Role, values, titles bool, entity string) error {
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	v := f.visit(c)
	v.Person, v.line = people.Person{ID: "somebody", Email: "somebody@example.org", Role: role}, Route{Path: "/", Values: values, Titles: titles}
	v.Sight.Saw(entity, []uint32{1}, "sourcedId")
	return v.Sight.onRecord()
}
