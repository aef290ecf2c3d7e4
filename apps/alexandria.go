package apps

// alexandria is library software: catalog, circulation, overdue notices.
func alexandria() Preset {
	return Preset{
		ID: "alexandria", Name: "Alexandria",
		Purpose:   "School library: catalog, circulation and notices",
		Guardians: true,
		Needs: []Need{
			{Entity: "orgs", Required: true, Purpose: "to give every school its own library and its own patrons"},
			{Entity: "academicSessions", Required: true, Purpose: "to set due dates that fall before the end of a term"},
			{Entity: "courses", Purpose: "to tie reading lists to the courses they belong to"},
			{Entity: "classes", Required: true, Purpose: "to print class lists and homeroom reports for librarians"},
			{Entity: "enrollments", Required: true, Purpose: "to send overdue lists to the homeroom teacher of a patron"},
			{Entity: "users", Field: "enabledUser", Required: true, Purpose: "to close the accounts of patrons who may no longer sign in"},
			{Entity: "users", Field: "username", Required: true, Purpose: "to let patrons sign in to the catalog"},
			{Entity: "users", Field: "givenName", Required: true, Purpose: "to show the patron's name at the circulation desk"},
			{Entity: "users", Field: "familyName", Required: true, Purpose: "to show the patron's name at the circulation desk"},
			{Entity: "users", Field: "middleName", Purpose: "to tell patrons of the same name apart at the circulation desk"},
			{Entity: "users", Field: "identifier", Purpose: "to use the student number as the patron barcode"},
			{Entity: "users", Field: "userIds", Purpose: "to match patrons with the library cards that they already have"},
			{Entity: "users", Field: "email", Purpose: "to send due-date reminders and hold notices"},
			{Entity: "users", Field: "phone", Purpose: "to call a family about lost or damaged books"},
			{Entity: "users", Field: "agents", Purpose: "to send a student's overdue notices to the guardians"},
			{Entity: "users", Field: "grades", Purpose: "to apply the loan limits of the grade"},
			{Entity: "demographics", Field: "birthDate", Purpose: "to choose age-appropriate library titles"},
			{Entity: "demographics", Field: "sex", Purpose: "to fill the gender field of the patron record in circulation statistics"},
		},
	}
}
