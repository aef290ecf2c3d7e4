// Package gateway answers vendor apps: it walks each request through one line of
// steps, from authentication to the last byte, and every door of the product
// goes through the same steps.
//
// Its main type is Gateway. The line itself is in pipeline.go:
//
//	identify -> parse -> decide -> choose -> reach -> scan -> read -> disclose -> respond
//
// Each step is a file, and returns what the next ones take.
//
//	g := gateway.New(gateway.Config{Apps: registry, Plans: plans, Roster: rost, Ledger: ledger, ...})
//	server := gateway.Server(address, g.Handler())
//
// What can be said without knowing apps or records is in packages of its own: signatures
// in oauth1, whose turn it is in shares, the page of a list in paging.
//
// It holds no data between requests but what plans and snapshots remember, and
// their stamps are checked against every answer. It knows no SQL.
//
// It has many files: each is one step of that line, or one of the shapes in which clients ask
// (application.go, compare.go).
package gateway
