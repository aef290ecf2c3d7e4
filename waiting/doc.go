// Package waiting keeps what a district marks as sensitive, and the changes by which an app
// would gain something of it: they wait for another admin.
//
//	marks, err := waiting.ReadMarks(tx)
//	gains := marks.Gained("amplify", waiting.Side{Decision: before}, waiting.Side{Decision: after})
//	...
//	change, err := waiting.Ask(tx, waiting.Change{Kind: "grant.save", App: "amplify", Gains: gains})
//
// Its main types are Marks and Change. A change is kept as it was asked for, by a document
// that only whoever carries it out can read. Everything happens in the transaction of
// whoever calls.
//
// The package decides nothing about apps, and carries nothing out: apps and optouts ask
// it in the transaction of each change, and approvals lets people decide.
package waiting
