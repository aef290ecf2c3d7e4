package moment_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/moment"
)

func TestADayThatSomebodyEntersIsOneThatCanBeStoredWithTheDayBehindIt(t *testing.T) {
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{moment.FirstDay, "2027-06-30", moment.LastDay} {
		day, err := moment.Day(text, chicago)
		if err != nil || day.Format(time.DateOnly) != text || day.Location() != chicago {
			t.Errorf("%s is %v, %v", text, day, err)
		}
		if _, err := day.AddDate(0, 0, 1).MarshalJSON(); err != nil || !moment.Plausible(day.AddDate(0, 0, 1)) {
			t.Errorf("the end of %s is %v", text, err)
		}
	}
	for _, text := range []string{"", "0000-12-31", "0001-01-01", "1999-12-31", "9999-01-01", "9999-12-31", "2027-02-30", "2027-6-1", "+2027-06-01", "2027-06-30T00:00:00Z", "never"} {
		if day, err := moment.Day(text, time.UTC); err == nil || !day.IsZero() {
			t.Errorf("%q is %v", text, day)
		}
	}
	for _, far := range []time.Time{{}, time.Date(1999, 12, 30, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 3, 0, 0, 0, 0, time.UTC)} {
		if moment.Plausible(far) {
			t.Errorf("%v is plausible", far)
		}
	}
}
