// Package reports prints what imports came to: for people, as JSON and as CSV, with all
// lines of what is wrong, which only the store has.
//
// Its main type is Printer.
//
//	err := reports.Printer{Importer: in, Cmd: cmd}.Show(attempt, reports.Text)
//
// It imports nothing: what it prints was imported before.
package reports
