// Package plural writes counts together with what is counted.
//
// Its one function is Of.
//
//	plural.Of(1, "row", "rows")    // 1 row
//	plural.Of(5432, "row", "rows") // 5,432 rows
//
// It knows no words: whoever counts gives both.
package plural
