// Package auditor holds the pages on which the ledger is read: its lists with their
// filters, the download, and what a change changed in a few words.
//
// The ledger itself, and what it can be asked, is the package audit.
package auditor
