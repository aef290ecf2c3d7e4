// Package sample writes made-up districts: complete, believable OneRoster
// CSV packages, of 1.1 or 1.2, to try things on without a single real person in them.
//
//	err := sample.District{Students: 2000, Seed: 1}.WriteDir("district")
//
// A District is fully described by its two numbers and the version: the same numbers give the
// same bytes on every machine and every day, because all dates belong to one
// school year and all chance comes from streams seeded by (seed, kind, index).
// Each person can therefore be made anew wherever a file needs them, and a
// district of any size is written in little memory.
//
// The district looks like one on paper: schools with grades, sections of some 25
// and their teachers, siblings who share guardians, demographics whose columns
// agree with one another, names from many languages. It is also awkward in the
// ways that real ones are: sourcedIds with slashes, spaces, percent signs and
// foreign letters, ids that differ only by case, commas and quotation marks in
// names, blanks wherever the standard allows them, a password column with
// passwords in it, metadata that nobody asked for, students in no class.
//
// The package is always valid: what an importer should refuse or warn of is not
// made here. It is one bulk set or, with From, what differs from an earlier one.
package sample
