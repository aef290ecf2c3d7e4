// Package imports holds the pages of the imports: the list of attempts, uploads, the
// report of each attempt, and what an admin decides over a package that is held.
//
// receive.go takes an upload onto disk; run.go keeps the packages that wait and carries
// the import out beside the requests. What an import does is in roster.
package imports
