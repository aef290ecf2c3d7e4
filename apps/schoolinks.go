package apps

// schoolinks is college and career planning.
func schoolinks() Preset {
	return Preset{
		ID: "schoolinks", Name: "SchooLinks",
		Purpose: "College and career readiness planning",
		Needs: []Need{
			{Entity: "orgs", Required: true, Purpose: "to place students and counselors in their schools"},
			{Entity: "academicSessions", Required: true, Purpose: "to lay a four-year plan over the school calendar"},
			{Entity: "courses", Required: true, Purpose: "to offer the district's courses in the course planner"},
			{Entity: "classes", Required: true, Purpose: "to assign planning activities to a class"},
			{Entity: "enrollments", Required: true, Purpose: "to show students the courses that they already take in their plan"},
			{Entity: "users", Field: "enabledUser", Required: true, Purpose: "to keep people out who may no longer sign in"},
			{Entity: "users", Field: "username", Required: true, Purpose: "to connect single sign-on with the right account"},
			{Entity: "users", Field: "givenName", Required: true, Purpose: "to name students on plans and recommendation requests"},
			{Entity: "users", Field: "familyName", Required: true, Purpose: "to name students on plans and transcript requests"},
			{Entity: "users", Field: "identifier", Required: true, Purpose: "to match a transcript with its student"},
			{Entity: "users", Field: "userIds", Purpose: "to carry the state id to college applications that ask for it"},
			{Entity: "users", Field: "email", Required: true, Purpose: "to invite students and staff and to remind them of deadlines"},
			{Entity: "users", Field: "grades", Required: true, Purpose: "to show the activities of the grade"},
			{Entity: "users", Key: "primaryOrg", Purpose: "to place a student who attends several schools in the one that counsels them"},
			{Entity: "users", Key: "studentNumber", Purpose: "to match students with the exports of the student information system"},
			{Entity: "users", Key: "schoolNumber", Purpose: "to match schools with the exports of the student information system"},
		},
	}
}
