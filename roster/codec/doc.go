// Package codec says how values stand in the store's columns: lists and bags as JSON,
// references as ids, sets of ids as bitmaps. It is the same on every database.
//
// It has no main type, for a stored value is text:
//
//	codec.List([]string{"03", "04"}) == `["03","04"]`
//	codec.IDs("17,4") // the references of a record
//
// What a cell of a package may look like is bundle's.
package codec
