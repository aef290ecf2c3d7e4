package wording

import "time"

// Never is the end of a grant that has none.
const Never = "never"

// End is the end of a grant as the command line takes it and as documents have it: by the
// last day, in UTC, or the very moment where it is within a day.
func End(end time.Time) string {
	end = end.UTC()
	switch {
	case end.IsZero():
		return Never
	case end.Equal(end.Truncate(24 * time.Hour)):
		return end.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return end.Format(time.RFC3339Nano)
}
