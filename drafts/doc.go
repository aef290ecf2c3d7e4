// Package drafts is about policies of apps and guardrails that nobody has saved yet, as the command line
// reads them from a folder, checks and tests them, and says what one would change.
//
// Its main type is Draft:
//
//	draft, err := drafts.Read("policies/amplify")
//	err = draft.Test(ctx, engine, out)
//
// It saves nothing, which package apps does, and compiles nothing itself, which package
// policy does. The pages have their own way to show the same.
package drafts
