// Package roster keeps a district's records: it reads them from OneRoster CSV,
// stores them by the catalog (a table per entity, a column per field), and
// answers which of them an app reaches and what they hold.
//
// Its main type is Roster.
//
//	r := roster.New(db, time.Now)
//	report, err := r.Import(ctx, "district.zip", roster.ImportOptions{})
//	snapshot, err := r.Snapshot(ctx)
//	view := snapshot.View(roster.Scope{...})
//	stamp, err := r.Read(ctx, selection, view.Set("users").ToArray(), each)
//
// Every record has a dense id that is never reused. A snapshot holds the links
// of one generation between ids, a view the ids that a scope reaches. The
// package knows nothing of apps, policy, the ledger or HTTP.
package roster
