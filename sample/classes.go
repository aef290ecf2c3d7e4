package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// class is one of the district's classes: a section's meeting for one slot.
type class struct {
	school  school
	cohort  cohort
	section int // counted within the school
	slot    int
}

// everyClass walks every class of the district in the order of their numbers.
func (l *layout) everyClass(yield func(class) bool) {
	for _, s := range l.schools {
		for _, c := range s.cohorts {
			for section := c.section; section < c.section+c.sections; section++ {
				for slot := range slots {
					if !yield(class{s, c, section, slot}) {
						return
					}
				}
			}
		}
	}
}

func (c class) number() int      { return c.school.classNumber(c.section, c.slot) }
func (c class) id() string       { return classID(c.number()) }
func (c class) subject() subject { return c.school.taught(c.cohort, c.section, c.slot) }

// halves lists the semesters in which the class meets: both, but for the
// electives of high schools, which take one.
func (c class) halves() []session {
	both := calendar()[1:3]
	if c.slot != elective || c.school.last < 12 {
		return both
	}
	return both[c.section%2 : c.section%2+1]
}

func (c class) terms() string {
	terms := c.halves()
	if len(terms) == 1 {
		return terms[0].id
	}
	return terms[0].id + "," + terms[1].id
}

// label is the class's title. Homerooms are called by their teacher, as
// everywhere: a title may hold a person's name.
func (l *layout) label(c class) string {
	nth := c.section - c.cohort.section + 1
	if c.slot == homeroom {
		teacher := l.adult(c.school.teacher(c.section, c.slot))
		return fmt.Sprintf("Homeroom %s-%d (%s)", c.cohort.grade, nth, teacher.family.text)
	}
	return fmt.Sprintf("%s, Section %d", c.subject().course(c.cohort.grade), nth)
}

func (l *layout) classes(t *table) error {
	for c := range l.everyClass {
		if err := l.classRow(t, c); err != nil {
			return err
		}
	}
	return nil
}

func (l *layout) classRow(t *table, c class) error {
	r := l.chance(ofClass, c.number())
	kind, starts, ends := "scheduled", fmt.Sprintf("%02d:30", 7+c.slot), fmt.Sprintf("%02d:20", 8+c.slot)
	code := fmt.Sprintf("%s-%s-%02d", strings.ToUpper(c.subject().code), c.cohort.grade, c.section)
	if c.slot == homeroom {
		kind, code, starts, ends = "homeroom", "", "08:00", "08:15"
	}
	return t.row("sourcedId", c.id(), "title", l.label(c), "grades", c.cohort.grade.String(),
		"course", c.school.courseOf(c.cohort, c.section, c.slot), "classCode", mostly(r, code, 20), "classType", kind,
		"location", mostly(r, c.room(r), 15), "school", c.school.id(), "terms", c.terms(),
		"subjects", c.subject().area, "subjectCodes", c.subject().sced, "periods", c.periods(r),
		"metadata.classStateId", mostly(r, fmt.Sprintf("9912-%07d", c.number()), 30),
		"metadata.SessionStartTime", starts, "metadata.SessionEndTime", ends)
}

func (c class) room(r *rand.Rand) string {
	if c.subject().code == "pe" {
		return "Gym #" + fmt.Sprint(1+r.IntN(2))
	}
	return fmt.Sprintf("Room %d%02d", 1+c.section/20, c.section%20+1)
}

// periods are when the class meets; one in ten meets twice a day.
func (c class) periods(r *rand.Rand) string {
	if c.slot == homeroom {
		return "HR"
	}
	if percent(r, 10) {
		return fmt.Sprintf("%d,%d", c.slot, c.slot+1)
	}
	return fmt.Sprint(c.slot)
}
