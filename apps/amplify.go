package apps

import "slices"

// amplify is curriculum and assessment, whose guide names the demographics by
// which districts read their results.
func amplify() Preset {
	return Preset{
		ID: "amplify", Name: "Amplify Enrollment",
		Purpose: "Core curriculum, literacy assessment and reporting",
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
