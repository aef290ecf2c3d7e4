// Package cell says what a cell of a OneRoster CSV file means: the form in which it is
// kept, and what is wrong with it.
//
// Its main type is Flaw.
//
//	value, bad, loose := cell.Clean(&field, text)
//
// It knows no file and no line, no other cell than the one at hand, and no database.
package cell
