package rego

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Told is what a document says of one input.
type Told struct {
	Only     []Said // nothing but these, where OnlySet
	OnlySet  bool
	Hide     []Said
	Mask     []Masked
	KeepRows []Condition
}

// Said is a name, and the rule that said it.
type Said struct {
	Name string
	Rule Rule // without a title where the rule has no annotation
}

// Masked is a name, the mask that it gets, and the rule that said so.
type Masked struct {
	Said
	Mask string
}

// Condition is one of keep_rows: a field, an operator, and the values that it is held
// against. An empty list of values is met by nobody.
type Condition struct {
	Field  string
	Op     string
	Values []string
	Rule   Rule
}

func (d *Document) read(answers map[string]any) (told Told, err error) {
	said := func(verb string) (all []Said, err error) {
		names, err := namesOf(verb, answers[verb])
		for _, name := range names {
			all = append(all, Said{Name: name, Rule: d.sayer(verb, answers, func(part any) bool { return tells(part, name) })})
		}
		return all, err
	}
	if told.OnlySet = d.defines[Only]; told.OnlySet {
		if told.Only, err = said(Only); err != nil {
			return Told{}, err
		}
	}
	if told.Hide, err = said(Hide); err != nil {
		return Told{}, err
	}
	if told.Mask, err = d.masked(answers); err != nil {
		return Told{}, err
	}
	told.KeepRows, err = d.conditions(answers)
	return told, err
}

// sayer is the first rule of a verb whose own part tells the same.
func (d *Document) sayer(verb string, answers map[string]any, tells func(part any) bool) Rule {
	for _, p := range d.parts {
		if p.verb == verb && tells(answers[p.copied]) {
			return p.rule
		}
	}
	return Rule{}
}

func tells(part any, name string) bool {
	switch part := part.(type) {
	case []any:
		return slices.Contains(part, any(name))
	case map[string]any:
		_, ok := part[name]
		return ok
	}
	return false
}

// namesOf reads a set of names.
func namesOf(verb string, value any) ([]string, error) {
	if value == nil {
		return nil, nil
	}
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is no set of names: write it as `%s contains \"users.email\" if ...`", verb, verb)
	}
	names := []string{}
	for _, item := range items {
		name, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("%s contains what is no name: names are texts, as \"users.email\"", verb)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

func (d *Document) masked(answers map[string]any) ([]Masked, error) {
	if answers[Mask] == nil {
		return nil, nil
	}
	items, ok := answers[Mask].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("mask is no object of names and masks: write it as `mask[\"users.familyName\"] := \"initial\"`")
	}
	var all []Masked
	for _, name := range slices.Sorted(maps.Keys(items)) {
		mask, ok := items[name].(string)
		if !ok {
			return nil, fmt.Errorf("mask gives %q what is no mask: masks are texts, as \"initial\"", name)
		}
		all = append(all, Masked{Said{name, d.sayer(Mask, answers, func(part any) bool { return tells(part, name) })}, mask})
	}
	return all, nil
}

func (d *Document) conditions(answers map[string]any) ([]Condition, error) {
	if answers[KeepRows] == nil {
		return nil, nil
	}
	items, ok := answers[KeepRows].([]any)
	if !ok {
		return nil, fmt.Errorf("keep_rows is no set: write it as `keep_rows contains {\"field\": \"users.grades\", \"op\": \"in\", \"value\": [\"09\"]}`")
	}
	var all []Condition
	for _, item := range items {
		one, err := conditionOf(item)
		if err != nil {
			return nil, err
		}
		one.Rule = d.sayer(KeepRows, answers, func(part any) bool {
			list, _ := part.([]any)
			return slices.ContainsFunc(list, func(other any) bool { return same(item, other) })
		})
		all = append(all, one)
	}
	return all, nil
}

func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// conditionOf reads {field, op, value}, where value is a text, a truth or a list of texts.
func conditionOf(item any) (Condition, error) {
	var read struct {
		Field *string `json:"field"`
		Op    *string `json:"op"`
		Value any     `json:"value"`
	}
	object, ok := item.(map[string]any)
	text, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	named := true // exactly so: encoding/json would take Field, too
	for _, name := range []string{"field", "op", "value"} {
		_, has := object[name]
		named = named && has
	}
	if !ok || err != nil || !named || len(object) != 3 || read.Field == nil || read.Op == nil {
		return Condition{}, errors.New("a condition of keep_rows has field, op and value, and nothing else: {\"field\": \"users.grades\", \"op\": \"in\", \"value\": [\"09\"]}")
	}
	one := Condition{Field: *read.Field, Op: *read.Op, Values: []string{}}
	values, isList := read.Value.([]any)
	if !isList {
		values = []any{read.Value}
	}
	for _, value := range values {
		switch value := value.(type) {
		case string:
			one.Values = append(one.Values, value)
		case bool:
			one.Values = append(one.Values, fmt.Sprint(value))
		default:
			return Condition{}, fmt.Errorf("the value of a condition on %s is neither a text, nor true or false, nor a list of these", one.Field)
		}
	}
	return one, nil
}
