// Package endurance holds the tests of what a house must stand: being killed at
// any moment or interrupted, a disk that is full, a ledger that may not be written,
// a database that goes away and comes back, a clock that is set back, a
// district of hundreds of thousands of students, and somebody who does what
// docs/operate.md says, line by line. They drive the command itself, built once per run,
// on a SQLite file and on PostgreSQL:
//
//	go test ./endurance
//	make scale
//
// The second runs the same tests with many more rounds and far larger districts
// (the flags -rounds and -students), prints what they measured, and lets the storms of
// package gateway blow longer (its flag -saves). There is
// nothing here to import, and nothing about what an app may see.
package endurance
