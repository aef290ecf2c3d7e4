package frame

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/dustin/go-humanize"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/plural"
)

// Number is a count with commas: 1,234,567.
func Number(n int64) string {
	return humanize.Comma(n)
}

// Plural is a count with its noun: "1 app", "2 apps".
func Plural(n int, one, many string) string {
	return plural.Of(n, one, many)
}

// PluralOrNone counts what there is, "" for nothing.
func PluralOrNone(n int, one, many string) string {
	if n == 0 {
		return ""
	}
	return Plural(n, one, many)
}

// Who is an actor for people: "cli:ada" is ada at the command line, and what no person did
// the server.
func Who(actor string) string {
	if name, command := strings.CutPrefix(actor, "cli:"); command {
		return name + " (command line)"
	}
	if actor == apps.House {
		return "the server"
	}
	return actor
}

// ShortList names some, and counts the rest.
func ShortList(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// NonEmpty are the texts that say something.
func NonEmpty(texts ...string) (all []string) {
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// SortedUnique is a list sorted and without repeats; nil where it is empty.
func SortedUnique[T cmp.Ordered](names []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// PercentOf is a share in whole percent, rounded down, but of 1 at the least where there
// is any.
func PercentOf(part, whole int64) int {
	if whole == 0 || part == 0 {
		return 0
	}
	return int(min(max(part*100/whole, 1), 100))
}

// longName is from how many letters on a name is broken where it has to be.
const longName = 24

// breakable lets a long name in camel case break before its capitals, and one of several
// parts, like an address or a path, behind what joins them, so that browsers need not
// break it within a word. Some browsers make words of the parts for who listens: a
// control needs the name as its label besides.
func breakable(name string) template.HTML {
	var b strings.Builder
	for i, word := range strings.Split(name, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		breakWord(&b, word)
	}
	return template.HTML(b.String()) //nolint:gosec // every letter is escaped
}

func breakWord(b *strings.Builder, word string) {
	var before rune
	for _, r := range word {
		if len(word) > longName && (unicode.IsUpper(r) && unicode.IsLower(before) || strings.ContainsRune("@._/", before)) {
			b.WriteString("<wbr>")
		}
		b.WriteString(template.HTMLEscapeString(string(r)))
		before = r
	}
}

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

// WrittenDay is a day that is kept as 2026-11-12, likewise.
func WrittenDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format(dayForm)
}

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
