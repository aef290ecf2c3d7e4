// Package keys follows the members of bags from import to import: metadata keys, and types of
// user IDs, that came or vanished.
//
// Its main type is Turnover.
//
//	t, err := keys.Read(tx)
//	t.Find(roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "bus"}, 12)
//	came, vanished := t.Compare(covers)
//	err = t.Store(tx, date)
package keys
