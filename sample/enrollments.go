package sample

import (
	"fmt"
	"math/rand/v2"
)

// enrollments writes school by school who teaches and who learns.
func (l *layout) enrollments(t *table) error {
	e := enrolling{layout: l, table: t}
	for c := range l.everyClass {
		if err := e.teachers(c); err != nil {
			return err
		}
	}
	for _, s := range l.schools {
		for _, c := range s.cohorts {
			for n := range c.size {
				if err := e.student(seat{s, c, n}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// enrolling counts enrollments while it writes them.
type enrolling struct {
	*layout
	table  *table
	number int
}

func (e *enrolling) row(c class, user, role, primary, begin, end string) error {
	e.number++
	return e.table.row("sourcedId", fmt.Sprintf("enr-%08d", e.number), "class", c.id(), "school", c.school.id(),
		"user", user, "role", role, "primary", primary, "beginDate", begin, "endDate", end)
}

// teachers writes the adults of a class: its primary teacher, in every tenth
// class another one, an aide in the homeroom of every fourth section, a proctor
// in one class of a high school.
func (e *enrolling) teachers(c class) error {
	s, begin := c.school, c.halves()[0].first()
	primary := s.teacher(c.section, c.slot)
	if err := e.row(c, staffID(primary), "teacher", "true", begin, ""); err != nil {
		return err
	}
	if other := s.staff + 1 + (primary-s.staff)%s.sections; c.number()%10 == 3 && other != primary {
		if err := e.row(c, staffID(other), "teacher", "false", begin, ""); err != nil {
			return err
		}
	}
	if c.slot == homeroom && c.section%4 == 0 {
		if err := e.row(c, staffID(s.staff+1+s.sections+c.section/4), "proctor", "", "", ""); err != nil {
			return err
		}
	}
	if c.slot == 1 && c.section == 0 && s.proctors() > 0 {
		return e.row(c, staffID(s.staff+1+s.sections+s.aides()), "proctor", "", "", "")
	}
	return nil
}

// student enrolls a student in one class of every slot. One of a hundred is in
// no class: new, or gone to a programme elsewhere.
func (e *enrolling) student(at seat) error {
	n := at.cohort.students + at.index
	if n%100 == 7 {
		return nil
	}
	r := e.chance(ofEnrollment, n)
	arrival := stay(r)
	for slot := range slots {
		c := class{at.school, at.cohort, at.section(slot), slot}
		begin, end := arrival(c)
		if err := e.row(c, studentID(n), "student", "", begin, end); err != nil {
			return err
		}
	}
	return nil
}

// stay draws from when to when a student attends: mostly from a class's first
// day to its last, sometimes from or to a day within, sometimes nobody wrote it down.
func stay(r *rand.Rand) func(class) (begin, end string) {
	how, days := r.IntN(100), 5+r.IntN(60)
	return func(c class) (string, string) {
		terms := c.halves()
		from, to := terms[0], terms[len(terms)-1]
		switch {
		case how < 10:
			return "", ""
		case how < 15:
			return from.day(days), to.last()
		case how < 16:
			return from.first(), to.day(days)
		}
		return from.first(), to.last()
	}
}
