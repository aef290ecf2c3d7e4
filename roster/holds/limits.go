package holds

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// Limit is passed by what is more than both a share and a floor.
type Limit struct {
	Share float64 // of 1
	Floor int     // rows, or records
}

// Passed reports whether n of so many are too many.
func (l Limit) Passed(n, of int) bool {
	return n > l.Floor && float64(n) > l.Share*float64(of)
}

// Limits are a limit for all kinds of records, and others for some of them.
type Limits struct {
	All Limit
	own map[string]Limit // by plural
}

// Refused are the limits of rows that are newly refused, where nobody says others.
func Refused() Limits { return Limits{All: Limit{0.01, 5}} }

// Removed are the limits of stored records that would be removed, where nobody says others.
func Removed() Limits { return Limits{All: Limit{0.10, 5}} }

// Of is the limit of a kind of record, by its plural.
func (l Limits) Of(plural string) Limit {
	if own, is := l.own[plural]; is {
		return own
	}
	return l.All
}

// ParseRefused reads what people write of rows that are refused, such as
// "1%/5 users=2%/20": what it does not say is as Refused says.
func ParseRefused(text string) (Limits, error) { return parse(text, Refused()) }

// ParseRemoved is ParseRefused for records that are removed.
func ParseRemoved(text string) (Limits, error) { return parse(text, Removed()) }

func parse(text string, l Limits) (Limits, error) {
	l.own = maps.Clone(l.own)
	general := false
	for _, word := range strings.Fields(text) {
		plural, written, of := strings.Cut(word, "=")
		if !of {
			plural, written = "", word
		}
		limit, ok := parseLimit(written)
		switch {
		case !ok:
			return l, fmt.Errorf("it takes SHARE%%/FLOOR for all files and FILE=SHARE%%/FLOOR for one, with blanks between, such as 1%%/5 users=2%%/20")
		case !of && general:
			return l, fmt.Errorf("it has two limits for all files: write FILE=SHARE%%/FLOOR for one of them, such as users=2%%/20")
		case !of:
			l.All, general = limit, true
			continue
		}
		plural = strings.TrimSuffix(plural, ".csv")
		if !known(plural) {
			return l, fmt.Errorf("it names a file that OneRoster does not have: write one of %s", files())
		}
		if _, twice := l.own[plural]; twice {
			return l, fmt.Errorf("it has two limits for %s", plural)
		}
		if l.own == nil {
			l.own = map[string]Limit{}
		}
		l.own[plural] = limit
	}
	return l, nil
}

// parseLimit reads SHARE%/FLOOR: a share from 0 to 100, and a whole number.
func parseLimit(text string) (Limit, bool) {
	share, floor, two := strings.Cut(text, "%/")
	percent, err := strconv.ParseFloat(share, 64)
	least, wrong := strconv.ParseUint(floor, 10, 31)
	if !two || err != nil || wrong != nil || !(percent >= 0 && percent <= 100) {
		return Limit{}, false
	}
	return Limit{percent / 100, int(least)}, true
}

func known(plural string) bool {
	e, found := catalog.Find(plural)
	return found && e.Plural == plural
}

// files are the kinds of records that packages have files of.
func files() string {
	var names []string
	for _, e := range catalog.Tables(catalog.Both) {
		names = append(names, e.Plural)
	}
	return strings.Join(names, ", ")
}
