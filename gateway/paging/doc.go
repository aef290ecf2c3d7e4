// Package paging finds the page of a list that a client asks for, so that a walk
// through all pages is whole whatever comes and goes in its middle.
//
// Its main type is Walks, for clients that count offsets. The next links of lists that
// stand in the order of ids hold a Cursor, which needs no memory:
//
//	page := walks.Page(reader, paging.Step{Key: list, Offset: 100, Limit: 100}, state, now, clock())
//	page = paging.Behind(now.Set, cursor.After, 100, 100)
//
// It knows ids, and neither records nor who may see them.
package paging
