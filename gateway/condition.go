package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/cases"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// condition is a filter that was understood for an app: which cells it looks at,
// and what they must meet. Only what the app sees unmasked can be in it.
type condition struct {
	selection roster.Selection
	groups    [][]test
}

// test reports whether a record meets one clause.
type test func(id uint32, cells [][]byte) bool

// meets reports whether a record meets the condition.
func (c *condition) meets(id uint32, cells [][]byte) bool {
	for _, group := range c.groups {
		if all(group, id, cells) {
			return true
		}
	}
	return false
}

func all(group []test, id uint32, cells [][]byte) bool {
	for _, t := range group {
		if !t(id, cells) {
			return false
		}
	}
	return true
}

// operand calls yield with each value that a record has of a field, until one is
// accepted. A record without a value has none to accept.
type operand func(id uint32, cells [][]byte, yield func(value []byte) bool) bool

// understand compiles a filter for the app of a, whose view need not be known
// before the condition is used. A name that is hidden or masked
// gets the answer of one that does not exist.
func understand(f filter, a *answer, e *policy.EntityPlan) (*condition, error) {
	c := &condition{selection: roster.Selection{Entity: e.Entity}}
	for _, group := range f {
		var tests []test
		for _, clause := range group {
			t, err := c.clause(clause, a, e)
			if err != nil {
				return nil, err
			}
			tests = append(tests, t)
		}
		c.groups = append(c.groups, tests)
	}
	return c, nil
}

func (c *condition) clause(cl clause, a *answer, e *policy.EntityPlan) (test, error) {
	of, kind, ok := c.operand(cl.field, a, e)
	if !ok {
		return nil, problem{
			status: http.StatusBadRequest, minor: invalidFilterField,
			description: "There is no field to filter by that is called " + cl.field + ".",
		}
	}
	accepts, ok := comparison(kind, cl.op, cl.value)
	if !ok {
		return nil, invalid("The field " + cl.field + " cannot be compared in this way with this value.")
	}
	return func(id uint32, cells [][]byte) bool { return of(id, cells, accepts) }, nil
}

// operand finds what a name in a filter stands for: a field, the sourcedId of a
// reference, a part of userIds or a metadata key.
func (c *condition) operand(name string, a *answer, e *policy.EntityPlan) (operand, catalog.Kind, bool) {
	first, rest, dotted := strings.Cut(name, ".")
	if first == string(catalog.Metadata) && dotted {
		return c.key(rest, e)
	}
	f, ok := e.Field(first)
	if !ok || f.Mask != "" || !f.Versions.Has(catalog.V11) {
		return nil, "", false
	}
	switch {
	case f.Kind.Refers() && rest == "sourcedId":
		return references(a, f.Field, e), catalog.ID, true
	case f.Kind == catalog.Identifiers && (rest == "type" || rest == "identifier"):
		return c.identifiers(rest == "type", e), catalog.Text, true
	case dotted || f.Kind.Refers() || f.Kind == catalog.Identifiers:
		return nil, "", false
	}
	return c.field(a, f.Field, e), f.Kind, true
}

// column adds a field to what is read, once, and says where its cell will be.
// Fields come before keys, so keys are addressed from the end.
func (c *condition) column(f catalog.Field) int {
	for i, known := range c.selection.Fields {
		if known.Name == f.Name {
			return i
		}
	}
	c.selection.Fields = append(c.selection.Fields, f)
	return len(c.selection.Fields) - 1
}

func (c *condition) field(a *answer, f catalog.Field, e *policy.EntityPlan) operand {
	if f.Kind == catalog.Timestamp {
		date := sync.OnceValue(func() func(uint32) string { return a.horizon.Dates(e.Entity.Plural) })
		return func(id uint32, _ [][]byte, yield func([]byte) bool) bool { return yield([]byte(date()(id))) }
	}
	at := c.column(f)
	if f.Kind == catalog.List || f.Kind == catalog.Tokens {
		return func(_ uint32, cells [][]byte, yield func([]byte) bool) bool { return anyItem(cells[at], yield) }
	}
	return func(_ uint32, cells [][]byte, yield func([]byte) bool) bool {
		return cells[at] != nil && yield(cells[at])
	}
}

