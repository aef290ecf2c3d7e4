package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Subset narrows an entity to the records whose Field is one of Values.
// The zero Subset is the whole entity.
type Subset struct {
	Field  string
	Values []string
}

// Parent is a record that a nested route names before what it lists. Within,
// where set, is its field that must refer to the record named before it; a
// parent whose Join is zero only leads to the next.
type Parent struct {
	Entity string
	Only   Subset
	Within string
	Join   Join
}

// Join says how a listed record belongs to a record named in the path: its own
// Field refers to it, or a record of Through refers to both, by Field to the
// named one and by Member to the listed one. Role, where set, is what Through's
// role must be.
type Join struct {
	Through string
	Field   string
	Member  string
	Role    string
}

// Route is one read of the REST binding.
type Route struct {
	Path       string // "/schools/{id}/students"; {id} stands for any sourcedId
	Operation  string // the standard's name of it: getStudentsForSchool
	Entity     string // what it answers with
	Only       Subset // which records of it
	Parents    []Parent
	Single     bool // answers with the one record that the last {id} names
	TokenScope TokenScope
}

// Reveal names a field whose value a route gives away by what it lists.
type Reveal struct {
	Entity string
	Field  string
}

// Reveals lists the fields that the route gives away: those that narrow what it
// lists and those that join it to the records in its path. An app may walk a
// route only where it may see all of them.
func (r Route) Reveals() []Reveal {
	var all []Reveal
	add := func(entity, field string) {
		if field != "" {
			all = append(all, Reveal{entity, field})
		}
	}
	add(r.Entity, r.Only.Field)
	for _, p := range r.Parents {
		add(p.Entity, p.Only.Field)
		add(p.Entity, p.Within)
		if p.Join.Through == "" {
			add(r.Entity, p.Join.Field)
			continue
		}
		add(p.Join.Through, p.Join.Field)
		add(p.Join.Through, p.Join.Member)
		if p.Join.Role != "" {
			add(p.Join.Through, "role")
		}
	}
	return all
}

// Routes lists the reads of a version: 41 of rostering, and of resources four in 1.1 and five
// in 1.2. Those of both are those of 1.2, for it has one more.
func Routes(v Version) []Route { return slices.Clone(routeTable()[v&V12]) }

// routeTable are the routes without 1.2 and with it, put together once.
var routeTable = sync.OnceValue(func() map[Version][]Route {
	table := map[Version][]Route{}
	for _, v := range []Version{0, V12} {
		table[v] = slices.Concat(collections(v), nested(v))
	}
	return table
})

func only(field string, values ...string) Subset { return Subset{Field: field, Values: values} }

// collections are the top-level lists, each with the read of one of its records.
func collections(v Version) []Route {
	resources := ResourceScope
	if v.Has(V12) {
		resources = ResourceCoreScope
	}
	lists := []Route{
		{Path: "/academicSessions", Operation: "getAllAcademicSessions", Entity: "academicSessions"},
		{Path: "/classes", Operation: "getAllClasses", Entity: "classes"},
		{Path: "/courses", Operation: "getAllCourses", Entity: "courses"},
		{Path: "/gradingPeriods", Operation: "getAllGradingPeriods", Entity: "academicSessions", Only: only("type", "gradingPeriod")},
		{Path: "/demographics", Operation: "getAllDemographics", Entity: "demographics", TokenScope: DemographicsScope},
		{Path: "/enrollments", Operation: "getAllEnrollments", Entity: "enrollments"},
		{Path: "/orgs", Operation: "getAllOrgs", Entity: "orgs"},
		{Path: "/schools", Operation: "getAllSchools", Entity: "orgs", Only: only("type", "school")},
		{Path: "/students", Operation: "getAllStudents", Entity: "users", Only: only("role", "student")},
		{Path: "/teachers", Operation: "getAllTeachers", Entity: "users", Only: only("role", "teacher")},
		{Path: "/terms", Operation: "getAllTerms", Entity: "academicSessions", Only: only("type", "term", "semester")},
		{Path: "/users", Operation: "getAllUsers", Entity: "users"},
		{Path: "/resources", Operation: "getAllResources", Entity: "resources", TokenScope: resources},
	}
	singles := map[string]string{
		"/classes": "getClass", "/gradingPeriods": "getGradingPeriod", "/demographics": "getDemographics",
		"/academicSessions": "getAcademicSession", "/courses": "getCourse", "/enrollments": "getEnrollment",
		"/orgs": "getOrg", "/schools": "getSchool", "/students": "getStudent", "/teachers": "getTeacher",
		"/terms": "getTerm", "/users": "getUser", "/resources": "getResource",
	}
	var routes []Route
	for _, list := range lists {
		if list.TokenScope == "" {
			list.TokenScope = CoreScope
		}
		one := list
		one.Path, one.Operation, one.Single = list.Path+"/{id}", singles[list.Path], true
		routes = append(routes, list, one)
	}
	return routes
}

