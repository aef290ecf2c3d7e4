// Package checks is what OneRoster and CEDS ask of records beyond the form of their
// cells: dates within terms, roles that fit, lists of one length. All of it is judged on
// rows that are taken, and is a warning.
//
// Its main type is Inspection.
//
//	known := checks.NewKnown(ceds.Load())
//	n := checks.Inspect(users, size, known, warn)
//	n.Row(line, id, cells)
//	n.Finish()
//
// The tables of checks.go are the whole of it. The package knows no file and no
// database: it sees rows as they are to be stored.
package checks
