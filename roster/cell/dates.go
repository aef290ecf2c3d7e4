package cell

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

const (
	remedyDate = "Write it YYYY-MM-DD."
	remedyYear = "Write it YYYY, the year in which the school year ends."
)

var (
	badDate    = Flaw{problemDate, remedyDate}
	twoDates   = Flaw{"the date can be read in two ways, day or month first, so it was not read", remedyDate}
	filler     = Flaw{"the date is one that stands for none, and was left out", "Leave the cell empty where the date is not known."}
	looseDate  = Flaw{"the date is written unlike YYYY-MM-DD, and was read as the only day that it can be", remedyDate}
	looseClock = Flaw{"the date comes with a time of day, which was left out", remedyDate}
	badYear    = Flaw{"the value is not a year", remedyYear}
	looseYear  = Flaw{"the school year is written unlike YYYY, and was read as the year in which it ends", remedyYear}
)

// No day of a school is before the first or behind the last: programs write such days,
// 1900-01-01 and 9999-12-31 among them, where they know none.
const (
	firstDay = "1901-01-01"
	lastDay  = "2998-12-31"
)

// cleanDate reads a day.
func cleanDate(f *catalog.Field, text string) (value string, bad, loose Flaw) {
	day := text
	if !plainDate(text, time.DateOnly) {
		if day, bad, loose = readDate(text); bad.Found() {
			return "", bad, Flaw{}
		}
	}
	if !f.Required && (day < firstDay || day > lastDay) {
		return "", filler, Flaw{}
	}
	return day, Flaw{}, loose
}

// readDate reads a day that is not written as the standard has it, or is one that not
// every month has.
func readDate(text string) (day string, bad, loose Flaw) {
	if strings.HasPrefix(text, "0000-00-00") {
		return "", filler, Flaw{}
	}
	written, clock := cutClock(text)
	if clock != "" {
		if !wholeDay(clock) {
			return "", badDate, Flaw{}
		}
		loose = looseClock
	}
	if _, err := time.Parse(time.DateOnly, written); err == nil {
		if strings.HasPrefix(written, "0000") {
			return "", badDate, Flaw{}
		}
		return written, Flaw{}, loose
	}
	day, bad = otherDate(written)
	return day, bad, looseDate
}

// cutClock parts a day from the time of day behind it.
func cutClock(text string) (day, clock string) {
	at := clockBegins.FindStringIndex(text)
	if at == nil {
		return text, ""
	}
	return strings.TrimRight(text[:at[0]], " ,"), text[at[0]:]
}

// clockBegins is where a time of day begins behind a day.
var clockBegins = regexp.MustCompile(`[T ] ?\d{1,2}:\d\d`)

// wholeDays are the times of day that tell no time: midnight as whoever wrote it counts,
// with any zone; any time without a zone, which is on that day; and midnight of the time
// zones of America as UTC has it, on the same day.
var wholeDays = regexp.MustCompile(`(?i)^[T ] ?(?:` + strings.Join([]string{
	`0?0:00(?::00(?:[.,]0+)?)? ?(?:Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?`,
	`\d{1,2}:\d\d(?::\d\d(?:[.,:]\d+)?)?(?: ?[AP]M)?`,
	`(?:0[4-9]|10):00(?::00(?:[.,]0+)?)? ?(?:Z|UTC|GMT|[+-]00:?(?:00)?)`,
}, "|") + `)$`)

// wholeDay reports whether a time of day leaves no doubt which day is meant.
func wholeDay(clock string) bool { return wholeDays.MatchString(clock) }

