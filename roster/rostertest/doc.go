// Package rostertest makes OneRoster CSV packages for tests, and changes them as a
// story says.
//
//	p := rostertest.Read(t, "testdata/base.txtar")
//	p.Edit(t, "users.csv", "~ ana@cedar.example => ana.ruiz@cedar.example\n- ben,")
//	report, err := rostertest.Open(db, ledger, clock).Import(ctx, p.Folder(t), intake.Options{})
//
// Its main type is Parcel. For packages that are too large to hold, Rewrite changes
// a file on disk row by row. Rooms puts everything together that works on one roster.
// The package knows CSV and nothing of what is in it, and asserts nothing. What cannot
// be done ends the test.
package rostertest