// anyItem yields the items of a stored list.
func anyItem(cell []byte, yield func([]byte) bool) bool {
	var items []string
	if cell == nil || json.Unmarshal(cell, &items) != nil {
		return false
	}
	for _, item := range items {
		if yield([]byte(item)) {
			return true
		}
	}
	return false
}

// references yields the sourcedIds of those records in view that a field refers
// to: what is not sent cannot be asked for.
func references(a *answer, f catalog.Field, e *policy.EntityPlan) operand {
	return func(id uint32, _ [][]byte, yield func([]byte) bool) bool {
		for _, target := range a.view.Targets(e.Entity.Plural, f, id) {
			if yield([]byte(a.snapshot.SourcedID(f.Target, target))) {
				return true
			}
		}
		return false
	}
}

// identifiers yields the types, or the identifiers, of userIds.
func (c *condition) identifiers(types bool, e *policy.EntityPlan) operand {
	c.selection.Types = e.Types
	return func(_ uint32, cells [][]byte, yield func([]byte) bool) bool {
		first := len(c.selection.Fields)
		for i, kind := range e.Types {
			cell := cells[first+i]
			if types && cell != nil && yield([]byte(kind)) || !types && anyItem(cell, yield) {
				return true
			}
		}
		return false
	}
}

// key yields the value of a metadata key.
func (c *condition) key(name string, e *policy.EntityPlan) (operand, catalog.Kind, bool) {
	granted := false
	for _, key := range e.Keys {
		granted = granted || key == name
	}
	if !granted {
		return nil, "", false
	}
	at := len(c.selection.Keys)
	c.selection.Keys = append(c.selection.Keys, name)
	return func(_ uint32, cells [][]byte, yield func([]byte) bool) bool {
		cell := cells[len(c.selection.Fields)+len(c.selection.Types)+at]
		return cell != nil && yield(cell)
	}, catalog.Text, true
}

// comparison makes the comparison of a kind's values with one given. It is false
// where the operator or the value does not fit the kind.
func comparison(kind catalog.Kind, op, given string) (func([]byte) bool, bool) {
	switch kind {
	case catalog.Boolean:
		word := strings.ToLower(given)
		return exact(op, word), (op == "=" || op == "!=") && (word == "true" || word == "false")
	case catalog.Date, catalog.Timestamp:
		return instants(op, given)
	case catalog.Text, catalog.List:
		return folded(op, given), true
	}
	return exact(op, given), true
}

// exact compares code points.
func exact(op, given string) func([]byte) bool {
	want := []byte(given)
	if op == "~" {
		return func(value []byte) bool { return bytes.Contains(value, want) }
	}
	return func(value []byte) bool { return holds(op, bytes.Compare(value, want)) }
}

// folded ignores case where it asks for equality or for a part, and orders by
// code points.
func folded(op, given string) func([]byte) bool {
	fold := cases.Fold()
	want := fold.Bytes([]byte(given))
	switch op {
	case "=":
		return func(value []byte) bool { return bytes.Equal(fold.Bytes(value), want) }
	case "!=":
		return func(value []byte) bool { return !bytes.Equal(fold.Bytes(value), want) }
	case "~":
		return func(value []byte) bool { return bytes.Contains(fold.Bytes(value), want) }
	}
	return exact(op, given)
}

// instants compares points in time, whatever form they are written in. A day is
// its first moment.
func instants(op, given string) (func([]byte) bool, bool) {
	want, ok := instant(given)
	if !ok || op == "~" {
		return nil, false
	}
	return func(value []byte) bool {
		at, ok := instant(string(value))
		return ok && holds(op, at.Compare(want))
	}, true
}

// instant reads a date or a time. A plus sign that a form decoder made a blank is
// taken for one; a time without a zone is UTC.
func instant(text string) (time.Time, bool) {
	if i := len(text) - len(" 00:00"); i > len(time.DateOnly) && text[i] == ' ' && text[i+3] == ':' {
		text = text[:i] + "+" + text[i+1:]
	}
	for _, form := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// holds reports whether an order of two values is what an operator asks for.
func holds(op string, order int) bool {
	switch op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	}
	return order <= 0
}

// byCodePoint orders two values, and puts a missing one last.
func byCodePoint(a, b []byte) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return bytes.Compare(a, b)
}
