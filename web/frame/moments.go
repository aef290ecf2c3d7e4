package frame

import (
	"time"

	"github.com/rostergate/rostergate/moment"
)

// Moment is a time for people of the district; the zero Moment where there is none.
func (v *Visit) Moment(at moment.Moment) Moment {
	t, err := at.Time()
	if err != nil {
		return Moment{}
	}
	zone := v.District.Zone()
	local := t.In(zone)
	return Moment{Machine: string(at), Person: sayTime(local, v.frame.Clock().In(zone)), Exact: local.Format("Monday, 2 January 2006, 15:04:05 MST")}
}

// Day is a day as people of the district write it: "12 Nov 2026".
func (v *Visit) Day(t time.Time) string { return t.In(v.District.Zone()).Format(dayForm) }

const (
	dayForm  = "2 Jan 2006"
	hourForm = "15:04"
)

// sayTime is a time as people write it: "today 14:05", "12 Nov 2026, 08:30". Both times
// are in the zone of who reads it.
func sayTime(t, now time.Time) string {
	for days, word := range map[int]string{-1: "yesterday ", 0: "today ", 1: "tomorrow "} {
		if t.Format(dayForm) == now.AddDate(0, 0, days).Format(dayForm) {
			return word + t.Format(hourForm)
		}
	}
	return t.Format(dayForm + ", " + hourForm)
}
