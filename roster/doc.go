// Package roster is what is stored of a district: its records, by the catalog (a
// table per entity, a column per field), with the keys that imports found, how full
// each column is, and what people call a record.
//
// Its main type is Roster.
//
//	r := roster.New(db)
//	stamp, err := r.Read(ctx, roster.Selection{Entity: users, Fields: fields}, ids, each)
//
// Every record has a dense id that is never reused. The package reads: how packages
// come in is roster/intake, which records a scope reaches roster/view, and what a
// reader may notice roster/notice. It knows nothing of apps, policy, the ledger or
// HTTP.
package roster
