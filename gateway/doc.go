// Package gateway answers vendor apps: it walks each request through one line of
// steps, from authentication to the last byte, and every door of the product
// goes through the same steps.
//
// Its main type is Gateway. The line itself is in pipeline.go:
//
//	identify -> parse -> decide -> reach -> read -> disclose -> respond
//
//	g := &gateway.Gateway{Apps: registry, Plans: plans, Roster: rost, Ledger: ledger, ...}
//	server := gateway.Server(address, g.Handler())
//
// It holds no data between requests but what plans and snapshots remember, and
// their stamps are checked against every answer. It knows no SQL.
package gateway
