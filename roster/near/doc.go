// Package near says how a sourcedId that leads to no record differs from one that does: by
// leading zeros, by the way in which a spreadsheet shortens numbers, by case or by blanks.
//
// Its main type is IDs.
//
//	ids := near.Of(maps.Keys(places))
//	seems := ids.Seems("17", there)
//	flaw := seems.Add(cell.Unresolved("orgs.csv"), "users.csv", "orgs.csv")
package near
