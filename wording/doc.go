// Package wording is what people at a terminal are told of what is stored: of a grant, of what
// a decision says of each name and how two differ, of an import, of opt-outs, of an entry of the
// ledger and of a demo.
//
// Its main type is Verdict, which Verdicts makes of a decision.
//
//	for _, v := range wording.Verdicts(decision, engine.Reason) {
//		w.Writef("%-8s %s\n", v.Word(), v.Name)
//	}
//
// It asks no store and decides nothing: what it words, it was given. The pages have templates
// of their own.
package wording
