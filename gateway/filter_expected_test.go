package gateway_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// kind is what a name stands for, and whether it can be asked about at all.
func (m model) kind(name string) (catalog.Kind, bool) {
	first, rest, dotted := strings.Cut(name, ".")
	if first == string(catalog.Metadata) && dotted {
		return catalog.Text, true
	}
	f, ok := m.entity.Field(first)
	switch {
	case !ok || f.Class == catalog.Credential:
		return "", false
	case f.Kind.Refers():
		return catalog.ID, rest == "sourcedId"
	case f.Kind == catalog.Identifiers:
		return catalog.Text, rest == "type" || rest == "identifier"
	}
	return f.Kind, !dotted
}

// known reports whether the app has the name as it is. A filter cannot write names
// with blanks and operators.
func (m model) known(name string) bool {
	_, ok := m.kind(name)
	return ok && !m.unknown[name] && !slices.Contains(m.masked, name) && !strings.ContainsAny(name, " =!<>~'")
}

// of are the values that a record shows under a name.
func of(r gatewaytest.Record, name string) []string {
	first, rest, _ := strings.Cut(name, ".")
	if first == string(catalog.Metadata) {
		bag, _ := r[first].(map[string]any)
		value, ok := bag[rest].(string)
		if !ok {
			return nil
		}
		return []string{value}
	}
	switch value := r[first].(type) {
	case string:
		return []string{value}
	case map[string]any:
		return []string{fmt.Sprint(value[rest])}
	case []any:
		var all []string
		for _, item := range value {
			if object, ok := item.(map[string]any); ok {
				item = object[rest]
			}
			all = append(all, fmt.Sprint(item))
		}
		return all
	}
	return nil
}

// values are all that the records show under a name.
func (m model) values(name string) []string {
	if _, ok := m.kind(name); !ok {
		return nil
	}
	all := map[string]bool{}
	for _, r := range m.records {
		for _, value := range of(r, name) {
			all[value] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// fits reports whether the comparison makes sense for what the name stands for.
func (m model) fits(c comparison) bool {
	kind, _ := m.kind(c.name)
	if kind != catalog.Text && kind != catalog.List && (c.loose || strings.ContainsAny(c.value, "\t\n\r") || c.op != "~" && strings.TrimSpace(c.value) != c.value) {
		return false
	}
	switch kind {
	case catalog.Boolean:
		word := strings.ToLower(c.value)
		return (c.op == "=" || c.op == "!=") && (word == "true" || word == "false")
	case catalog.Date, catalog.Timestamp:
		return c.op != "~" && !c.at.IsZero()
	}
	return true
}

func (m model) meets(r gatewaytest.Record, c comparison) bool {
	kind, _ := m.kind(c.name)
	return slices.ContainsFunc(of(r, c.name), func(value string) bool {
		switch kind {
		case catalog.Date, catalog.Timestamp:
			at, err := time.Parse(time.RFC3339Nano, value)
			if err != nil {
				at, _ = time.Parse(time.DateOnly, value)
			}
			return compared(c.op, at.Compare(c.at))
		case catalog.Boolean:
			return compared(c.op, strings.Compare(value, strings.ToLower(c.value)))
		case catalog.Text, catalog.List:
			if c.op == "=" || c.op == "!=" || c.op == "~" {
				return textual(c.op, lowered(value), lowered(c.value))
			}
		}
		return textual(c.op, value, c.value)
	})
}

// lowered folds the case of the letters that the words have.
func lowered(text string) string { return strings.ToLower(strings.ToUpper(text)) }

func textual(op, value, given string) bool {
	if op == "~" {
		return strings.Contains(value, given)
	}
	return compared(op, strings.Compare(value, given))
}

func compared(op string, order int) bool {
	return map[string]bool{"=": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]
}

// expected are the records that should come, in their order; it is false where
// the query should be refused.
func (m model) expected(q query) ([]string, bool) {
	for _, group := range q.groups {
		for _, c := range group {
			if !m.known(c.name) || !m.fits(c) {
				return nil, false
			}
		}
	}
	met := slices.DeleteFunc(slices.Clone(m.records), func(r gatewaytest.Record) bool {
		return len(q.groups) > 0 && !slices.ContainsFunc(q.groups, func(group []comparison) bool {
			return !slices.ContainsFunc(group, func(c comparison) bool { return !m.meets(r, c) })
		})
	})
	f, isField := m.entity.Field(q.sort)
	several := f.Kind.Refers() || f.Kind == catalog.List || f.Kind == catalog.Tokens || f.Kind == catalog.Identifiers
	if isField && !several && m.known(q.sort) {
		slices.SortFunc(met, func(a, b gatewaytest.Record) int { return ordered(a, b, q) })
	}
	return idsOf(met), true
}

func ordered(a, b gatewaytest.Record, q query) int {
	x, y := of(a, q.sort), of(b, q.sort)
	order := 0
	switch {
	case x == nil && y == nil:
	case x == nil:
		return 1
	case y == nil:
		return -1
	default:
		order = strings.Compare(x[0], y[0])
	}
	if q.backwards {
		order = -order
	}
	if order == 0 {
		return strings.Compare(a.ID(), b.ID())
	}
	return order
}

// telling reports whether a query is a filter that keeps some of the records and
// not all: only then can it keep wrong ones, or too few.
func (m model) telling(q query) bool {
	wanted, fine := m.expected(q)
	return fine && len(q.groups) > 0 && len(wanted) > 0 && len(wanted) < len(m.records)
}
