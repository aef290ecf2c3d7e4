package sample

import (
	"fmt"
	"strings"
)

// marks are what sourcedIds of the wild contain and careless software trips
// over: separators of paths, queries and lists, an escape that must not be
// decoded twice, a space, a quotation mark, letters outside ASCII. The slash is
// first, so that the first school has it.
func marks() []string { return []string{"/", "|", "+", " ", "#", "%2F", "?", "&", "'", "ñ學"} }

// marked is an id whose two parts are joined by a mark in ten of every so many
// records, from the tenth on, and by a hyphen in all others.
func marked(prefix string, number, every int) string {
	join := "-"
	if at := number%every - 10; at >= 0 && at < len(marks()) {
		join = marks()[at]
	}
	return fmt.Sprintf("%s%s%06d", prefix, join, number)
}

// studentID is a student's sourcedId. Four of every 500 are two pairs of people
// whose ids differ only by case.
func studentID(number int) string {
	switch at := number % 500; {
	case at >= 20 && at < 24 && at%2 == 0:
		return fmt.Sprintf("pupil-%06dx", number)
	case at >= 20 && at < 24:
		return fmt.Sprintf("PUPIL-%06dX", number-1)
	}
	return marked("st", number, 500)
}

func guardianID(number int) string { return marked("gd", number, 500) }
func staffID(number int) string    { return marked("ad", number, 100) }
func classID(number int) string    { return marked("cls", number, 200) }

const (
	districtID   = "dist-9912"
	departmentID = "dépt-science"
)

// id is the school's sourcedId: every second one has a mark.
func (s school) id() string {
	join := "-"
	if s.number%2 == 0 {
		join = marks()[s.number/2%len(marks())]
	}
	return "sch" + join + s.code()
}

// code is the school's number as the district writes it.
func (s school) code() string { return fmt.Sprint(101 + s.number) }

func courseID(owner string, sub subject, grades string) string {
	return strings.ToLower(fmt.Sprintf("crs-%s-%s-%s", owner, sub.code, grades))
}
