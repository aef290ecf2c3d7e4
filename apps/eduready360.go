package apps

// eduready360 prepares students for tests and for what comes after school.
func eduready360() Preset {
	return Preset{
		ID: "eduready360", Name: "Eduready360",
		Purpose: "Readiness courses and practice tests",
		Needs: []Need{
			{Entity: "orgs", Required: true, Purpose: "to group readiness reports by school"},
			{Entity: "academicSessions", Required: true, Purpose: "to open and close practice tests with the term"},
			{Entity: "courses", Required: true, Purpose: "to match practice material with the course"},
			{Entity: "classes", Required: true, Purpose: "to give teachers a gradebook for each of their classes"},
			{Entity: "enrollments", Required: true, Purpose: "to put students and teachers into their classes"},
			{Entity: "users", Field: "enabledUser", Required: true, Purpose: "to keep people out who may no longer sign in"},
			{Entity: "users", Field: "username", Required: true, Purpose: "to let students and teachers sign in with their school account"},
			{Entity: "users", Field: "givenName", Required: true, Purpose: "to show teachers whose practice results they read"},
			{Entity: "users", Field: "familyName", Required: true, Purpose: "to show teachers whose practice results they read"},
			{Entity: "users", Field: "identifier", Purpose: "to match results with the student information system"},
			{Entity: "users", Field: "email", Purpose: "to send teachers the results of their classes"},
			{Entity: "users", Field: "grades", Required: true, Purpose: "to choose practice material of the right grade"},
		},
	}
}
