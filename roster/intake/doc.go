// Package intake brings OneRoster packages into the roster: it judges every row,
// gives ids, compares with what is stored, and stores all of it or nothing. It keeps
// the history of attempts, with the packages that wait for a person.
//
// Its main type is Importer.
//
//	in := intake.New(db, time.Now)
//	report, err := in.Import(ctx, "district.zip", intake.Options{})
//
// How a package is read is bundle's. The package knows nothing of who reads the
// roster.
//
// It has many lines, for judging, numbering, comparing and storing a package are steps of
// one walk over the same rows, and none of them is of use without the others.
package intake
