// Package guardrails keeps the rules of a district that no grant may break: the list of
// them, version by version, with who saved each and why.
//
//	holds, err := guardrails.Read(tx)
//	err = guardrails.Check(ctx, engine, holds.Rules, wanted)
//	saved, change, err := guardrails.Store(tx, holds, wanted, by)
//
// Its main type is Saved. What a guardrail takes away is policy's to decide, and when it is
// asked about a change is for apps, whose Registry owns the transactions.
package guardrails
