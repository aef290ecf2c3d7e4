// Package history keeps what each generation of the roster changed: per entity and
// field, the records; of fields that refer, which references came, went or changed
// places.
//
// Its main type is History, which is loaded with a snapshot. What an import notes, it
// notes in a ByField and in a Turnover.
//
//	changed := history.ByField{}
//	changed.Add("givenName", 17)
//	err := changed.Store(tx, generation, "users")
//
// What of all this a reader may notice is roster/notice's.
package history
