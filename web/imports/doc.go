// Package imports holds the pages of the imports: the list of attempts, uploads, the
// report of each attempt, what an admin decides over a package that is held, and what the
// last import counted of what a sound roster has none of.
//
// receive.go takes an upload onto disk. What an import does, and the packages that wait,
// is in roster/intake.
package imports
