package checks

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/codec"
)

// The tables of this file are what OneRoster asks of records beyond the form of
// their cells. All of it is judged on accepted rows and is a warning: the row is
// taken, and as it is but for what drops leave out.

// check is something asked of a single record. It looks at cells as they are
// stored: references are ids, lists are JSON. The first is the one reported.
type check struct {
	entities []string
	fields   []string
	problem  string
	remedy   string
	wrong    func(k *Known, cells []string) bool
}

func checks() []check {
	return []check{
		{
			[]string{"academicSessions"},
			[]string{"startDate", "endDate"},
			"the session starts after it ends", "Correct one of the dates.",
			reversed,
		},
		{
			[]string{"academicSessions"},
			[]string{"schoolYear", "endDate", "type"},
			"the year is not the one in which the school year ends", "Write the year of the end date; for a session within the school year it may be the next.",
			otherYear,
		},
		{
			[]string{"orgs"},
			[]string{"parent"},
			"more than one org has no parent", "Let the orgs form one tree, usually below the district.",
			anotherRoot,
		},
		{
			[]string{"courses"},
			[]string{"schoolYear"},
			"the session referred to is not of type schoolYear", "Refer to the school year.",
			func(k *Known, cells []string) bool { return k.otherThan("schoolYear", sessionType, cells[0]) },
		},
		{
			[]string{"classes", "enrollments"},
			[]string{"school"},
			"the org referred to is not of type school", "Refer to a school.",
			func(k *Known, cells []string) bool { return k.otherThan("school", orgType, cells[0]) },
		},
		{
			[]string{"courses", "classes"},
			[]string{"subjects", "subjectCodes"},
			"the list is not as long as that of subjectCodes", "Give each subject its code, in the same order.",
			unequalLists,
		},
		{
			[]string{"users", "courses", "classes"},
			[]string{"grades"},
			"a grade is none of the CEDS codes", "Use the codes of the CEDS grade level, such as KG, 01 and 12.",
			strangeGrade,
		},
		{
			[]string{"users"},
			[]string{"email"},
			"the value is not an email address", "Write one address, as name@domain.",
			func(_ *Known, cells []string) bool { return cells[0] != "" && !isAddress(cells[0]) },
		},
		{
			[]string{"users"},
			[]string{"phone"},
			notDialled, "Write one number, as 555-0100 or +1 555 555 0100 x12.",
			func(_ *Known, cells []string) bool { return cells[0] != "" && !isNumber(cells[0]) },
		},
		{
			[]string{"users"},
			[]string{"sms"},
			notDialled, "Write one number, as 555-0100 or +1 555 555 0100.",
			func(_ *Known, cells []string) bool { return cells[0] != "" && !isNumber(cells[0]) },
		},
		{
			[]string{"enrollments"},
			[]string{"school", "class"},
			"the school is not the one of the class", "Enroll users at the school of the class.",
			func(k *Known, cells []string) bool { return k.elsewhere(classSchool, cells[1], cells[0]) },
		},
		{
			[]string{"enrollments"},
			[]string{"role", "user"},
			"the role is not the user's: only students enroll as students", "Correct the role of one of them.",
			func(k *Known, cells []string) bool {
				role := k.word(userRole, codec.ID(cells[1]))
				return role != "" && (role == catalog.Student) != (cells[0] == catalog.Student)
			},
		},
		{
			[]string{"enrollments"},
			[]string{"beginDate", "endDate"},
			"the enrollment begins after it ends", "Correct one of the dates.",
			reversed,
		},
		{
			[]string{"enrollments"},
			[]string{"beginDate", "class"},
			"the enrollment begins outside the terms of its class", "Correct the date, or the terms of the class.",
			func(k *Known, cells []string) bool { return k.outside(cells[1], cells[0]) },
		},
		{
			[]string{"enrollments"},
			[]string{"endDate", "class"},
			"the enrollment ends outside the terms of its class", "Correct the date, or the terms of the class.",
			func(k *Known, cells []string) bool { return k.outside(cells[1], cells[0]) },
		},
	}
}

// drops are checks of optional values: one that is wrong is left out.
func drops() []check {
	return []check{
		{
			[]string{"roles"},
			[]string{"userProfile", "user"},
			"the profile is one of another user, and was left out", "Name a profile of the user's own, or none.",
			func(k *Known, cells []string) bool { return k.elsewhere(profileUser, cells[0], cells[1]) },
		},
	}
}

// relation is something asked of a record and another of the same entity that it
// refers to. It is judged when every row of the file is known.
type relation struct {
	entity  string
	field   string
	problem string
	remedy  string
	wrong   func(k *Known, t tie) bool
}

func relations() []relation {
	return []relation{
		{
			"academicSessions", "parent",
			"the session is not within the dates of its parent", "Correct the dates of one of them.",
			func(k *Known, t tie) bool {
				return k.before(sessionStart, t.from, t.to) || k.before(sessionEnd, t.to, t.from)
			},
		},
		{
			"users", "agents",
			"the agent does not name this user in turn", "Name each in the agentSourcedIds of the other.",
			func(k *Known, t tie) bool { return k.word(userRole, t.to) != "" && !k.tied(t.to, t.from) },
		},
		{
			"users", "agents",
			"the agent is a teacher", "Name the guardians of a student here, or the students of a guardian.",
			func(k *Known, t tie) bool { return k.word(userRole, t.to) == catalog.Teacher },
		},
	}
}

const notDialled = "the value is not a telephone number"

func reversed(_ *Known, cells []string) bool { return cells[1] != "" && cells[0] > cells[1] }

// otherYear judges the end of a session: a school year ends in its year, what is
// within one may end in the year before.
func otherYear(_ *Known, cells []string) bool {
	year, end := codec.ID(cells[0]), day(cells[1])/10000
	return end != year && (cells[2] == "schoolYear" || end+1 != year)
}

func anotherRoot(k *Known, cells []string) bool {
	if cells[0] != "" {
		return false
	}
	k.roots++
	return k.roots > 1
}

func unequalLists(_ *Known, cells []string) bool {
	return cells[0] != "" && cells[1] != "" && len(codec.Items(cells[0])) != len(codec.Items(cells[1]))
}

func strangeGrade(k *Known, cells []string) bool {
	return slices.ContainsFunc(codec.Items(cells[0]), func(code string) bool { return !k.Codes.Has("gradeLevel", code) })
}

func isAddress(text string) bool {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(domain, ".")
}

// dialled is what people write between the digits of a telephone number, and an
// extension behind them.
var dialled = regexp.MustCompile(`^\+?[0-9 ()./-]+(?i:,? *(?:x|ext\.?|#) *[0-9]+)?$`)

// isNumber reports whether text can be dialled: 7 digits at least, 20 with the
// extension at most.
func isNumber(text string) bool {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return dialled.MatchString(text) && digits >= 7 && digits <= 20
}
