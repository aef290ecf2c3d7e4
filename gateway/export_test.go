package gateway

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

// MaxNames is how many names fields may hold.
const MaxNames = maxNames

// BufferFor is how large the buffer is in which the next answer of so many records
// begins.
func BufferFor(g *Gateway, records int) int { return cap(g.bodies.buffer(records)) }
