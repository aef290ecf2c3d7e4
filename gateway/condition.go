package gateway

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// condition is a filter that was understood for an app: which cells it looks at,
// and what they must meet. Only what the app sees unmasked can be in it.
type condition struct {
	plan      *policy.Plan
	selection roster.Selection
	groups    [][]comparison
}

// comparison is a clause that was understood.
type comparison struct {
	of      operand
	accepts func(value []byte) bool
}

// operand finds the values that records have of a field, as they are seen.
type operand func(sees sight) values

// values calls yield with each value of a record, until one is accepted. A record
// without a value has none to accept.
type values func(id uint32, cells [][]byte, yield func(value []byte) bool) bool

// test reports whether a record meets something.
type test func(id uint32, cells [][]byte) bool

// on is the condition for whoever sees the records.
func (c *condition) on(sees sight) test {
	var groups [][]test
	for _, group := range c.groups {
		var tests []test
		for _, one := range group {
			of, accepts := one.of(sees), one.accepts
			tests = append(tests, func(id uint32, cells [][]byte) bool { return of(id, cells, accepts) })
		}
		groups = append(groups, tests)
	}
	return func(id uint32, cells [][]byte) bool {
		return slices.ContainsFunc(groups, func(group []test) bool { return meetsEvery(group, id, cells) })
	}
}

func meetsEvery(group []test, id uint32, cells [][]byte) bool {
	for _, meets := range group {
		if !meets(id, cells) {
			return false
		}
	}
	return true
}

// understand compiles a filter against the plan of an entity. A name that is hidden or
// masked gets the answer of one that does not exist.
func understand(f filter, plan *policy.Plan, e *policy.EntityPlan, v catalog.Version) (*condition, error) {
	c := &condition{plan: plan, selection: roster.Selection{Entity: e.Entity, Version: v}}
	for _, group := range f {
		var understood []comparison
		for _, clause := range group {
			one, err := c.clause(clause, e)
			if err != nil {
				return nil, err
			}
			understood = append(understood, one)
		}
		c.groups = append(c.groups, understood)
	}
	return c, nil
}

func (c *condition) clause(cl clause, e *policy.EntityPlan) (comparison, error) {
	of, kind, ok := c.operand(cl.field, e)
	if !ok {
		return comparison{}, problem{
			status: http.StatusBadRequest, minor: invalidFilterField,
			description: "There is no field to filter by that is called " + cl.field + ".",
		}
	}
	accepts, ok := compared(kind, cl)
	if !ok {
		return comparison{}, invalid("The filter was understood as " + cl.field + " " + cl.op + ", but not the value: " + remedy(kind))
	}
	return comparison{of, accepts}, nil
}

// operand finds what a name in a filter stands for: a field, the sourcedId of a
// reference, a part of userIds, a member of what is nested, or a metadata key.
func (c *condition) operand(name string, e *policy.EntityPlan) (operand, catalog.Kind, bool) {
	first, rest, dotted := strings.Cut(name, ".")
	if first == string(catalog.Metadata) && dotted {
		return c.key(rest, e)
	}
	f, ok := e.Field(first)
	if !ok || f.Mask != "" || !f.Versions.Has(c.selection.Version) {
		return nil, "", false
	}
	switch {
	case f.Kind.Refers() && rest == "sourcedId":
		return referredIDs(f.Field, e), catalog.ID, true
	case f.Kind == catalog.Identifiers && (rest == "type" || rest == "identifier"):
		return c.identifiers(rest == "type", e), catalog.Text, true
	case f.Kind == catalog.Nested:
		return c.nestedIn(f.Field, rest)
	case dotted || f.Kind.Refers() || f.Kind == catalog.Identifiers:
		return nil, "", false
	}
	return c.field(f.Field, e), f.Kind, true
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

func (c *condition) field(f catalog.Field, e *policy.EntityPlan) operand {
	if f.Kind == catalog.Timestamp {
		return func(sees sight) values {
			date := sees.horizon.Dates(e.Entity.Plural)
			return func(id uint32, _ [][]byte, yield func([]byte) bool) bool { return yield([]byte(date(id))) }
		}
	}
	at := c.column(f)
	if f.Kind == catalog.List || f.Kind == catalog.Tokens {
		return stored(func(_ uint32, cells [][]byte, yield func([]byte) bool) bool { return anyItem(cells[at], yield) })
	}
	return stored(func(_ uint32, cells [][]byte, yield func([]byte) bool) bool {
		return cells[at] != nil && yield(cells[at])
	})
}

// stored are values that are the same for whoever sees them.
func stored(v values) operand { return func(sight) values { return v } }

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

// referredIDs yields the sourcedIds of those records in view that a field refers
// to: what is not sent cannot be asked for.
func referredIDs(f catalog.Field, e *policy.EntityPlan) operand {
	return func(sees sight) values {
		return func(id uint32, _ [][]byte, yield func([]byte) bool) bool {
			for _, target := range sees.view.Targets(e.Entity.Plural, f, id) {
				if yield([]byte(sees.view.Snapshot.SourcedID(f.Target, target))) {
					return true
				}
			}
			return false
		}
	}
}

// identifiers yields the types, or the identifiers, of userIds.
func (c *condition) identifiers(types bool, e *policy.EntityPlan) operand {
	c.selection.Types = e.Types
	return stored(func(_ uint32, cells [][]byte, yield func([]byte) bool) bool {
		first := len(c.selection.Fields)
		for i, kind := range e.Types {
			cell := cells[first+i]
			if types && cell != nil && yield([]byte(kind)) || !types && anyItem(cell, yield) {
				return true
			}
		}
		return false
	})
}

// key yields the value of a metadata key.
func (c *condition) key(name string, e *policy.EntityPlan) (operand, catalog.Kind, bool) {
	if !slices.Contains(e.Keys, name) {
		return nil, "", false
	}
	at := len(c.selection.Keys)
	c.selection.Keys = append(c.selection.Keys, name)
	return stored(func(_ uint32, cells [][]byte, yield func([]byte) bool) bool {
		cell := cells[len(c.selection.Fields)+len(c.selection.Types)+at]
		return cell != nil && yield(cell)
	}), catalog.Text, true
}
