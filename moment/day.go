package moment

import (
	"fmt"
	"time"
)

// FirstDay and LastDay bound the days that people enter. What lies outside of them is a
// slip or stands for ever, and could be neither written as JSON with the day behind it nor
// told from no day at all, which the zero time is.
const (
	FirstDay = "2000-01-01"
	LastDay  = "9998-12-31"
)

// DayForm is what a day has to be, for the message to whoever entered another.
const DayForm = "YYYY-MM-DD, from " + FirstDay + " to " + LastDay

// Day is the instant at which a day that a person entered begins in a zone. What is not of
// DayForm is an error that does not quote it, and the zero time.
func Day(text string, zone *time.Location) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil || text < FirstDay || text > LastDay {
		return time.Time{}, fmt.Errorf("%d bytes are no day: write %s", len(text), DayForm)
	}
	return day, nil
}

// Plausible reports whether an instant is of one of the days from FirstDay to LastDay, or
// the end of the last, in some time zone.
func Plausible(t time.Time) bool {
	text := t.UTC().Format(Form)
	return text >= "1999-12-31T" && text < "9999-01-03T"
}
