package policy

import (
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// openings are the scopes of tokens that open each entity, as the base policy is told them.
func openings(entities []catalog.Entity) map[string][]catalog.TokenScope {
	opening := map[string][]catalog.TokenScope{}
	for plural, known := range factsOf(entities).Entities {
		opening[plural] = known.Scopes
	}
	return opening
}

// ofEveryScope is the question of a token that holds every scope. A policy is told what is
// shared: if that were what a token's scopes leave, an app would choose by its token what
// its own policy knows, and escape a rule that hides one field where it is given another.
// Whoever holds no scope that is known is asked about as they are, and denied.
func ofEveryScope(in Input) Input {
	if TokenScopeSetOf(in.TokenScopes) != 0 {
		in.TokenScopes = catalog.TokenScopes()
	}
	return in
}

// scopeNotHeld is the rule of the base policy that says so, the last that closes an entity.
const scopeNotHeld = "scope_not_held"

// openedTo leaves of what was decided for every scope the entities that those held open.
// The conditions stay: they are on who is reached, and not on what is shown of them.
func (e *Engine) openedTo(decision Decision, held []catalog.TokenScope) Decision {
	decision.Entities = maps.Clone(decision.Entities)
	for plural, one := range decision.Entities {
		opens := func(scope catalog.TokenScope) bool { return slices.Contains(held, scope) }
		if one.Allow && !slices.ContainsFunc(e.opening[plural], opens) {
			decision.Entities[plural] = closedWhole(one, scopeNotHeld)
		}
	}
	return decision
}

// closedWhole is an entity of which nothing is shared, for one reason.
func closedWhole(one EntityDecision, reason string) EntityDecision {
	closed := EntityDecision{Reason: reason, Fields: map[string]FieldDecision{}}
	for name := range one.Fields {
		closed.Fields[name] = FieldDecision{Reason: reason}
	}
	members := func(of map[string]MemberDecision) map[string]MemberDecision {
		if of == nil {
			return nil
		}
		all := map[string]MemberDecision{}
		for name := range of {
			all[name] = MemberDecision{Reason: reason}
		}
		return all
	}
	closed.Keys, closed.Types = members(one.Keys), members(one.Types)
	return closed
}
