package gateway

import "github.com/rostergate/rostergate/secret"

// Clause is a clause of a filter: its name, operator and value.
type Clause struct{ Name, Operator, Value string }

// ParseFilter reads a filter: what it says, group by group, and its one form.
func ParseFilter(text string) (groups [][]Clause, form string, err error) {
	f, err := parseFilter(text)
	for _, g := range f {
		var clauses []Clause
		for _, c := range g {
			clauses = append(clauses, Clause{c.field, c.op, c.value})
		}
		groups = append(groups, clauses)
	}
	return groups, f.String(), err
}

// ParseAuthorization reads the header of a signed request.
func ParseAuthorization(header string) (parameters [][2]string, signature string, ok bool) {
	s, ok := parseSignature(header)
	return s.parameters, s.signature, ok
}

// BaseString is what a request's signature covers.
func BaseString(parameters [][2]string, location, rawQuery string) (string, error) {
	return signature{parameters: parameters}.base(location, rawQuery)
}

// SealCursor makes a cursor of a walk.
func SealCursor(key secret.Key, walk string, after uint32) (string, error) {
	return cursor{after: after}.seal(key, walk)
}

// OpenCursor reads a cursor of a walk.
func OpenCursor(key secret.Key, walk, given string) (uint32, error) {
	c, err := openCursor(key, walk, given)
	return c.after, err
}