// nested are the lists of what belongs to a record.
func nested(v Version) []Route {
	student, teacher := only("role", "student"), only("role", "teacher")
	school := func(field string) Parent {
		return Parent{Entity: "orgs", Only: only("type", "school"), Join: Join{Field: field}}
	}
	classOf := func(role string) Parent {
		return Parent{Entity: "classes", Join: Join{Through: "enrollments", Field: "class", Member: "user", Role: role}}
	}
	attended := func(subset Subset) []Parent {
		return []Parent{{Entity: "users", Only: subset, Join: Join{Through: "enrollments", Field: "user", Member: "class"}}}
	}
	inSchool := func(field string) []Parent { return []Parent{school(field)} }
	classInSchool := func(join Join) []Parent {
		return []Parent{school(""), {Entity: "classes", Within: "school", Join: join}}
	}
	terms, periods := only("type", "term", "semester"), only("type", "gradingPeriod")

	routes := []Route{
		{Path: "/schools/{id}/courses", Operation: "getCoursesForSchool", Entity: "courses", Parents: inSchool("org")},
		{Path: "/schools/{id}/classes/{id}/enrollments", Operation: "getEnrollmentsForClassInSchool", Entity: "enrollments", Parents: classInSchool(Join{Field: "class"})},
		{Path: "/schools/{id}/classes/{id}/students", Operation: "getStudentsForClassInSchool", Entity: "users", Parents: classInSchool(classOf("student").Join)},
		{Path: "/schools/{id}/classes/{id}/teachers", Operation: "getTeachersForClassInSchool", Entity: "users", Parents: classInSchool(classOf("teacher").Join)},
		{Path: "/schools/{id}/enrollments", Operation: "getEnrollmentsForSchool", Entity: "enrollments", Parents: inSchool("school")},
		{Path: "/schools/{id}/students", Operation: "getStudentsForSchool", Entity: "users", Only: student, Parents: inSchool("orgs")},
		{Path: "/schools/{id}/teachers", Operation: "getTeachersForSchool", Entity: "users", Only: teacher, Parents: inSchool("orgs")},
		{Path: "/schools/{id}/terms", Operation: "getTermsForSchool", Entity: "academicSessions", Only: terms, Parents: []Parent{
			{Entity: "orgs", Only: only("type", "school"), Join: Join{Through: "classes", Field: "school", Member: "terms"}},
		}},
		{Path: "/terms/{id}/classes", Operation: "getClassesForTerm", Entity: "classes", Parents: []Parent{
			{Entity: "academicSessions", Only: terms, Join: Join{Field: "terms"}},
		}},
		{Path: "/terms/{id}/gradingPeriods", Operation: "getGradingPeriodsForTerm", Entity: "academicSessions", Only: periods, Parents: []Parent{
			{Entity: "academicSessions", Only: terms, Join: Join{Field: "parent"}},
		}},
		{Path: "/courses/{id}/classes", Operation: "getClassesForCourse", Entity: "classes", Parents: []Parent{
			{Entity: "courses", Join: Join{Field: "course"}},
		}},
		{Path: "/students/{id}/classes", Operation: "getClassesForStudent", Entity: "classes", Parents: attended(student)},
		{Path: "/teachers/{id}/classes", Operation: "getClassesForTeacher", Entity: "classes", Parents: attended(teacher)},
		{Path: "/schools/{id}/classes", Operation: "getClassesForSchool", Entity: "classes", Parents: inSchool("school")},
		{Path: "/users/{id}/classes", Operation: "getClassesForUser", Entity: "classes", Parents: attended(Subset{})},
		{Path: "/classes/{id}/students", Operation: "getStudentsForClass", Entity: "users", Parents: []Parent{classOf("student")}},
		{Path: "/classes/{id}/teachers", Operation: "getTeachersForClass", Entity: "users", Parents: []Parent{classOf("teacher")}},
		{Path: "/courses/{id}/resources", Operation: "getResourcesForCourse", Entity: "resources", Parents: []Parent{
			{Entity: "courses", Join: Join{Through: "courseResources", Field: "course", Member: "resource"}},
		}},
		{Path: "/classes/{id}/resources", Operation: "getResourcesForClass", Entity: "resources", Parents: []Parent{
			{Entity: "classes", Join: Join{Through: "classResources", Field: "class", Member: "resource"}},
		}},
	}
	if v.Has(V12) {
		routes = append(routes, Route{Path: "/users/{id}/resources", Operation: "getResourcesForUser", Entity: "resources", Parents: []Parent{
			{Entity: "users", Join: Join{Through: "userResources", Field: "user", Member: "resource"}},
		}})
	}
	for i := range routes {
		routes[i].TokenScope = RosterScope
		if routes[i].ofResources() {
			routes[i].TokenScope = ResourceScope
		}
	}
	return routes
}

// Segments splits the route's path at its slashes.
func (r Route) Segments() []string { return strings.Split(strings.TrimPrefix(r.Path, "/"), "/") }
