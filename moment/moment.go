// Package moment writes times: the one form in which every time of ours is stored,
// sent and compared.
//
//	at := moment.Of(clock())
//	when, err := at.Time()
//
// Its main type is Moment. What the roster holds of dates without a time is text of
// its own, and none of this package's.
package moment

import (
	"fmt"
	"time"
)

// Form is the layout of a Moment for the package time.
const Form = "2006-01-02T15:04:05.000Z"

// Moment is a time in UTC to the millisecond, as OneRoster writes a dateTime:
// "2026-08-31T07:00:00.000Z". Moments are ordered as their texts are, in Go and in
// every database. "" is no time, before all others.
type Moment string

// Of is the moment of a time, cut to the millisecond.
func Of(t time.Time) Moment { return Moment(t.UTC().Format(Form)) }

// Time is the moment as a time in UTC. What Of did not write is an error.
func (m Moment) Time() (time.Time, error) {
	t, err := time.Parse(Form, string(m))
	if err != nil {
		return time.Time{}, fmt.Errorf("%d bytes are no time", len(m))
	}
	return t, nil
}

// After is now, or a millisecond behind the last of the moments that is not before
// now: what is dated must be later than all of them, whatever a clock says.
func After(now time.Time, past ...Moment) Moment {
	now = now.UTC().Truncate(time.Millisecond)
	for _, p := range past {
		if before, err := p.Time(); err == nil && !now.After(before) {
			now = before.Add(time.Millisecond)
		}
	}
	return Of(now)
}
