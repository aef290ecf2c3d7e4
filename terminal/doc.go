// Package terminal is how commands talk with people and scripts: what they print, the arguments
// and lists of names that they are given, how far something is, and whether somebody said yes.
//
// Its main type is Lines, which keeps whatever it is filled with on one line, and writes out
// what a terminal would obey.
//
//	w := &terminal.Lines{Out: cmd.OutOrStdout()}
//	w.Writef("%-20s %s\n", app.ID, app.Name)
//	return w.Err
//
// It knows no store: what is said is its callers' to find.
package terminal
