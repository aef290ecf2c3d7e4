package policy

import "context"

// What tests need of the engine's inside.
var (
	NewEngine      = newEngine
	BaseTerms      = baseTerms
	FactsModule    = factsModule
	Facts          = factsOf
	Base           = base
	EvaluationTime = evaluationTime
	LayerReasons   = layerReasons
	Presets        = presets
	NewTurn        = newTurn
	Take           = take[int]
	Guardrails     = guardrails
)

// DecideBase is what the base policy decides, before any layer.
func (e *Engine) DecideBase(ctx context.Context, in Input) (Decision, error) {
	return e.decideBase(ctx, in)
}

// LayerQuestion is what a policy is asked.
func (e *Engine) LayerQuestion(in Input, decision Decision) map[string]any {
	return e.layerQuestion(in, decision)
}

// Kept is the number of plans in the store.
func (p *Plans) Kept() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.young) + len(p.old)
}
