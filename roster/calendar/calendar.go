package calendar

import (
	"cmp"
	"strconv"
)

// Calendar is the sessions of a file by sourcedId.
type Calendar map[string]Session

// Session is a session that was taken. Days are written YYYY-MM-DD.
type Session struct {
	Place            uint32 // whatever number its keeper knows it by
	Kind, Start, End string
	Parent           string // a sourcedId
	Year             string // YYYY; empty where it does not say its own
}

// Years are the school years of the sessions that do not say theirs, by their Place.
func (c Calendar) Years() map[uint32]string {
	var found map[uint32]string
	for id, t := range c {
		if t.Year != "" {
			continue
		}
		if found == nil {
			found = map[uint32]string{}
		}
		found[t.Place] = c.year(id)
	}
	return found
}

// year is the school year of a session: its own, else that of the sessions above it,
// nearest first, else the one that their dates, or its own, lie in.
func (c Calendar) year(id string) string {
	t := c[id]
	for range c {
		above, known := c[t.Parent]
		if t.Year != "" || !known {
			break
		}
		t = above
	}
	switch {
	case t.Year != "":
		return t.Year
	case t.Kind == SchoolYear:
		return t.End[:4]
	}
	around := ""
	for _, other := range c {
		if other.Kind == SchoolYear && other.Start <= t.Start && t.End <= other.End {
			around = max(around, cmp.Or(other.Year, other.End[:4]))
		}
	}
	return cmp.Or(around, t.endingYear())
}

// SchoolYear is the kind of the sessions that are school years.
const SchoolYear = "schoolYear"

// endingYear is the year in which a school year ends that begins in summer.
func (t Session) endingYear() string {
	year, _ := strconv.Atoi(t.Start[:4])
	if t.Start[5:7] >= "07" {
		year++
	}
	return strconv.Itoa(year)
}