// Ways to write a day: the first and the second with the year first, the third with a
// number of the month in one of two places, the others with its name.
var (
	yearFirst  = regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})$`)
	eight      = regexp.MustCompile(`^((?:19|20)\d\d)(\d\d)(\d\d)$`)
	yearLast   = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4})$`)
	monthNamed = regexp.MustCompile(`^([A-Za-z]{3,9})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})$`)
	dayNamed   = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?[ -]+([A-Za-z]{3,9})\.?,?[ -]+(\d{4})$`)
)

// otherDate reads a day that is written in another way than the standard's.
func otherDate(text string) (day string, bad Flaw) {
	switch {
	case yearFirst.MatchString(text):
		part := yearFirst.FindStringSubmatch(text)
		return oneDay(calendarDay(part[1], part[3], part[5]))
	case eight.MatchString(text):
		part := eight.FindStringSubmatch(text)
		return oneDay(calendarDay(part[1], part[2], part[3]))
	case yearLast.MatchString(text):
		part := yearLast.FindStringSubmatch(text)
		return oneDay(calendarDay(part[5], part[1], part[3]), calendarDay(part[5], part[3], part[1]))
	case monthNamed.MatchString(text):
		part := monthNamed.FindStringSubmatch(text)
		return oneDay(calendarDay(part[3], month(part[1]), part[2]))
	case dayNamed.MatchString(text):
		part := dayNamed.FindStringSubmatch(text)
		return oneDay(calendarDay(part[3], month(part[2]), part[1]))
	}
	return "", badDate
}

// oneDay is the only day among readings, of which those that are no days are empty.
func oneDay(readings ...string) (day string, bad Flaw) {
	for _, reading := range readings {
		switch {
		case reading == "" || reading == day:
		case day != "":
			return "", twoDates
		default:
			day = reading
		}
	}
	if day == "" {
		return "", badDate
	}
	return day, Flaw{}
}

// calendarDay is a day of the calendar, empty where there is none.
func calendarDay(year, month, day string) string {
	t, err := time.Parse("2006-1-2", year+"-"+month+"-"+day)
	if err != nil || t.Year() == 0 {
		return ""
	}
	return t.Format(time.DateOnly)
}

// month is the number of a month by its name or the first three letters of that.
func month(name string) string {
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(name, m.String()) || strings.EqualFold(name, m.String()[:3]) || strings.EqualFold(name, "sept") && m == time.September {
			return strconv.Itoa(int(m))
		}
	}
	return ""
}

// plainDate reports whether text is a day that every month has, or a year. Nearly
// every date is, and needs no calendar.
func plainDate(text, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i := range len(text) {
		if dash := form[i] == '-'; dash && text[i] != '-' || !dash && (text[i] < '0' || text[i] > '9') {
			return false
		}
	}
	if text[:4] == "0000" {
		return false
	}
	return form != time.DateOnly || "01" <= text[5:7] && text[5:7] <= "12" && "01" <= text[8:] && text[8:] <= "28"
}

// cleanYear reads a year, or a range of two that follow one another, which is the year
// in which it ends.
func cleanYear(text string) (value string, bad, loose Flaw) {
	if plainDate(text, "2006") {
		return text, Flaw{}, Flaw{}
	}
	part := yearRange.FindStringSubmatch(text)
	switch {
	case part == nil:
		return "", badYear, Flaw{}
	case part[3] != "": // SY26
		return century(part[3]), Flaw{}, looseYear
	}
	begins, _ := strconv.Atoi(century(part[1]))
	ends, _ := strconv.Atoi(century(part[2]))
	if ends != begins+1 {
		return "", badYear, Flaw{}
	}
	return strconv.Itoa(ends), Flaw{}, looseYear
}

// yearRange is two years, or one that is said to be a school year.
var yearRange = regexp.MustCompile(`(?i)^(?:` + schoolYear + `)?((?:20)?\d\d) ?(?:[-/_–—]|to) ?((?:20)?\d\d)$|^` + schoolYear + `((?:20)?\d\d)$`)

const schoolYear = `(?:SY|AY|FY|school ?year|academic ?year)[ -]?`

// century is a year of four digits.
func century(year string) string {
	if len(year) == 2 {
		return "20" + year
	}
	return year
}
