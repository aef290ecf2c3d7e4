// Package audit is the ledger: which records and fields left the house, which
// requests were refused, and who changed what an app may see.
//
//	ledger := audit.Open(ledgerDB, storeDB, time.Now)
//	defer ledger.Close()
//	if err := ledger.Disclose(ctx, disclosure); err != nil {
//		return err // and send nothing
//	}
//
// Its main type is Ledger. A disclosure or refusal is durable when Disclose or
// Refuse returns nil; entries that wait at the same time share a commit. A
// change is recorded in the outbox of the store, in the change's own
// transaction (Record), and moved into the ledger soon after (Ledger.Run).
//
// Entries hold names of fields and sets of internal record ids, never values of
// a roster, and no code here updates or deletes an entry. The package knows
// nothing of HTTP, grants or the roster's tables: who asks about a student says
// which record ids the student is (Question.About).
package audit
