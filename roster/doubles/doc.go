// Package doubles finds what stands in a file more than once: rows of one record, which
// it joins where they have one meaning, and values that no two records should share.
//
// Its main types are Rows and Values.
//
//	rows := doubles.NewRows(users, day)
//	kept, joined := rows.Join(first, another)
//
//	values := doubles.Of(users)
//	values.Gather(cells) // in a first walk through the rows
//	values.Settle()
//	for clash := range values.Clashes(line, cells) // in a second one
//
// Rows are cells as the import spools them: the sourcedId, the fields of roster.Contents,
// and the values of metadata keys. The package reads no file and reports nothing; what it
// remembers of a row is a few bytes.
package doubles
