// Package fault names what can go wrong in the few kinds that a caller can act
// on. Everything else is a plain error and reaches people as "internal error"
// with a request id.
//
//	return fault.New(fault.NotFound, "no app is called %q", id)
//
// A fault's message may be shown to the person or app that asked. It never
// holds a roster value. How a kind becomes an HTTP status, an exit code or a
// OneRoster code is the business of each front end, in one place there.
package fault

import (
	"errors"
	"fmt"
)

// Kind is what a caller can do about an error.
type Kind string

// The kinds.
const (
	Invalid         Kind = "invalid"         // the request is wrong; change it
	Unauthenticated Kind = "unauthenticated" // no or wrong credentials
	Denied          Kind = "denied"          // known, and not allowed
	NotFound        Kind = "not found"       // no such thing, or none that the caller may know of
	Conflict        Kind = "conflict"        // somebody else changed it; look again
	Unavailable     Kind = "unavailable"     // not now; try again later
)

// Error is an error of a kind.
type Error struct {
	Kind    Kind
	Message string
	Cause   error
}

// New makes a fault. A %w in the format keeps the wrapped error as its cause.
func New(kind Kind, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap is the cause, if there is one.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf is the kind of the first fault in err's chain, or "" where there is none.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return ""
}

// Is reports whether err is a fault of the kind.
func Is(err error, kind Kind) bool { return KindOf(err) == kind }
