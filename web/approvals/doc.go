// Package approvals is the room of the changes that wait for another admin: the list of
// them, a page for each with what it would come to, and what the district marks as
// sensitive.
//
//	room := &approvals.Room{Desk: desk, Apps: registry, Tells: teller}
//	pages := room.Pages()
//
// Its main type is Room. It decides on nothing by itself: the package approvals does.
package approvals
