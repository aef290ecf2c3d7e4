// Package preview holds the page on which an admin looks at one record as an app gets
// it: found by words, shown byte for byte, with the reason of every field, and with the
// records beside it that say something of the same person.
//
// The answer is the gateway's. The same beside a change that is not saved is a part of
// the panel in web/dataguard.
package preview
