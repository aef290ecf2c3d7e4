// Package sanity counts what a sound roster has none of: students without enrollments,
// classes without teachers, values that are no codes. An import gathers it on its way
// through the rows, and keeps the counts of the last imports.
//
// Its main type is Gathering, and what is kept of one is a Count.
//
//	g := sanity.NewGathering()
//	g.Row(users, id, cells) // for every record that the roster has after the import
//	err := g.Store(tx, generation)
//	counts, err := sanity.Load(tx)
//
// The package reads no package and no view: which app lacks somebody because of what is
// counted is what losses finds out.
package sanity
