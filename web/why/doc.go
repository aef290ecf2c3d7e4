// Package why holds the page on which a person reads why an app gets a kind of record, a
// field or a record, or does not: the whole chain of rules, and which of them decided.
//
// The chain is made by package explanation. Keys whose names nobody has accepted are said
// by the frame; records are shown to admins alone.
package why
