// Command rostergate is a per-app data-sharing gateway for school districts.
//
// Its main type is house, everything that commands work with, opened and put together:
// this is the only package that knows all the others.
//
//	rostergate serve --data /var/lib/rostergate --public-url https://roster.example.org
//
// It has many files, for each command is one. A command reads its flags, calls one method
// of another package and says what came of it; nothing is decided here about data.
package main
