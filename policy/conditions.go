package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy/rego"
)

// Condition is what a policy asks of the records that it keeps: a value of the field, or
// of the metadata key, must stand to Values as the operator says. It is worked out once
// for a state of the roster and becomes part of the view, as a scope does.
type Condition struct {
	Of       catalog.Member `json:"of"`
	Students bool           `json:"students,omitempty"` // only students are asked; other users are kept
	Op       string         `json:"op"`
	Values   []string       `json:"values"` // sorted; none is met by nobody
	Reason   string         `json:"reason"` // the code of the rule
}

// RowOperators lists the operators that conditions have. Of the values that they compare
// with, in and not_in take any number, the others one.
func RowOperators() []string {
	return []string{"eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "startswith"}
}

func takesMany(op string) bool { return op == "in" || op == "not_in" }

// holds reports whether a value stands to those wanted as an operator says. Order is that
// of code points, which orders dates as well.
func holds(op, value string, wanted []string) bool {
	if op == "in" || op == "not_in" {
		return len(wanted) > 0 && slices.Contains(wanted, value) == (op == "in")
	}
	if len(wanted) != 1 {
		return false
	}
	order := cmp.Compare(value, wanted[0])
	switch op {
	case "eq":
		return order == 0
	case "ne":
		return order != 0
	case "lt":
		return order < 0
	case "le":
		return order <= 0
	case "gt":
		return order > 0
	case "ge":
		return order >= 0
	case "startswith":
		return strings.HasPrefix(value, wanted[0])
	}
	return false
}

// Field is what the condition looks at, as a rule names it.
func (c Condition) Field() string {
	if c.Students {
		return students + strings.TrimPrefix(c.Of.String(), c.Of.Entity)
	}
	return c.Of.String()
}

// String says what is asked of a record: "users.grades is one of 09, 10".
func (c Condition) String() string {
	words := map[string]string{
		"eq": "is", "ne": "is not", "in": "is one of", "not_in": "is none of", "lt": "is less than", "le": "is at most",
		"gt": "is more than", "ge": "is at least", "startswith": "begins with",
	}
	values := strings.Join(c.Values, ", ")
	return c.Field() + " " + words[c.Op] + " " + cmp.Or(values, "an empty list, which nobody meets")
}

// Betrays says what the app learns from it though it does not see the field.
func (c Condition) Betrays() string {
	return fmt.Sprintf("Which records the app gets tells it %s, which it does not see: it gets those where %s.", c.Field(), c)
}

// Rule is the rule that asks it, in the rule's words.
func (c Condition) Rule() string { return wordsOf(c.Reason) }

// Meets reports whether a record with these values of the field meets the condition: one
// of them has to, and for ne and not_in each of them.
func (c Condition) Meets(values []string) bool {
	meets := func(v string) bool { return holds(c.Op, v, c.Values) }
	if c.Op == "ne" || c.Op == "not_in" {
		return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !meets(v) })
	}
	return slices.ContainsFunc(values, meets)
}

// students is the word by which a condition asks students alone: students.grades.
const students = "students"

// conditionsOf reads the row rules of a document.
func (e *Engine) conditionsOf(layer Layer, told rego.Told) ([]Condition, error) {
	var all []Condition
	for _, said := range told.KeepRows {
		name, onlyStudents := said.Field, false
		if rest, ok := strings.CutPrefix(name, students+"."); ok {
			name, onlyStudents = "users."+rest, true
		}
		m, err := e.named(rego.KeepRows, name)
		if err != nil {
			return nil, err
		}
		if err := e.comparable(m); err != nil {
			return nil, err
		}
		switch {
		case !slices.Contains(RowOperators(), said.Op):
			return nil, fmt.Errorf("keep_rows compares %s by %q: it compares by %s", said.Field, said.Op, strings.Join(RowOperators(), ", "))
		case !takesMany(said.Op) && len(said.Values) != 1:
			return nil, fmt.Errorf("keep_rows compares %s by %s with %d values, which takes one: in and not_in take several", said.Field, said.Op, len(said.Values))
		}
		one := Condition{Of: m, Students: onlyStudents, Op: said.Op, Values: unique(slices.Clone(said.Values))}
		one.Reason = codeOf(layer, said.Rule)
		all = append(all, one)
	}
	return all, nil
}

// comparable refuses fields whose values are no texts of their own.
func (e *Engine) comparable(m catalog.Member) error {
	entity, _ := e.entity(m.Entity)
	f, isField := entity.Field(m.Name)
	switch {
	case !entity.Served:
		return fmt.Errorf("keep_rows cannot ask for %s: %s are seen only inside other records", m, m.Entity)
	case m.Bag == catalog.Metadata:
		return nil
	case m.Bag != "" || !isField || f.Through != nil:
		return fmt.Errorf("keep_rows cannot ask for %s: name a field or a metadata key", m)
	case f.Class == catalog.Credential || slices.Contains([]catalog.Kind{catalog.Timestamp, catalog.Identifiers, catalog.Reference, catalog.References, catalog.Nested}, f.Kind):
		return fmt.Errorf("keep_rows cannot compare %s, which is of the kind %s: a scope says which orgs and courses are reached", m, f.Kind)
	}
	return nil
}

// Betrayed lists the conditions on what the app does not see as it is: that a record is
// there tells it.
func (d Decision) Betrayed() []Condition {
	return slices.DeleteFunc(slices.Clone(d.Keep), func(c Condition) bool {
		one := d.Entities[c.Of.Entity]
		if c.Of.Bag == catalog.Metadata {
			return one.Keys[c.Of.Name].Share
		}
		f := one.Fields[c.Of.Name]
		return f.Share && f.Mask == ""
	})
}
