package dashboard

import (
	"math"
	"time"

	"github.com/rostergate/rostergate/web/frame"
)

// chart is a column for each day: the block "chart" of dashboard.html draws it as SVG inside
// the page, so that it has the page's colours, and as a table beside it.
type chart struct {
	Title  string
	Days   []chartDay
	Height int   // of the drawing, in its own units
	Width  int   // likewise
	Top    int64 // the number at the top of the scale
	Total  int64
}

// chartDay is one column, in the drawing's units from its top left corner.
type chartDay struct {
	Day                 string // "Sep 1"
	Count               int64
	X, Y, Width, Height int
}

const (
	chartDays   = 30
	chartHeight = 120
	columnWidth = 8
	columnStep  = 10
)

// disclosuresByDay counts the answers of each of the last days, by the district's
// calendar.
func (r *Room) disclosuresByDay(v *frame.Visit, m *dashboardModel) error {
	zone := v.District.Zone()
	today := r.Clock().In(zone)
	first := time.Date(today.Year(), today.Month(), today.Day()-chartDays+1, 0, 0, 0, 0, zone)
	hours, err := r.Ledger.Hours(v.Context(), first)
	if err != nil {
		return err
	}
	counts := map[string]int64{}
	for hour, n := range hours {
		counts[hour.In(zone).Format(time.DateOnly)] += n
	}
	m.Chart = newChart("Disclosures per day, last 30 days", first, counts)
	return nil
}

// newChart draws the days from first on; counts go by day as in time.DateOnly.
func newChart(title string, first time.Time, counts map[string]int64) chart {
	c := chart{Title: title, Height: chartHeight, Width: chartDays*columnStep - (columnStep - columnWidth)}
	for _, n := range counts {
		c.Top = max(c.Top, n)
	}
	c.Top = roundUp(c.Top)
	for i := range chartDays {
		day := first.AddDate(0, 0, i)
		n := counts[day.Format(time.DateOnly)]
		c.Total += n
		height := int(math.Ceil(float64(n) / float64(c.Top) * chartHeight))
		c.Days = append(c.Days, chartDay{
			Day: day.Format("2 Jan"), Count: n,
			X: i * columnStep, Y: chartHeight - height, Width: columnWidth, Height: height,
		})
	}
	return c
}

// roundUp is the next number that reads well at the top of a scale: 1, 2 or 5
// with zeros behind it.
func roundUp(n int64) int64 {
	for scale := int64(1); ; scale *= 10 {
		for _, step := range []int64{1, 2, 5} {
			if n <= step*scale {
				return step * scale
			}
		}
	}
}

// Half is the number in the middle of the scale, empty where it is not whole.
func (c chart) Half() string {
	if c.Top%2 != 0 {
		return ""
	}
	return frame.Number(c.Top / 2)
}

// First and Last are the days at the ends.
func (c chart) First() string { return c.Days[0].Day }

// Last is the day at the right end.
func (c chart) Last() string { return c.Days[len(c.Days)-1].Day }

// Busy lists the days with any, the newest first.
func (c chart) Busy() []chartDay {
	var days []chartDay
	for i := len(c.Days) - 1; i >= 0; i-- {
		if c.Days[i].Count > 0 {
			days = append(days, c.Days[i])
		}
	}
	return days
}
