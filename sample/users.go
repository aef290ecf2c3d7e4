package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// users writes the district office, then school by school its staff and its
// students, then the guardians.
func (l *layout) users(t *table) error {
	for n := range office {
		if err := l.staffRow(t, n, "administrator", nil); err != nil {
			return err
		}
	}
	for _, s := range l.schools {
		if err := l.schoolRows(t, s); err != nil {
			return err
		}
	}
	for n := 0; ; n++ {
		fam := l.families.at(n)
		if fam.children == 0 {
			return nil
		}
		if err := l.guardianRows(t, fam); err != nil {
			return err
		}
	}
}

func (l *layout) schoolRows(t *table, s school) error {
	for n := range s.adults() {
		if err := l.staffRow(t, s.staff+n, s.roleOf(n), &s); err != nil {
			return err
		}
	}
	for _, c := range s.cohorts {
		for n := range c.size {
			if err := l.studentRow(t, seat{s, c, n}); err != nil {
				return err
			}
		}
	}
	return nil
}

// roleOf is the role of the school's nth member of staff, who come in the order
// principal, teachers, aides, proctors.
func (s school) roleOf(n int) string {
	switch {
	case n == 0:
		return "administrator"
	case n <= s.sections:
		return "teacher"
	case n <= s.sections+s.aides():
		return "aide"
	}
	return "proctor"
}

// studentRow writes a student. Small children have no email, and nobody below high
// school a number for messages.
func (l *layout) studentRow(t *table, at seat) error {
	n := at.cohort.students + at.index
	fam := l.families.of(n)
	p, r := l.student(n, l.home(fam)), l.chance(ofStudentRow, n)
	number := fmt.Sprint(100000 + n)
	username := p.stem("") + number
	email, text := mostly(r, username+"@students.example.org", 4), mostly(r, phone(r), 40)
	if at.cohort.grade < 3 {
		email = ""
	}
	if at.cohort.grade < 9 {
		text = ""
	}
	return t.row("sourcedId", studentID(n), "enabledUser", truth(!percent(r, 1)), "orgs", at.school.id(), "role", "student",
		"username", username, "userIds", userIDs("StateID:"+stateID(n), "LDAP:"+username),
		"givenName", p.given.text, "familyName", p.family.text, "middleName", p.middle, "identifier", mostly(r, number, 15),
		"email", email, "sms", text, "phone", mostly(r, phone(r), 70), "agents", strings.Join(l.guardians(fam), ","),
		"grades", at.cohort.grade.String(), "password", password(r, n), "primaryOrg", at.school.id(), "preferredFirstName", preferred(n, p), "pronouns", pronouns(n),
		"metadata.primaryOrg", at.school.id(), "metadata.studentNumber", number, "metadata.schoolNumber", at.school.code(),
		"metadata.lunchBalance", mostly(r, fmt.Sprintf("%.2f", float64(r.IntN(6000)-500)/100), 20))
}

// staffRow writes a member of staff: of the school, or of the office where nil.
// Every fifth teacher of the department's school belongs to the department too.
func (l *layout) staffRow(t *table, n int, role string, s *school) error {
	p, r := l.adult(n), l.chance(ofStaffRow, n)
	org, code := districtID, ""
	if s != nil {
		org, code = s.id(), s.code()
	}
	orgs := org
	if s != nil && s.number == l.department().number && role == "teacher" && (n-s.staff)%5 == 1 {
		orgs += "," + departmentID
	}
	username := l.staffName(n)
	return t.row("sourcedId", staffID(n), "enabledUser", truth(!percent(r, 1)), "orgs", orgs, "role", role,
		"username", username, "userIds", userIDs("LDAP:"+username, mostly(r, fmt.Sprintf("Badge:B%05d", n), 50)),
		"givenName", p.given.text, "familyName", p.family.text, "middleName", p.middle, "identifier", mostly(r, fmt.Sprintf("E%06d", n), 25),
		"email", l.staffEmail(n), "sms", mostly(r, phone(r), 60), "phone", mostly(r, phone(r), 20), "password", password(r, n), "primaryOrg", org,
		"metadata.primaryOrg", org, "metadata.schoolNumber", code)
}

// guardianRows writes the guardians of a family.
func (l *layout) guardianRows(t *table, fam family) error {
	children := l.families.members(fam)
	var wards, orgs []string
	for _, n := range children {
		wards = append(wards, studentID(n))
		orgs = append(orgs, l.seat(n).school.id())
	}
	slices.Sort(orgs)
	orgs = slices.Compact(orgs)
	for i := range fam.guardians {
		if err := l.guardianRow(t, fam.guardian+i, l.home(fam), wards, orgs); err != nil {
			return err
		}
	}
	return nil
}

func (l *layout) guardianRow(t *table, n int, h home, wards, orgs []string) error {
	p, r := l.guardian(n, h), l.chance(ofGuardianRow, n)
	username := fmt.Sprintf("%s.g%d", p.stem("."), n)
	return t.row("sourcedId", guardianID(n), "enabledUser", truth(!percent(r, 10)), "orgs", strings.Join(orgs, ","),
		"role", pick(r, "guardian", "guardian", "parent", "parent", "parent", "parent", "parent", "relative"),
		"username", username, "givenName", p.given.text, "familyName", p.family.text, "middleName", mostly(r, p.middle, 60),
		"email", mostly(r, username+"@families.example.net", 10), "sms", mostly(r, phone(r), 30), "phone", mostly(r, phone(r), 10),
		"agents", strings.Join(wards, ","), "password", password(r, n))
}

// guardians lists the ids of a family's guardians.
func (l *layout) guardians(fam family) []string {
	var all []string
	for i := range fam.guardians {
		all = append(all, guardianID(fam.guardian+i))
	}
	return all
}

// stateID is the state's number of a student: scattered, and of one student only.
func stateID(student int) string { return fmt.Sprintf("9912%07d", int64(student)*6180339%most) }

// staffName is the username of a member of staff; numbers keep them apart, and a
// dot keeps them apart from those of students.
func (l *layout) staffName(n int) string { return fmt.Sprintf("%s%d", l.adult(n).stem("."), n) }

func (l *layout) staffEmail(n int) string { return l.staffName(n) + "@staff.example.org" }

func (p person) full() string { return p.given.text + " " + p.family.text }

// userIDs writes the ids that are not blank as {Type:id} in a list.
func userIDs(ids ...string) string {
	var all []string
	for _, id := range ids {
		if id != "" {
			all = append(all, "{"+id+"}")
		}
	}
	return strings.Join(all, ",")
}

// password is what should never be in a roster, and is in one record of forty.
func password(r *rand.Rand, n int) string {
	if n%40 != 7 {
		return ""
	}
	return fmt.Sprintf("Welcome-%04d", r.IntN(10000))
}

func truth(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}
