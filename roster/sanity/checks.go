package sanity

import (
	"github.com/rostergate/rostergate/catalog"
)

// Check is something of which a sound roster has no record.
type Check struct {
	Name   string // stable: "students-without-enrollments", "demographics.metadata.iepStatus"
	Entity string // of the records that are counted
	Says   string // "Students without enrollments"
	Noun   Noun   // of a record
	Remedy string
	Cost   Cost
	Member catalog.Member // of Flawed: what an app has to be given to get the records so
}

// Noun is what a record is called, and several.
type Noun struct{ One, Many string }

// Cost is what an app lacks or gets because of a check's records.
type Cost uint8

// The costs.
const (
	Harmless   Cost = iota // no app lacks anybody
	Unenrolled             // an app whose scope has no unenrolled users lacks them
	Ungraded               // an app whose scope names grades lacks them
	Bare                   // an app with demographics gets them without
	Termless               // every app lacks them
	Flawed                 // an app that is given the member gets it so
)

// prefix stands before the checks of the values of metadata keys.
const prefix = "demographics." + string(catalog.Metadata) + "."

// Checks are all checks, in the order in which people read them.
func Checks() []Check {
	student, teacher, class := Noun{"student", "students"}, Noun{"teacher", "teachers"}, Noun{"class", "classes"}
	all := []Check{
		{Name: "students-without-enrollments", Entity: "users", Says: "Students without enrollments", Noun: student, Remedy: "Export their enrollments.", Cost: Unenrolled},
		{Name: "teachers-without-enrollments", Entity: "users", Says: "Teachers without enrollments", Noun: teacher, Remedy: "Export their enrollments.", Cost: Unenrolled},
		{Name: "students-without-grades", Entity: "users", Says: "Students without grades", Noun: student, Remedy: "Export the grades of students.", Cost: Ungraded},
		{Name: "students-without-demographics", Entity: "users", Says: "Students without demographics", Noun: student, Remedy: "Export a row of demographics for each student.", Cost: Bare},
		{Name: "classes-without-terms", Entity: "classes", Says: "Classes without terms", Noun: class, Remedy: "Export the sessions in which they meet.", Cost: Termless},
		{Name: "classes-without-students", Entity: "classes", Says: "Classes without students", Remedy: "Leave them out, or export who is enrolled."},
		{Name: "classes-without-teachers", Entity: "classes", Says: "Classes without teachers", Remedy: "Enroll a teacher in each."},
		{Name: "classes-without-periods", Entity: "classes", Says: "Classes without periods", Remedy: "Export the periods, where apps show them."},
		{Name: "courses-without-classes", Entity: "courses", Says: "Courses without classes", Remedy: "Leave out what is not taught."},
		{Name: "schools-without-classes", Entity: "orgs", Says: "Schools without classes", Remedy: "Export their classes, or leave them out."},
		shared("enrollments", "user", "Enrollments that repeat another one at a time"),
		shared("users", "username", "Users with the username of somebody else"),
		shared("users", "email", "Users with the email address of somebody else"),
		shared("users", "identifier", "Users with the identifier of somebody else"),
		shared("users", string(catalog.UserIDs), "Users with a user ID of somebody else"),
	}
	for _, k := range catalog.KnownKeys() {
		if k.Entity == "demographics" {
			member := catalog.ParseMember(prefix + k.Key)
			all = append(all, Check{
				Name: prefix + k.Key, Entity: k.Entity, Noun: Noun{"record", "records"}, Says: k.Label + ": values that are none of its codes",
				Remedy: "Export codes of the list.", Cost: Flawed, Member: member,
			})
		}
	}
	return all
}

// shared is the check that no two records have one value of a field.
func shared(entity, field, says string) Check {
	c := Check{Name: SharedName(entity, field), Entity: entity, Noun: Noun{"user", "users"}, Says: says, Remedy: "The import's report has the places."}
	if entity == "users" {
		c.Cost, c.Member = Flawed, catalog.ParseMember(entity+"."+field)
	}
	return c
}

// SharedName is the name of the check that no two records of an entity have one value of
// a field.
func SharedName(entity, field string) string { return entity + "-sharing-" + field }

// KeyName is the name of the check of a metadata key's values.
func KeyName(entity, key string) string { return entity + "." + string(catalog.Metadata) + "." + key }
