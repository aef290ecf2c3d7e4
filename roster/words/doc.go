// Package words keeps columns of few different values in memory: a role, a status, a
// list of grades for each of a million records.
//
// Its main type is Column.
//
//	roles := words.New(highest + 1)
//	roles.Set(17, "student")
//	roles.Of(17) == "student"
package words
