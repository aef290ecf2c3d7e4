package policy

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/rostergate/rostergate/catalog"
)

//go:embed base
var base embed.FS

// evaluationTime bounds one evaluation. It is wall clock, on a machine that may be busy
// with an import: a shorter one denies without a cause.
const evaluationTime = 2 * time.Second

// Engine decides. It is immutable and may be used by several goroutines.
type Engine struct {
	query          rego.PreparedEvalQuery
	entities       []catalog.Entity
	reasons        reasons
	evaluationTime time.Duration
}

// New compiles the base policy. An error means that the program is broken.
func New() (*Engine, error) {
	rules, err := fs.Sub(base, "base")
	if err != nil {
		return nil, fmt.Errorf("open the base policy: %w", err)
	}
	return newEngine(rules, catalog.Entities(), evaluationTime)
}

// newEngine compiles the rules of a folder together with the facts of the
// entities.
func newEngine(rules fs.FS, entities []catalog.Entity, evaluationTime time.Duration) (*Engine, error) {
	modules, err := parse(rules, entities)
	if err != nil {
		return nil, err
	}
	compiler, err := newCompiler()
	if err != nil {
		return nil, err
	}
	if compiler.Compile(modules); compiler.Failed() {
		return nil, fmt.Errorf("compile the base policy: %w", compiler.Errors)
	}
	query, err := rego.New(
		rego.Compiler(compiler),
		rego.Query("data.rostergate.base.decision"),
		rego.StrictBuiltinErrors(true),
	).PrepareForEval(context.Background())
	if err != nil {
		return nil, fmt.Errorf("prepare the base policy: %w", err)
	}
	return &Engine{query: query, entities: entities, reasons: annotated(modules), evaluationTime: evaluationTime}, nil
}

// newCompiler is strict, knows the form of the input, and has no builtin that
// could look outside or make memory out of little.
func newCompiler() (*ast.Compiler, error) {
	text, err := base.ReadFile("base/input.schema.json")
	if err != nil {
		return nil, fmt.Errorf("read the schema of the input: %w", err)
	}
	var schema any
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, fmt.Errorf("read the schema of the input: %w", err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, schema)
	return ast.NewCompiler().WithCapabilities(capabilities()).WithSchemas(schemas).WithStrict(true), nil
}

// capabilities lists what rules may use. The first line is what operators and
// keywords are made of.
func capabilities() *ast.Capabilities {
	allowed := []string{
		"assign", "eq", "equal", "neq", "lt", "lte", "gt", "gte", "internal.member_2", "internal.member_3", "and", "or", "minus",
		"concat", "count", "object.get", "object.keys",
	}
	all := ast.CapabilitiesForThisVersion()
	return &ast.Capabilities{
		Builtins: slices.DeleteFunc(all.Builtins, func(b *ast.Builtin) bool {
			return !slices.Contains(allowed, b.Name)
		}),
		FutureKeywords: all.FutureKeywords,
		Features:       all.Features,
		AllowNet:       []string{},
	}
}

// parse reads every rule file of a folder, tests apart.
func parse(rules fs.FS, entities []catalog.Entity) (map[string]*ast.Module, error) {
	facts, err := factsModule(entities)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{"catalog.rego": facts}
	names, err := fs.Glob(rules, "*.rego")
	if err != nil {
		return nil, fmt.Errorf("list the base policy: %w", err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.rego") {
			continue
		}
		text, err := fs.ReadFile(rules, name)
		if err != nil {
			return nil, fmt.Errorf("read the base policy: %w", err)
		}
		texts[name] = string(text)
	}
	return parseTexts(texts)
}

func parseTexts(texts map[string]string) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	options := ast.ParserOptions{ProcessAnnotation: true, Capabilities: capabilities(), RegoVersion: ast.RegoV1}
	for name, text := range texts {
		module, err := ast.ParseModuleWithOpts(path.Join("base", name), text, options)
		if err != nil {
			return nil, fmt.Errorf("parse the base policy: %w", err)
		}
		modules[name] = module
	}
	return modules, nil
}

// annotated collects the rules that give reasons: those whose annotation has a
// description and a title, which is the code.
func annotated(modules map[string]*ast.Module) reasons {
	found := reasons{}
	for _, module := range modules {
		for _, note := range module.Annotations {
			if note.Scope == "rule" && note.Title != "" {
				found[note.Title] = reason{file: note.Location.File, row: note.Location.Row, sentence: strings.TrimSpace(note.Description)}
			}
		}
	}
	return found
}

// Decide answers what the app may see. An error is a denial whose cause is ours:
// it must be told apart from what the district decided, and never be kept.
func (e *Engine) Decide(ctx context.Context, in Input) (Decision, error) {
	if in.Now.IsZero() {
		return Decision{}, fmt.Errorf("decide for app %s: no time given", in.App.ID)
	}
	told, err := e.evaluate(ctx, question(in))
	if err != nil {
		return Decision{}, fmt.Errorf("decide for app %s: %w", in.App.ID, err)
	}
	decision, err := e.judge(in, told)
	if err != nil {
		return Decision{}, fmt.Errorf("decide for app %s: %w", in.App.ID, err)
	}
	return decision, nil
}

// evaluate asks the rules.
func (e *Engine) evaluate(ctx context.Context, asked map[string]any) (verdict, error) {
	if err := ctx.Err(); err != nil {
		return verdict{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, e.evaluationTime)
	defer cancel()
	input, err := ast.InterfaceToValue(asked)
	if err != nil {
		return verdict{}, fmt.Errorf("render the input: %w", err)
	}
	results, err := e.query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		return verdict{}, fmt.Errorf("evaluate the base policy: %w", err)
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return verdict{}, errors.New("evaluate the base policy: the decision is undefined")
	}
	return readVerdict(results[0].Expressions[0].Value)
}
