package rego

import (
	"context"
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
	says    []Literal
	moves   bool
}

// Literals lists what the heads of its rules say in so many words.
func (d *Document) Literals() []Literal { return slices.Clone(d.says) }

// part is one rule of a verb, beside the whole that all rules of the verb make up. It
// tells which rule said a name.
type part struct {
	verb, copied string
	rule         Rule
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
	if problems := size(modules); len(problems) > 0 {
		return nil, problems
	}
	slips, err := misread(modules, terms)
	if err != nil {
		return nil, err
	}
	d := &Document{defines: map[string]bool{}, moves: moves(modules, terms.Form)}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		if file != factsFile {
			d.says = append(d.says, literalsOf(modules[file])...)
			d.takeApart(file, modules[file], terms.Form)
		}
	}
	if d.program, err = compile(modules, terms, "data."+terms.Form.Package); err != nil {
		return nil, asWritten(files, terms, err)
	}
	if problems := append(slips, terms.Form.references(d.program.compiler)...); len(problems) > 0 {
		return nil, problems
	}
	return d, nil
}

// asWritten is what is wrong with rules that nobody took apart, for their author knows
// nothing of copies.
func asWritten(files Source, terms Terms, err error) error {
	modules, again := parse(files, terms, isRules)
	if again == nil {
		_, again = compile(modules, terms, "data."+terms.Form.Package)
	}
	if again != nil {
		return again
	}
	return err
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
		value, told := answers[verb]
		if d.defines[verb] && !told {
			return Told{}, fmt.Errorf("%s: %w", verb, ErrUndefined)
		}
		if told && value == nil {
			return Told{}, fmt.Errorf("%s is null, which says nothing: write what it names, or leave the rule out", verb)
		}
	}
	return d.read(answers)
}

// Passing reports whether an error of Ask says nothing about the document.
func Passing(err error) bool {
	return errors.Is(err, errTime) || errors.Is(err, errMemory) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
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
