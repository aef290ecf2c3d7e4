package sample

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rostergate/rostergate/ceds"
)

// Sizes of schools and classes, in students.
const (
	perSchool  = 450
	perSection = 25
)

// Each section has one class of every slot: a homeroom, four core subjects, an
// elective.
const (
	homeroom = 0
	elective = 5
	slots    = 6
)

// grade counts from 0, kindergarten, to 12.
type grade int

const grades = 13

// String is the CEDS grade level.
func (g grade) String() string {
	if g == 0 {
		return "KG"
	}
	return fmt.Sprintf("%02d", int(g))
}

// layout is who goes where in a district: everything that must be known before
// any single record can be made. It grows with the number of schools only.
type layout struct {
	District
	schools  []school
	families families
	cultures []culture
	odds     int // the sum of the cultures' weights
	codes    ceds.Tables
	staff    int // how many, district office included
}

// level is a kind of school.
type level struct {
	name        string
	first, last grade
	share       int // percent of all schools
	electives   []subject
}

// school is a school's part of the district: students, classes and staff are
// numbered throughout the district, each school having a run of each.
type school struct {
	level
	number   int // 0 for the first school
	students int // the number of its first student
	classes  int // of its first class
	staff    int // of its first member of staff, the principal
	sections int
	cohorts  []cohort
}

// cohort is the students of one grade of a school.
type cohort struct {
	grade    grade
	students int // the number of the first
	size     int
	section  int // the first of its sections, counted within the school
	sections int
}

func newLayout(d District) *layout {
	l := &layout{District: d, cultures: cultures(), codes: ceds.Load(), families: newFamilies(d)}
	for _, c := range l.cultures {
		l.odds += c.weight
	}
	l.staff = office
	classes := 0
	for _, s := range d.schools() {
		s.classes, s.staff = classes, l.staff
		classes += s.sections * slots
		l.staff += s.adults()
		l.schools = append(l.schools, s)
	}
	return l
}

// schools divides the students evenly among grades, and those of a level evenly
// among its schools.
func (d District) schools() []school {
	var all []school
	count := max(3, (d.Students+perSchool/2)/perSchool)
	left := count
	for i, lv := range levels() {
		n := max(1, count*lv.share/100)
		if i == 2 {
			n = left
		}
		left -= n
		from, to := part(d.Students, int(lv.first), grades), part(d.Students, int(lv.last+1), grades)
		for k := range n {
			start, end := from+part(to-from, k, n), from+part(to-from, k+1, n)
			all = append(all, newSchool(lv, len(all), start, end))
		}
	}
	return all
}

func newSchool(lv level, number, start, end int) school {
	s := school{level: lv, number: number, students: start}
	span := int(lv.last-lv.first) + 1
	for k := range span {
		from, to := start+part(end-start, k, span), start+part(end-start, k+1, span)
		c := cohort{grade: lv.first + grade(k), students: from, size: to - from, section: s.sections}
		c.sections = (c.size + perSection - 1) / perSection
		s.sections += c.sections
		s.cohorts = append(s.cohorts, c)
	}
	return s
}

// part is what the first k of n equal shares come to.
func part(whole, k, n int) int { return int(int64(whole) * int64(k) / int64(n)) }

// seat is a student's place.
type seat struct {
	school school
	cohort cohort
	index  int // among the cohort
}

// seat finds the place of a student.
func (l *layout) seat(student int) seat {
	at, found := slices.BinarySearchFunc(l.schools, student, func(s school, n int) int { return cmp.Compare(s.students, n) })
	if !found {
		at--
	}
	for at+1 < len(l.schools) && l.schools[at+1].students <= student {
		at++ // past schools without students
	}
	s := l.schools[at]
	c := s.cohorts[slices.IndexFunc(s.cohorts, func(c cohort) bool { return student < c.students+c.size })]
	return seat{s, c, student - c.students}
}

// section is the section, counted within the school, in which the student takes
// the slot. Small children stay together; older ones meet others in each subject.
func (p seat) section(slot int) int {
	n := p.cohort.sections
	if p.school.first == 0 {
		slot = homeroom
	}
	return p.cohort.section + (p.index+slot*(p.index/n))%n
}

// classNumber is the number of a section's class of a slot.
func (s school) classNumber(section, slot int) int { return s.classes + section*slots + slot }

// teacher is the number of the teacher of a section's class of a slot. Every
// section has a homeroom teacher, who teaches all of it to small children and one
// of the five subjects to a block of five sections of older ones.
func (s school) teacher(section, slot int) int {
	if slot == homeroom || s.first == 0 {
		return s.staff + 1 + section
	}
	block := section / (slots - 1) * (slots - 1)
	return s.staff + 1 + block + (slot-1)%min(slots-1, s.sections-block)
}

// office is the number of people in the district's office: the first of the staff.
const office = 3

// aides is how many aides the school has: one for every fourth section.
func (s school) aides() int { return (s.sections + 3) / 4 }

// proctors is how many proctors the school has.
func (s school) proctors() int {
	if s.last < 12 || s.sections == 0 {
		return 0
	}
	return 1
}

// adults is how many people work in the school: principal, teachers, aides, proctors.
func (s school) adults() int { return 1 + s.sections + s.aides() + s.proctors() }
