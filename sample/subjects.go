package sample

import (
	"fmt"
	"strings"
)

// subject is something that is taught: the code of its courses, its title, and
// its subject and code in the School Courses for the Exchange of Data.
type subject struct{ code, title, area, sced string }

// levels are the three kinds of school, from the smallest children on.
func levels() []level {
	art := subject{"art", "Visual Art", "Fine and Performing Arts", "05"}
	music := subject{"mus", "Music", "Fine and Performing Arts", "05"}
	gym := subject{"pe", "Physical Education", "Physical Health and Safety Education", "08"}
	spanish := subject{"spa", "Español I", "World Languages", "06"}
	computing := subject{"csp", "Computer Science Principles", "Information Technology", "10"}
	mariachi := subject{"mar", "Mariachi", "Fine and Performing Arts", "05"}
	return []level{
		{"Elementary School", 0, 5, 60, []subject{music, art, gym}},
		{"Middle School", 6, 8, 20, []subject{gym, spanish, music, art}},
		{"High School", 9, 12, 20, []subject{spanish, computing, mariachi, gym, art}},
	}
}

// core is what everybody of a grade is taught: the homeroom and four subjects.
func (g grade) core() []subject {
	titles := []string{"English Language Arts", "Mathematics", "Science", "Social Studies"}
	switch g {
	case 9:
		titles = []string{"English I", "Algebra I", "Biology", "World Geography"}
	case 10:
		titles = []string{"English II", "Geometry", "Chemistry", "World History"}
	case 11:
		titles = []string{"English III", "Algebra II", "Physics", "U.S. History"}
	case 12:
		titles = []string{"English IV", "Precalculus", "Environmental Science", "Government & Economics"}
	}
	return []subject{
		{"hr", "Homeroom", "Miscellaneous", "22"},
		{"ela", titles[0], "English Language and Literature", "01"},
		{"mat", titles[1], "Mathematics", "02"},
		{"sci", titles[2], "Life and Physical Sciences", "03"},
		{"soc", titles[3], "Social Sciences and History", "04"},
	}
}

// course is the title of a grade's course of the subject: in high school the
// subject says it all.
func (sub subject) course(g grade) string {
	if g >= 9 && sub.code != "hr" {
		return sub.title
	}
	return sub.title + ", " + g.words()
}

func (g grade) words() string {
	if g == 0 {
		return "Kindergarten"
	}
	return fmt.Sprintf("Grade %d", int(g))
}

// span lists the grades of a kind of school.
func (lv level) span() string {
	var all []string
	for g := lv.first; g <= lv.last; g++ {
		all = append(all, g.String())
	}
	return strings.Join(all, ",")
}

// taught is the subject of a section's class of a slot.
func (s school) taught(c cohort, section, slot int) subject {
	if slot == elective {
		return s.electives[section%len(s.electives)]
	}
	return c.grade.core()[slot]
}

// courseOf is the course of it: the district's, or for electives the school's own.
func (s school) courseOf(c cohort, section, slot int) string {
	sub := s.taught(c, section, slot)
	if slot == elective {
		return courseID(s.code(), sub, "all")
	}
	return courseID("d", sub, c.grade.String())
}

// courses writes the district's courses of every grade and then each school's electives.
func (l *layout) courses(t *table) error {
	for g := range grade(grades) {
		for _, sub := range g.core() {
			if err := l.course(t, courseID("d", sub, g.String()), sub.course(g), g.String(), districtID, sub); err != nil {
				return err
			}
		}
	}
	for _, s := range l.schools {
		for _, sub := range s.electives {
			if err := l.course(t, courseID(s.code(), sub, "all"), sub.title, s.span(), s.id(), sub); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *layout) course(t *table, id, title, grades, org string, sub subject) error {
	code := strings.ToUpper(sub.code) + "-" + grades[:2]
	if sub.code == "hr" {
		code = ""
	}
	return t.row("sourcedId", id, "schoolYear", yearID, "title", title, "courseCode", code, "grades", grades,
		"org", org, "subjects", sub.area, "subjectCodes", sub.sced)
}
