package moment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/moment"
)

func TestMomentsAreOrderedAsTimesAre(t *testing.T) {
	early := time.Date(2026, 8, 31, 23, 59, 59, 999_999_999, time.FixedZone("", -5*3600))
	late := early.Add(time.Millisecond)
	if a, b := moment.Of(early), moment.Of(late); a >= b || a != "2026-09-01T04:59:59.999Z" {
		t.Errorf("%q and %q", a, b)
	}
	if none := moment.Moment(""); none >= moment.Of(early) {
		t.Error("no time is not before every time")
	}
}

func TestAMomentIsReadAsItWasWritten(t *testing.T) {
	at := time.Date(2026, 8, 31, 7, 0, 0, 5_000_000, time.UTC)
	if read, err := moment.Of(at).Time(); err != nil || !read.Equal(at) {
		t.Errorf("%v %v", read, err)
	}
	for _, wrong := range []moment.Moment{"", "2026-08-31", "2026-08-31T07:00:00Z", "ada@example.org"} {
		if read, err := wrong.Time(); err == nil {
			t.Errorf("%q is %v", wrong, read)
		} else if wrong != "" && strings.Contains(err.Error(), string(wrong)) {
			t.Errorf("the error quotes what it read: %v", err)
		}
	}
}

func TestWhatFollowsIsLaterWhateverTheClockSays(t *testing.T) {
	now := time.Date(2026, 8, 31, 7, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		past []moment.Moment
		want moment.Moment
	}{
		"nothing":            {nil, "2026-08-31T07:00:00.000Z"},
		"the past":           {[]moment.Moment{"2026-08-30T07:00:00.000Z"}, "2026-08-31T07:00:00.000Z"},
		"the same moment":    {[]moment.Moment{"2026-08-31T07:00:00.000Z"}, "2026-08-31T07:00:00.001Z"},
		"a clock set back":   {[]moment.Moment{"2026-09-01T07:00:00.000Z", "2026-08-31T08:00:00.000Z"}, "2026-09-01T07:00:00.001Z"},
		"what is no time":    {[]moment.Moment{"", "soon"}, "2026-08-31T07:00:00.000Z"},
		"one behind another": {[]moment.Moment{"2026-08-31T07:00:00.000Z", "2026-08-31T07:00:00.001Z"}, "2026-08-31T07:00:00.002Z"},
	} {
		if got := moment.After(now, c.past...); got != c.want {
			t.Errorf("behind %s: %q, want %q", name, got, c.want)
		}
	}
}
