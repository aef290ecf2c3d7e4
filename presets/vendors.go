package presets

import (
	"slices"

	"github.com/rostergate/rostergate/policy"
)

// alexandria is library software: catalog, circulation, overdue notices.
func alexandria() Preset {
	return Preset{
		ID: "alexandria", Name: "Alexandria",
		Purpose:   "School library: catalog, circulation and notices",
		Vendor:    policy.Library,
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

// amplify is curriculum and assessment, whose guide names the demographics by
// which districts read their results.
func amplify() Preset {
	return Preset{
		ID: "amplify", Name: "Amplify Enrollment",
		Purpose: "Core curriculum, literacy assessment and reporting",
		Vendor:  policy.Curriculum,
		Needs:   slices.Concat(amplifyRosters(), amplifyDemographics(), amplifyMetadata()),
	}
}

func amplifyRosters() []Need {
	return []Need{
		{Entity: "orgs", Required: true, Purpose: "to give every school its own license and its own reports"},
		{Entity: "academicSessions", Required: true, Purpose: "to open assessment windows at the right time of the year"},
		{Entity: "courses", Required: true, Purpose: "to offer a class the curriculum of its course"},
		{Entity: "classes", Required: true, Purpose: "to set up the teacher's classes in the curriculum"},
		{Entity: "enrollments", Required: true, Purpose: "to put students and teachers into their classes"},
		{Entity: "resources", Purpose: "to open the units that a course or class is licensed for"},
		{Entity: "users", Field: "enabledUser", Required: true, Purpose: "to keep people out who may no longer sign in"},
		{Entity: "users", Field: "username", Required: true, Purpose: "to let students and teachers sign in with their school account"},
		{Entity: "users", Field: "givenName", Required: true, Purpose: "to show teachers whose work and assessments they see"},
		{Entity: "users", Field: "familyName", Required: true, Purpose: "to show teachers whose work and assessments they see"},
		{Entity: "users", Field: "identifier", Required: true, Purpose: "to carry a student's assessment history from year to year"},
		{Entity: "users", Field: "email", Required: true, Purpose: "to tell teachers and administrators of finished assessments"},
		{Entity: "users", Field: "grades", Required: true, Purpose: "to give the assessment of the student's grade"},
	}
}

func amplifyDemographics() []Need {
	federal := "to report assessment results by the federal race and ethnicity groups"
	return []Need{
		{Entity: "demographics", Field: "sex", Purpose: "to report assessment results by sex"},
		{Entity: "demographics", Field: "americanIndianOrAlaskaNative", Purpose: federal},
		{Entity: "demographics", Field: "asian", Purpose: federal},
		{Entity: "demographics", Field: "blackOrAfricanAmerican", Purpose: federal},
		{Entity: "demographics", Field: "nativeHawaiianOrOtherPacificIslander", Purpose: federal},
		{Entity: "demographics", Field: "white", Purpose: federal},
		{Entity: "demographics", Field: "demographicRaceTwoOrMoreRaces", Purpose: federal},
		{Entity: "demographics", Field: "hispanicOrLatinoEthnicity", Purpose: federal},
	}
}

func amplifyMetadata() []Need {
	return []Need{
		{Entity: "demographics", Key: "otherRaceIndicator", Purpose: "to report results of students whom the federal race groups do not describe"},
		{Entity: "demographics", Key: "homeLanguage", Purpose: "to send families their reports in the language they speak at home"},
		{Entity: "demographics", Key: "englishLearnerStatus", Purpose: "to give English learners language supports, and to report their results"},
		{Entity: "demographics", Key: "ideaIndicator", Purpose: "to report results of students served under IDEA"},
		{Entity: "demographics", Key: "disabilityStatus", Purpose: "to report results of students with disabilities"},
		{Entity: "demographics", Key: "primaryDisabilityType", Purpose: "to offer the assessment accommodations of the disability"},
		{Entity: "demographics", Key: "section504Status", Purpose: "to offer the accommodations of a Section 504 plan"},
		{Entity: "demographics", Key: "economicDisadvantageStatus", Purpose: "to report results of economically disadvantaged students"},
		{Entity: "demographics", Key: "eligibilityStatusForSchoolFoodServicePrograms", Purpose: "to report results where the state counts disadvantage by school meals"},
		{Entity: "demographics", Key: "migrantStatus", Purpose: "to report results of migrant students"},
		{Entity: "demographics", Key: "titleI", Purpose: "to report results of students in Title I programs"},
		{Entity: "demographics", Key: "iepStatus", Purpose: "to offer the assessment accommodations of an education program (IEP)"},
	}
}

// eduready360 prepares students for tests and for what comes after school.
func eduready360() Preset {
	return Preset{
		ID: "eduready360", Name: "Eduready360",
		Purpose: "Readiness courses and practice tests",
		Vendor:  policy.Practice,
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

// schoolinks is college and career planning.
func schoolinks() Preset {
	return Preset{
		ID: "schoolinks", Name: "SchooLinks",
		Purpose: "College and career readiness planning",
		Vendor:  policy.Planning,
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
