// Package explanation says why an app gets something or does not: the whole chain of rules
// in the order in which they are asked, what each said, and which decided.
//
// Its main type is Teller:
//
//	why, err := teller.Ask(ctx, "amplify")
//	chain := why.Chain(catalog.ParseMember("users.email"))
//
// It decides nothing, which package policy does, and reads no value of the roster. Sentences
// may name keys and types that a roster brought: pages have them said by web/frame.
package explanation
