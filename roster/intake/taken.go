package intake

import (
	"errors"
	"fmt"
)

// errMeddled is a database that did not take what it was given and called that well.
var errMeddled = errors.New("a trigger or a rule that is not Rostergate's seems to keep rows away; remove it and import again")

// taken compares how many rows the database took with how many it was given. What the
// report counts is in the store, or nothing is.
func taken(what string, got, given int64) error {
	if got == given {
		return nil
	}
	return fmt.Errorf("%s: the database took %d of %d rows, and nothing was stored: %w", what, got, given, errMeddled)
}
