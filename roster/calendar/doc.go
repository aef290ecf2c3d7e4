// Package calendar finds the school years of sessions that do not say theirs, which may stand
// before those that they lie in.
//
// Its main type is Calendar.
//
//	sessions := calendar.Calendar{"fall": {Place: 7, Kind: "term", Start: "2026-08-17", End: "2026-12-18"}}
//	year := sessions.Years()[7] // "2027"
package calendar
