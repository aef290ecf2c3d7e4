package policy

import (
	"context"
	"errors"
	"time"

	"github.com/rostergate/rostergate/policy/rego"
)

// Check compiles a policy of an app with its tests, and runs none. What its author has to
// mend is of rego.Problems. So is a name that the catalog does not have: the policy is
// asked once about an app that is granted everything.
func (e *Engine) Check(ctx context.Context, files rego.Source) error {
	return e.check(ctx, files, e.appTerms, e.layerQuestion)
}

// CheckGuardrail is Check of a guardrail that the district wrote.
func (e *Engine) CheckGuardrail(ctx context.Context, files rego.Source) error {
	return e.check(ctx, files, e.guardrailTerms, func(in Input, decision Decision) map[string]any {
		return e.guardrailQuestion(in, Guardrail{}, decision)
	})
}

func (e *Engine) check(ctx context.Context, files rego.Source, terms rego.Terms, question func(Input, Decision) map[string]any) error {
	if err := rego.CheckDocument(files, terms); err != nil {
		return err
	}
	document, err := e.documents.compile(files, terms)
	if err != nil {
		return err
	}
	in := e.everything()
	told, err := document.Ask(ctx, question(in, e.shared(in)), e.bounds())
	if err == nil {
		_, err = e.cutOf(told, document.OnlyRule())
	}
	if err == nil {
		_, err = e.conditionsOf(AppPolicy, told)
	}
	if err != nil && !rego.Passing(err) {
		err = rego.Problems{{Says: err.Error()}}
	}
	return err
}

// Test checks a policy of an app and runs the tests that come with it, as it would be
// asked for an app. Errors are those of Check; tests that take more than they may are of
// rego.Problems, too.
func (e *Engine) Test(ctx context.Context, files rego.Source) (rego.Report, error) {
	if err := e.Check(ctx, files); err != nil {
		return rego.Report{}, err
	}
	return e.test(ctx, files, e.appTerms)
}

// TestGuardrail is Test of a guardrail that the district wrote.
func (e *Engine) TestGuardrail(ctx context.Context, files rego.Source) (rego.Report, error) {
	if err := e.CheckGuardrail(ctx, files); err != nil {
		return rego.Report{}, err
	}
	return e.test(ctx, files, e.guardrailTerms)
}

func (e *Engine) test(ctx context.Context, files rego.Source, terms rego.Terms) (rego.Report, error) {
	report, err := rego.Test(ctx, files, terms, rego.Bounds{Time: testTime, Steps: testSteps, Memory: mostMemory})
	if ctx.Err() == nil && (errors.Is(err, rego.ErrSteps) || rego.Passing(err)) {
		err = rego.Problems{{Says: "the tests did not end: " + err.Error()}}
	}
	return report, err
}

// everything is an app that is granted every field of every entity.
func (e *Engine) everything() Input {
	in := Input{App: AppState{ID: "everything", State: Enabled}, Now: time.Unix(0, 0), Grant: Grant{Entities: map[string]EntityGrant{}, Scope: Everyone()}}
	for _, entity := range e.entities {
		granted := EntityGrant{Open: true}
		for _, f := range entity.Fields {
			granted.Fields = append(granted.Fields, f.Name)
		}
		in.Grant.Entities[entity.Plural] = granted
	}
	return in
}

// shared is a decision that shares what a grant ticks, whatever speaks against it.
func (e *Engine) shared(in Input) Decision {
	decision := Decision{Allow: true, Entities: map[string]EntityDecision{}}
	for plural, granted := range in.Grant.Entities {
		one := EntityDecision{Allow: granted.Open, Fields: map[string]FieldDecision{}}
		for _, name := range granted.Fields {
			one.Fields[name] = FieldDecision{Share: true}
		}
		decision.Entities[plural] = one
	}
	return decision
}

// bounds are those of one question to an app's policy.
func (e *Engine) bounds() rego.Bounds {
	return rego.Bounds{Time: e.evaluationTime, Steps: mostSteps, Memory: mostMemory}
}

// The tests of a policy ask it many times.
const (
	testTime  = 10 * time.Second // by the clock
	testSteps = 16 * mostSteps
)
