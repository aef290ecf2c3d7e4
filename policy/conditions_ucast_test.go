package policy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/rego/compile"
	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/policy"
)

// asRego is a condition on the column c of the table users, as OPA's data filters have it.
func asRego(c policy.Condition, column string) string {
	field := "input.users." + column
	list, _ := json.Marshal(c.Values)
	switch c.Op {
	case "in":
		return fmt.Sprintf("%s in %s", field, list)
	case "not_in":
		return fmt.Sprintf("not %s in %s", field, list)
	case "startswith":
		return fmt.Sprintf("startswith(%s, %q)", field, c.Values[0])
	}
	sign := map[string]string{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}[c.Op]
	return fmt.Sprintf("%s %s %q", field, sign, c.Values[0])
}

// ucast compiles conditions, all of which must hold, to a tree of UCAST; nil is nobody.
func ucast(t *rapid.T, conditions []policy.Condition) any {
	var rules strings.Builder
	rules.WriteString("package filters\n\ninclude if {\n")
	for i, c := range conditions {
		rules.WriteString("\t" + asRego(c, fmt.Sprintf("c%d", i)) + "\n")
	}
	rules.WriteString("}\n")
	prepared, err := compile.New(
		compile.Target("ucast", "all"),
		compile.ParsedQuery(ast.MustParseBody("data.filters.include")),
		compile.ParsedUnknowns(ast.MustParseTerm("input.users")),
		compile.Rego(rego.Module("filters.rego", rules.String())),
	).Prepare(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, rules.String())
	}
	filters, err := prepared.Compile(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, rules.String())
	}
	text, err := json.Marshal(filters.One().Query)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// truth is of three values: a comparison with what is missing is neither true nor false.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// weigh evaluates a tree for a row, as a database would.
func weigh(t *rapid.T, tree any, row map[string]string) truth {
	node, ok := tree.(map[string]any)
	if !ok {
		t.Fatalf("no node of UCAST: %v", tree)
	}
	if len(node) == 0 {
		return yes
	}
	operator := node["operator"].(string)
	if node["type"] == "compound" {
		parts, result := node["value"].([]any), map[string]truth{"and": yes, "or": no, "not": yes}[operator]
		for _, part := range parts {
			one := weigh(t, part, row)
			switch operator {
			case "and":
				result = min(result, one)
			case "or":
				result = max(result, one)
			case "not":
				result = yes - one
			default:
				t.Fatalf("an operator of which nothing is known: %v", node)
			}
		}
		return result
	}
	value, has := row[strings.TrimPrefix(node["field"].(string), "users.")]
	if !has {
		return unknown
	}
	if operator == "in" || operator == "nin" {
		listed := slices.Contains(node["value"].([]any), any(value))
		return truthOf(listed == (operator == "in"))
	}
	wanted, _ := node["value"].(string)
	order := strings.Compare(value, wanted)
	holds, known := map[string]bool{
		"eq": order == 0, "ne": order != 0, "lt": order < 0, "lte": order <= 0, "gt": order > 0, "gte": order >= 0,
		"le": order <= 0, "ge": order >= 0, "startswith": strings.HasPrefix(value, wanted),
	}[operator]
	if !known {
		t.Fatalf("an operator of which nothing is known: %v", node)
	}
	return truthOf(holds)
}

// Open Policy Agent can translate rules to filters of a database by itself. Conditions are
// a smaller language with an evaluation of our own; where both can say the same, they mean
// the same rows.
func TestConditionsKeepTheRowsThatTheDataFiltersOfOPAKeep(t *testing.T) {
	words := []string{"", "03", "09", "10", "KG", "es", "2014-01-01", "2014-12-31", "true", "Ω"}
	kept, left := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var conditions []policy.Condition
		for range rapid.IntRange(1, 3).Draw(t, "conditions") {
			op := rapid.SampledFrom(policy.RowOperators()).Draw(t, "operator")
			least, most := 1, 1
			if op == "in" || op == "not_in" {
				most = 3
			}
			conditions = append(conditions, policy.Condition{Op: op, Values: rapid.SliceOfN(rapid.SampledFrom(words), least, most).Draw(t, "values")})
		}
		tree := ucast(t, conditions)
		for range 20 {
			row, meets := map[string]string{}, true
			for i, c := range conditions {
				var values []string
				if rapid.IntRange(0, 5).Draw(t, "missing") > 0 {
					values = []string{rapid.SampledFrom(words).Draw(t, "value")}
					row[fmt.Sprintf("c%d", i)] = values[0]
				}
				meets = meets && c.Meets(values)
			}
			if theirs := tree != nil && weigh(t, tree, row) == yes; theirs != meets {
				t.Fatalf("%v keeps %v: %v, and by the data filter %v:\n%v", conditions, row, meets, theirs, tree)
			}
			if meets {
				kept++
			} else {
				left++
			}
		}
	})
	if kept == 0 || left == 0 {
		t.Errorf("%d rows are kept and %d are not: the test has lost its meaning", kept, left)
	}
}
