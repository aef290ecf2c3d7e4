package policy

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy/rego"
)

//go:embed base
var base embed.FS

// evaluationTime bounds one evaluation. It is wall clock, on a machine that may be busy
// with an import: a shorter one denies without a cause.
const evaluationTime = 2 * time.Second

// Engine decides. It always decides alike, and may be used by several goroutines.
type Engine struct {
	program        *rego.Program
	entities       []catalog.Entity
	reasons        reasons
	evaluationTime time.Duration
	appTerms       rego.Terms
	guardrailTerms rego.Terms
	ceilings       map[string]*rego.Document // by preset
	documents      documents
}

// New compiles the base policy and the ceilings. An error means that the program is broken.
func New() (*Engine, error) {
	rules, err := fs.Sub(base, "base")
	if err != nil {
		return nil, fmt.Errorf("open the base policy: %w", err)
	}
	e, err := newEngine(rules, catalog.Entities(), evaluationTime)
	if err != nil {
		return nil, err
	}
	e.ceilings, err = compileCeilings(e.appTerms)
	return e, err
}

// newEngine compiles the rules of a folder together with the facts of the
// entities.
func newEngine(rules fs.FS, entities []catalog.Entity, evaluationTime time.Duration) (*Engine, error) {
	files, err := source(rules)
	if err != nil {
		return nil, err
	}
	terms, err := baseTerms(entities)
	if err != nil {
		return nil, err
	}
	program, err := rego.Compile(files, terms, "data.rostergate.base.decision")
	if err != nil {
		return nil, fmt.Errorf("compile the base policy: %w", err)
	}
	own, err := layerTerms(entities, rego.AppPolicy(), appSchema)
	if err != nil {
		return nil, err
	}
	guarding, err := layerTerms(entities, rego.Guardrail(), guardrailSchema)
	if err != nil {
		return nil, err
	}
	return &Engine{
		program: program, entities: entities, reasons: annotated(append(program.Rules(), layerReasons()...)),
		evaluationTime: evaluationTime, appTerms: own, guardrailTerms: guarding,
	}, nil
}

// baseTerms are what the base policy is compiled under. The first line of the builtins is
// what operators and keywords are made of.
func baseTerms(entities []catalog.Entity) (rego.Terms, error) {
	schema, err := base.ReadFile("base/input.schema.json")
	if err != nil {
		return rego.Terms{}, fmt.Errorf("read the schema of the input: %w", err)
	}
	facts, err := factsModule(entities)
	return rego.Terms{Schema: string(schema), Facts: facts, Builtins: append(operators(), "concat", "count", "object.get", "object.keys")}, err
}

// operators lists the builtins that operators and keywords are made of.
func operators() []string {
	return []string{
		"assign", "eq", "equal", "neq", "lt", "lte", "gt", "gte", "internal.member_2", "internal.member_3", "and", "or", "minus",
	}
}

// source reads the Rego of a folder.
func source(folder fs.FS) (rego.Source, error) {
	names, err := fs.Glob(folder, "*.rego")
	if err != nil {
		return nil, fmt.Errorf("list the rules: %w", err)
	}
	files := rego.Source{}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read the rules: %w", err)
		}
		files[name] = string(text)
	}
	return files, nil
}

// annotated are the reasons that rules give: the code of each is its title.
func annotated(rules []rego.Rule) reasons {
	found := reasons{}
	for place, rule := range rules {
		found[rule.Title] = reason{place: place, sentence: rule.Description}
	}
	return found
}

// Decide answers what the app may see. An error is a denial whose cause is ours:
// it must be told apart from what the district decided, and never be kept.
func (e *Engine) Decide(ctx context.Context, in Input) (Decision, error) {
	if in.Now.IsZero() {
		return Decision{}, fmt.Errorf("decide for app %s: no time given", in.App.ID)
	}
	decision, err := e.decideBase(ctx, in)
	if err == nil {
		decision, err = e.narrow(ctx, in, decision)
	}
	if err != nil {
		return Decision{}, fmt.Errorf("decide for app %s: %w", in.App.ID, err)
	}
	return decision, nil
}

// decideBase is what the base policy decides.
func (e *Engine) decideBase(ctx context.Context, in Input) (Decision, error) {
	told, err := e.evaluate(ctx, question(in))
	if err != nil {
		return Decision{}, err
	}
	return e.judge(in, told)
}

// evaluate asks the rules.
func (e *Engine) evaluate(ctx context.Context, asked map[string]any) (verdict, error) {
	told, err := e.program.Ask(ctx, asked, rego.Bounds{Time: e.evaluationTime})
	if err != nil {
		return verdict{}, fmt.Errorf("evaluate the base policy: %w", err)
	}
	return readVerdict(told)
}
