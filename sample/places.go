package sample

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// endYear is the year in which the district's school year ends. Everything that
// has a date is dated from it.
const endYear = 2027

const (
	yearID   = "sy-2027"
	fallID   = "sem-2027-1"
	springID = "sem-2027-2"
)

// session is an academic session; end is its last day.
type session struct {
	id, title, kind string
	start, end      time.Time
	parent          string
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// calendar is the district's sessions: no class meets in the summer term.
func calendar() []session {
	return []session{
		{yearID, "School Year 2026-2027", "schoolYear", date(endYear-1, 8, 10), date(endYear, 6, 30), ""},
		{fallID, "Fall Semester 2026", "semester", date(endYear-1, 8, 10), date(endYear-1, 12, 18), yearID},
		{springID, "Spring Semester 2027", "semester", date(endYear, 1, 5), date(endYear, 5, 28), yearID},
		{"sum-2027", "Summer Term 2027", "term", date(endYear, 6, 7), date(endYear, 6, 30), yearID},
		{"gp-2027-1", "Quarter 1", "gradingPeriod", date(endYear-1, 8, 10), date(endYear-1, 10, 9), fallID},
		{"gp-2027-2", "Quarter 2", "gradingPeriod", date(endYear-1, 10, 12), date(endYear-1, 12, 18), fallID},
		{"gp-2027-3", "Quarter 3", "gradingPeriod", date(endYear, 1, 5), date(endYear, 3, 12), springID},
		{"gp-2027-4", "Quarter 4", "gradingPeriod", date(endYear, 3, 15), date(endYear, 5, 28), springID},
	}
}

func (l *layout) sessions(t *table) error {
	for _, s := range calendar() {
		err := t.row("sourcedId", s.id, "title", s.title, "type", s.kind, "startDate", s.first(), "endDate", s.last(),
			"parent", s.parent, "schoolYear", fmt.Sprint(endYear))
		if err != nil {
			return err
		}
	}
	return nil
}

// day is the date some days after the session's first.
func (s session) day(after int) string { return s.start.AddDate(0, 0, after).Format(time.DateOnly) }

func (s session) first() string { return s.day(0) }
func (s session) last() string  { return s.end.Format(time.DateOnly) }

// orgs writes the district, its schools and a department of the last of them.
func (l *layout) orgs(t *table) error {
	err := t.row("sourcedId", districtID, "name", "Cottonwood Valley Unified School District", "type", "district",
		"identifier", "9912", "metadata.NCESid", "9900012", "metadata.orgStateid", "9912", "metadata.gradeRange", "KG-12",
		"metadata.address1", "1 Acequia Plaza", "metadata.city", city, "metadata.state", state,
		"metadata.postCode", "87999", "metadata.phone", "(505) 555-0100",
		"metadata.principal", l.adult(0).full(), "metadata.principalEmail", l.staffEmail(0))
	if err != nil {
		return err
	}
	for _, s := range l.schools {
		if err := l.org(t, s); err != nil {
			return err
		}
	}
	return t.row("sourcedId", departmentID, "name", "Department of Science & Technology", "type", "department",
		"parent", l.department().id())
}

func (l *layout) org(t *table, s school) error {
	r := l.chance(ofSchool, s.number)
	return t.row("sourcedId", s.id(), "name", s.title(), "type", "school", "identifier", mostly(r, s.code(), 10),
		"parent", districtID,
		"metadata.NCESid", fmt.Sprintf("9900012%05d", s.number+1), "metadata.orgStateid", "9912-"+s.code(),
		"metadata.gradeRange", s.first.String()+"-"+s.last.String(),
		"metadata.address1", fmt.Sprintf("%d %s", 100+r.IntN(9900), pick(r, "Mesa Road", "Piñon Lane", "Ditch Road, NW", "Main Street")),
		"metadata.address2", s.annex(),
		"metadata.city", city, "metadata.state", state, "metadata.postCode", fmt.Sprintf("879%02d", r.IntN(100)),
		"metadata.phone", phone(r), "metadata.principal", l.adult(s.staff).full(), "metadata.principalEmail", l.staffEmail(s.staff))
}

// annex is the second line of the school's address, which every third one has.
func (s school) annex() string {
	if s.number%3 != 1 {
		return ""
	}
	return "Building " + string(rune('A'+s.number/3%3))
}

// department is the school that has the district's one department.
func (l *layout) department() school { return l.schools[len(l.schools)-1] }

const (
	city  = "Cottonwood Valley"
	state = "NM"
)

// title is the school's name. They repeat after 400 schools, as names do.
func (s school) title() string {
	first := []string{
		"Cottonwood", "Piñon", "Red Mesa", "Juniper", "Río Bravo", "Cedar", "Desert", "High Plains", "Mariposa", "North",
		"Miller's", "Sagebrush", "Willow", "Coyote", "Turquoise", "Yucca", "Old Town", "Kestrel", "Sandía", "Blue",
	}
	second := []string{
		"Creek", "Hills", "Ridge", "Springs", "Grove", "Park", "View", "Canyon", "Crossing", "Meadow",
		"Fork", "Point", "Vista", "Bend", "Bluffs", "Arroyo", "Heights", "Prairie", "Lake", "Pass",
	}
	k := s.number
	return first[k%20] + " " + second[(k*7+k/20)%20] + " " + s.name
}

// phone is a number of those that are nobody's.
func phone(r *rand.Rand) string {
	return fmt.Sprintf("(%s) 555-01%02d", pick(r, "505", "575", "928", "970"), r.IntN(100))
}
