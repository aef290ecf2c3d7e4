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
	"github.com/open-policy-agent/opa/v1/rego"
)

// Source is the text of rules by the name of their file. A file whose name ends in
// _test.rego holds tests.
type Source map[string]string

// Terms are what rules are compiled under.
type Terms struct {
	Schema   string   // of the input, JSON Schema; what it does not name is an error
	Builtins []string // that rules may use
	Facts    string   // a module of package rostergate that rules may read
	Form     Form     // of a document; the zero Form where the rules are none
}

// Rule is a rule with an annotation.
type Rule struct {
	Title       string
	Description string
	File        string
	Row         int // of the annotation, from 1
}

// Program is a set of rules, compiled. It is immutable and may be used by several
// goroutines.
type Program struct {
	query    rego.PreparedEvalQuery
	compiler *ast.Compiler
	rules    []Rule
}

// Compile compiles the files, tests apart, to be asked for the document at ref, as
// "data.rostergate.base.decision". An error that the author of the rules can mend is of
// Problems.
func Compile(files Source, terms Terms, ref string) (*Program, error) {
	modules, err := parse(files, terms, isRules)
	if err != nil {
		return nil, err
	}
	return compile(modules, terms, ref)
}

func isRules(file string) bool { return !strings.HasSuffix(file, "_test.rego") }

func compile(modules map[string]*ast.Module, terms Terms, ref string) (*Program, error) {
	rules := annotated(modules)
	compiler, err := newCompiler(terms)
	if err != nil {
		return nil, err
	}
	if compiler.Compile(modules); compiler.Failed() {
		return nil, problemsOf(compiler.Errors)
	}
	query, err := rego.New(rego.Compiler(compiler), rego.Query(ref), rego.StrictBuiltinErrors(true)).PrepareForEval(context.Background())
	if err != nil {
		return nil, fmt.Errorf("prepare the rules: %w", err)
	}
	return &Program{query: query, compiler: compiler, rules: rules}, nil
}

// newCompiler is strict, knows the form of the input, and has no builtin but those that
// the terms allow: none of them looks outside or makes much memory out of little.
func newCompiler(terms Terms) (*ast.Compiler, error) {
	var schema any
	if err := json.Unmarshal([]byte(terms.Schema), &schema); err != nil {
		return nil, fmt.Errorf("read the schema of the input: %w", err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, schema)
	return ast.NewCompiler().WithCapabilities(terms.capabilities()).WithSchemas(schemas).WithStrict(true), nil
}

func (t Terms) capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	return &ast.Capabilities{
		Builtins: slices.DeleteFunc(all.Builtins, func(b *ast.Builtin) bool {
			return !slices.Contains(t.Builtins, b.Name)
		}),
		FutureKeywords: all.FutureKeywords,
		Features:       slices.DeleteFunc(all.Features, func(feature string) bool { return strings.Contains(feature, "v2") }),
		AllowNet:       []string{},
	}
}

// parse reads the files that are wanted, and the facts beside them.
func parse(files Source, terms Terms, wanted func(file string) bool) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	var problems Problems
	options := ast.ParserOptions{ProcessAnnotation: true, Capabilities: terms.capabilities(), RegoVersion: ast.RegoV1}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if !wanted(file) {
			continue
		}
		module, err := ast.ParseModuleWithOpts(file, files[file], options)
		if err != nil {
			problems = append(problems, problemsOf(err)...)
			continue
		}
		modules[file] = module
	}
	if len(problems) > 0 {
		return nil, problems
	}
	if terms.Facts != "" {
		facts, err := ast.ParseModuleWithOpts(factsFile, terms.Facts, options)
		if err != nil {
			return nil, fmt.Errorf("parse the facts: %w", err)
		}
		modules[factsFile] = facts
	}
	return modules, nil
}

// factsFile is no name that a file of rules can have.
const factsFile = "(facts)"

// annotated collects the rules whose annotation has a title, in the order in which they
// are written: by file, then from top to bottom.
func annotated(modules map[string]*ast.Module) []Rule {
	var rules []Rule
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		for _, note := range modules[file].Annotations {
			if note.Scope == "rule" && note.Title != "" {
				rules = append(rules, Rule{
					Title: note.Title, Description: strings.TrimSpace(note.Description), File: file, Row: note.Location.Row,
				})
			}
		}
	}
	return rules
}

// Rules lists the annotated rules in the order in which they are written.
func (p *Program) Rules() []Rule { return slices.Clone(p.rules) }

// Ask evaluates the program for an input of Go's maps, slices and scalars, and returns
// the document in the same form. ErrUndefined says that there is none. A Bound that was
// met, and a context that ended, say nothing about the rules. Any other error is theirs.
func (p *Program) Ask(ctx context.Context, asked map[string]any, bounds Bounds) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	input, err := ast.InterfaceToValue(asked)
	if err != nil {
		return nil, fmt.Errorf("render the input: %w", err)
	}
	ctx, meter, done := bounds.begin(ctx)
	defer done()
	results, err := p.query.Eval(ctx, append(meter.options(), rego.EvalParsedInput(input))...)
	switch {
	case err != nil && meter.met() != nil:
		return nil, meter.met()
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		return nil, fmt.Errorf("evaluate the rules: %w", ctx.Err()) // who asked is gone
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("%w: %w", errTime, ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("evaluate the rules: %w", err)
	case len(results) != 1 || len(results[0].Expressions) != 1:
		return nil, ErrUndefined
	}
	return results[0].Expressions[0].Value, nil
}

// ErrUndefined says that rules gave no answer.
var ErrUndefined = errors.New("the rules give no answer for this input")
