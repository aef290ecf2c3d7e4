package wording

import "fmt"

// Moved says by how much a count moved since the import before, if there was one.
func Moved(by int64, known bool) string {
	switch {
	case !known:
		return "(first)"
	case by == 0:
		return "(same)"
	}
	return fmt.Sprintf("(%+d)", by)
}
