package intake

import (
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/calendar"
	"github.com/rostergate/rostergate/roster/cell"
)

// lacking is a required cell of a row without a usable value: its place among the cells
// of the row, and what is wrong with it.
type lacking struct {
	column *column
	at     int
	bad    cell.Flaw
	why    missed // where it refers to what is not there
}

// knowable is a required field whose value can be known where its cell has none, or
// without which a record is still one.
type knowable struct {
	entity, field string
	blank         bool                   // only where the cell is blank, not where it is wrong
	value         func(s *survey) string // "" where it is not known after all
	flaw          cell.Flaw              // what is told; without a remedy, with the words of the field; the zero Flaw for what is wrong with the cell
	without       bool                   // the record is taken without a value
}

const (
	remedyTitle = "Fill it in."
	remedyBlank = "Fill it in, or correct it."
)

// knowables are those of all entities. What one says may rest on those before it.
func knowables() []knowable {
	return []knowable{
		{
			entity: "academicSessions", field: "title", value: sessionTitle,
			flaw: cell.Flaw{Problem: "the title is missing, and was made of the dates", Remedy: remedyTitle},
		},
		{
			entity: "academicSessions", field: "schoolYear", without: true, // until all sessions are known
			flaw: cell.Flaw{Problem: "the year is missing or not understood, and was taken from the parent or the dates", Remedy: "Write it YYYY, the year in which the school year ends."},
		},
		{
			entity: "orgs", field: "name", value: firstOf("identifier", "sourcedId"),
			flaw: cell.Flaw{Problem: "the name is missing, and the identifier or the sourcedId stands for it", Remedy: remedyTitle},
		},
		{
			entity: "courses", field: "title", value: firstOf("courseCode", "sourcedId"),
			flaw: cell.Flaw{Problem: "the title is missing, and the code or the sourcedId stands for it", Remedy: remedyTitle},
		},
		{
			entity: "courses", field: "org", without: true,
			flaw: cell.Flaw{Problem: "the org of the course is missing or not exported, and the course was taken without", Remedy: "Export the org, too: without it the course is seen with its classes alone."},
		},
		{
			entity: "classes", field: "title", value: classTitle,
			flaw: cell.Flaw{Problem: "the title is missing, and that of the course or the code of the class stands for it", Remedy: remedyTitle},
		},
		{
			entity: "classes", field: "classType", blank: true, value: func(*survey) string { return "scheduled" },
			flaw: cell.Flaw{Problem: "the type of the class is missing, and was taken as scheduled"},
		},
		{entity: "classes", field: "classType", without: true},
		{
			entity: "classes", field: "school", blank: true, value: func(s *survey) string { return s.known.SchoolOfCourse(s.content("course")) },
			flaw: cell.Flaw{Problem: "the school is missing, and that of the course was taken", Remedy: remedyBlank},
		},
		{
			entity: "classes", field: "terms", blank: true, value: func(s *survey) string { return s.known.YearOfCourse(s.content("course")) },
			flaw: cell.Flaw{Problem: "the terms are missing, and the school year of the course was taken", Remedy: remedyBlank},
		},
		{
			entity: "users", field: "enabledUser", blank: true, value: func(*survey) string { return "true" },
			flaw: cell.Flaw{Problem: "it is not said whether the user is enabled, and was taken as true"},
		},
		{
			entity: "users", field: "username", without: true,
			flaw: cell.Flaw{Problem: "the user has no username, and was taken without", Remedy: "Give each person one: OneRoster 1.1 demands it, so that strict apps will not take those who have none."},
		},
		{
			entity: "enrollments", field: "school", value: func(s *survey) string { return s.known.SchoolOfClass(s.content("class")) },
			flaw: cell.Flaw{Problem: "the school is missing or not exported, and that of the class was taken", Remedy: remedyBlank},
		},
		{
			entity: "enrollments", field: "role", blank: true, value: userRole,
			flaw: cell.Flaw{Problem: "the role is missing, and that of the user was taken", Remedy: remedyTitle},
		},
	}
}

// knowableOf are those of a field.
func knowableOf(e catalog.Entity, f catalog.Field) []knowable {
	var all []knowable
	for _, k := range knowables() {
		if k.entity == e.Plural && k.field == f.Name {
			all = append(all, k)
		}
	}
	return all
}

// supplied looks for the values that the row at hand lacks, and tells whether it can be
// taken.
func (s *survey) supplied(line int) bool {
	sound := true
	for _, l := range s.lacking {
		value, told, fine := s.supply(l)
		severity := bundle.Warning
		if !fine {
			severity, told, sound = bundle.Refused, l.bad, false
		}
		s.cells[l.at], s.why = value, l.why
		s.add(severity, line, l.column.Header(), told)
	}
	return sound
}

// supply is the value of a cell that has none, as far as it is known, with what is told
// of it. It is not fine where there is no record without one.
func (s *survey) supply(l lacking) (value string, told cell.Flaw, fine bool) {
	for _, k := range l.column.apt {
		if k.blank && l.bad != cell.BlankCell {
			continue
		}
		if k.value != nil {
			value = k.value(s)
		}
		if value == "" && !k.without {
			continue
		}
		if told = k.flaw; !told.Found() {
			told = cell.LeftOut(l.bad)
		}
		if told.Remedy == "" {
			told.Remedy = cell.Allowed(l.column.Field)
		}
		return value, told, true
	}
	return "", cell.Flaw{}, false
}

// content is a cell of the row at hand by the name of its field, as the spool has it. The
// sourcedId is the first.
func (s *survey) content(field string) string {
	at := firstContent
	for i := range s.columns {
		switch c := &s.columns[i]; {
		case c.Class == catalog.Credential:
		case c.Name == field:
			return s.cells[at]
		default:
			at++
		}
	}
	return s.cells[0]
}

// firstOf is the first of some fields that has a value.
func firstOf(fields ...string) func(*survey) string {
	return func(s *survey) string {
		for _, field := range fields {
			if value := s.content(field); value != "" {
				return value
			}
		}
		return ""
	}
}

// sessionTitle is a title that says when the session is.
func sessionTitle(s *survey) string {
	from, to := s.content("startDate"), s.content("endDate")
	switch {
	case from == "" || to == "":
		return "" // the row is refused for that
	case s.content("type") == calendar.SchoolYear && from[:4] != to[:4]:
		return from[:4] + "-" + to[:4]
	}
	return from + " to " + to
}

func classTitle(s *survey) string {
	if title := s.known.TitleOfCourse(s.content("course")); title != "" {
		return title
	}
	return firstOf("classCode", "sourcedId")(s)
}

// userRole is the role of the user, where users of that role have it in classes.
func userRole(s *survey) string {
	role := s.known.RoleOfUser(s.content("user"))
	if role == catalog.Student || role == catalog.Teacher {
		return role
	}
	return ""
}
