package rego

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// The rules that a policy of an app may have.
const (
	Only     = "only"      // a set of names: nothing but these is shared
	Hide     = "hide"      // a set of names: none of these is shared
	Mask     = "mask"      // an object of a name and its mask
	KeepRows = "keep_rows" // a set of {field, op, value}, which all must hold
)

func verbs() []string { return []string{Only, Hide, Mask, KeepRows} }

// Form is what a document has to look like.
type Form struct {
	Package string   // that of its tests is TestPackage
	Name    string   // as problems call it: "policy"
	Article string   // with more words: "an app's policy"
	Verbs   []string // the rules that it may have
}

// AppPolicy is the form of a policy of an app.
func AppPolicy() Form {
	return Form{Package: "rostergate.app", Name: "policy", Article: "an app's policy", Verbs: verbs()}
}

// Guardrail is the form of a rule of the district: it takes away, and keeps no records out.
func Guardrail() Form {
	return Form{Package: "rostergate.guardrail", Name: "guardrail", Article: "a guardrail", Verbs: []string{Only, Hide, Mask}}
}

// TestPackage is the package of its tests.
func (f Form) TestPackage() string { return f.Package + "_test" }

// Document is a policy of one app, or a guardrail, compiled. It is immutable and may be used by several
// goroutines.
type Document struct {
	program *Program
	defines map[string]bool // the verbs that it has
	parts   []part
}

// part is one rule of a verb, beside the whole that all rules of the verb make up. It
// tells which rule said a name.
type part struct {
	verb, copied string
	rule         Rule
}

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

// CompileDocument compiles a document of the form of the terms, tests apart. What its author has to mend is
// of Problems.
func CompileDocument(files Source, terms Terms) (*Document, error) {
	if problems := outer(files, terms.Form); len(problems) > 0 {
		return nil, problems
	}
	modules, err := parse(files, terms, isRules)
	if err != nil {
		return nil, err
	}
	if problems := terms.Form.check(modules); len(problems) > 0 {
		return nil, problems
	}
	d := &Document{defines: map[string]bool{}}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		if file != factsFile {
			d.takeApart(file, modules[file], terms.Form)
		}
	}
	if d.program, err = compile(modules, terms, "data."+terms.Form.Package); err != nil {
		return nil, err
	}
	if problems := terms.Form.references(d.program.compiler); len(problems) > 0 {
		return nil, problems
	}
	return d, nil
}

// takeApart puts beside each rule of a verb a copy with a name of its own.
func (d *Document) takeApart(file string, module *ast.Module, form Form) {
	notes := map[int]Rule{}
	for _, rule := range annotated(map[string]*ast.Module{file: module}) {
		notes[rule.Row] = rule
	}
	for _, rule := range slices.Clone(module.Rules) {
		verb := verbOf(rule)
		d.defines[verb] = true
		if rule.Default || !slices.Contains(form.Verbs, verb) {
			continue
		}
		p := part{verb: verb, copied: fmt.Sprintf("%s%d", copiedPrefix, len(d.parts)), rule: Rule{File: file, Row: rule.Location.Row}}
		for _, note := range rule.Annotations {
			if known, ok := notes[note.Location.Row]; ok {
				p.rule = known
			}
		}
		d.parts = append(d.parts, p)
		module.Rules = append(module.Rules, renamed(rule, p.copied))
	}
}

// copiedPrefix begins the names of copied rules, and no other.
const copiedPrefix = "rostergate_rule_"

func verbOf(rule *ast.Rule) string { return strings.Trim(rule.Head.Ref()[0].String(), `"`) }

// renamed is a copy of a rule, with its else branches, under another name.
func renamed(rule *ast.Rule, name string) *ast.Rule {
	whole := rule.Copy()
	whole.Annotations = nil
	for r := whole; r != nil; r = r.Else {
		r.Head.Name = ast.Var(name)
		if len(r.Head.Reference) > 0 {
			r.Head.Reference[0] = ast.VarTerm(name)
		}
	}
	return whole
}

// Ask asks the document. Passing says of an error whether it may be gone the next time;
// where it is not, the document is wrong for this input.
func (d *Document) Ask(ctx context.Context, input map[string]any, bounds Bounds) (Told, error) {
	value, err := d.program.Ask(ctx, input, bounds)
	if err != nil {
		return Told{}, err
	}
	answers, ok := value.(map[string]any)
	if !ok {
		return Told{}, ErrUndefined
	}
	for _, verb := range verbs() {
		if _, told := answers[verb]; d.defines[verb] && !told {
			return Told{}, fmt.Errorf("%s: %w", verb, ErrUndefined)
		}
	}
	return d.read(answers)
}

// Passing reports whether an error of Ask says nothing about the document.
func Passing(err error) bool {
	return errors.Is(err, errTime) || errors.Is(err, errMemory) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
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

// Rules lists the annotated rules in the order in which they are written.
func (d *Document) Rules() []Rule { return d.program.Rules() }

// OnlyRule is the rule that closes what only does not name: the first of them.
func (d *Document) OnlyRule() Rule {
	for _, p := range d.parts {
		if p.verb == Only {
			return p.rule
		}
	}
	return Rule{}
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
	if !ok || err != nil || len(object) != 3 || read.Field == nil || read.Op == nil {
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
