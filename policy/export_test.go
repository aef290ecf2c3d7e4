package policy

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
	Guardrails     = guardrails
)

// Kept is the number of plans in the store.
func (p *Plans) Kept() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.young) + len(p.old)
}
