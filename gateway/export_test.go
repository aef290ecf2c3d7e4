package gateway

import (
	"context"

	"github.com/rostergate/rostergate/secret"
)

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

// Turns are those of apps, so many in all and of each.
type Turns struct{ all *turns }

// NewTurns are turns of which nobody has one.
func NewTurns(total, own int) Turns {
	return Turns{&turns{total: total, own: own, byApp: map[string]*line{}}}
}

// Ask asks for a turn. The channel is nil where it has begun, and closed when it does.
func (t Turns) Ask(app string) <-chan struct{} { return t.all.ask(app) }

// Begin waits for a turn.
func (t Turns) Begin(ctx context.Context, app string) error {
	_, err := t.all.begin(ctx, app)
	return err
}

// End ends a turn.
func (t Turns) End(app string) { t.all.end(app) }

// Bounds are how many there are at one time, of all apps and of one, by the server's
// own measure.
func Bounds(connections int) (total, own int) {
	t := newTurns(connections)
	return t.total, t.own
}

// Idle reports whether nothing is remembered of anybody.
func (t Turns) Idle() bool {
	return t.all.taken == 0 && len(t.all.byApp) == 0 && len(t.all.waiting) == 0
}

// MaxNames is how many names fields may hold.
const MaxNames = maxNames

// Memory is that of the answers that are being sent.
type Memory struct{ of *memory }

// NewMemory is memory of so many bytes.
func NewMemory(bytes int64) Memory { return Memory{newMemory(bytes)} }

// Hold takes some of it for an app.
func (m Memory) Hold(app string, bytes int64) error { return m.of.hold(app, bytes) }

// Release gives it back.
func (m Memory) Release(app string, bytes int64) { m.of.release(app, bytes) }

// BufferFor is how large the buffer is in which the next answer of so many records
// begins.
func BufferFor(g *Gateway, records int) int { return cap(g.bodies.take(records)) }
