// Package gatewaytest starts whole gateways inside a test: a made-up district on
// a database of the test's own, the four vendor apps of the presets enabled, and
// an HTTP server that answers them.
//
//	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
//		d := gatewaytest.Start(t, s)
//		amplify := d.As("amplify")
//		d.Edit("amplify", apps.Edit{Hide: []string{"users.email"}})
//		answer := amplify.Get("/users?limit=10")
//		// answer.Status, answer.Header, answer.Raw, answer.Records(), and what
//		// the ledger has of it: d.Entries(answer.RequestID())
//	})
//
// Its main type is District. District.Replica starts another gateway on the same
// database, with connections, caches and a registry of its own, as a second
// process would have. District.Clock is the machine's clock until the test moves
// it on. A Setting changes how the gateways are set up.
//
// Nothing here is a stand-in: import, policy, ledger and HTTP are those of the
// product. The package makes no assertions; what cannot be done ends the test.
package gatewaytest
