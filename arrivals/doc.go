// Package arrivals says in the ledger which packages arrived, what they brought, and what
// became of those that were not stored.
//
//	options.Committing = arrivals.Record(by, accepted)
//	arrivals.OnRecord(shelf, ledger)
package arrivals
