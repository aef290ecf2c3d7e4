package policy

import (
	"context"

	"github.com/rostergate/rostergate/policy/rego"
)

// PolicyMoves reports whether a policy may answer otherwise later though nobody changes
// anything: on another day, or once an import brings keys and types or loses some. Where it
// cannot be told, it may. An error says nothing about the policy.
func (e *Engine) PolicyMoves(ctx context.Context, own Own) (bool, error) {
	return e.moves(ctx, own.Files, e.appTerms)
}

// GuardrailMoves is PolicyMoves of a guardrail. Those of the list go by the agreement at the
// most, whose days are known.
func (e *Engine) GuardrailMoves(ctx context.Context, g Guardrail) (bool, error) {
	if g.Kind != "" {
		return false, nil
	}
	return e.moves(ctx, g.Files, e.guardrailTerms)
}

func (e *Engine) moves(ctx context.Context, files rego.Source, terms rego.Terms) (bool, error) {
	document, err := e.documents.compile(ctx, files, terms)
	if rego.Passing(err) {
		return false, err
	}
	return err != nil || document.Moves(), nil // what does not compile may, as another build has it
}
