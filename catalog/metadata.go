package catalog

import "slices"

// Bag is a field whose members are the district's, not the standard's: they are
// discovered at import and granted one by one.
type Bag string

// The bags. A member of Metadata is a key, one of UserIDs a type.
const (
	Metadata Bag = "metadata"
	UserIDs  Bag = "userIds"
)

// Known is what is publicly known of a metadata key that districts commonly
// send. A key that is not listed is Unclassified.
type Known struct {
	Entity   string
	Key      string
	Class    Class
	Label    string
	Category Category
	CEDS     string // the CEDS element whose codes its values should be, if any
}

// KnownKeys lists the metadata keys that vendors' guides name.
func KnownKeys() []Known {
	return []Known{
		{"demographics", "otherRaceIndicator", Personal, "Other race indicator", Demographic, "otherRaceIndicator"},
		{"demographics", "homeLanguage", Personal, "Home language", Demographic, "homeLanguage"},
		{"demographics", "englishLearnerStatus", Special, "English learner status", SpecialIndicator, "englishLearnerStatus"},
		{"demographics", "ideaIndicator", Special, "IDEA indicator", SpecialIndicator, "ideaIndicator"},
		{"demographics", "disabilityStatus", Special, "Disability status", SpecialIndicator, "disabilityStatus"},
		{"demographics", "primaryDisabilityType", Special, "Primary disability type", SpecialIndicator, "primaryDisabilityType"},
		{"demographics", "section504Status", Special, "Section 504 status", SpecialIndicator, "section504Status"},
		{"demographics", "economicDisadvantageStatus", Special, "Economic disadvantage status", SpecialIndicator, "economicDisadvantageStatus"},
		{"demographics", "eligibilityStatusForSchoolFoodServicePrograms", Special, "Eligibility for school food service programs", SpecialIndicator, "eligibilityStatusForSchoolFoodServicePrograms"},
		{"demographics", "migrantStatus", Special, "Migrant status", SpecialIndicator, "migrantStatus"},
		{"demographics", "titleI", Special, "Title I", SpecialIndicator, ""},
		{"demographics", "iepStatus", Special, "IEP status", SpecialIndicator, ""},
		{"users", "primaryOrg", Directory, "Primary organization", Enrolling, ""},
		{"users", "studentNumber", Personal, "Student number", StudentIdentifiers, ""},
		{"users", "schoolNumber", Directory, "School number", Enrolling, ""},
	}
}

// KnowsKey reports whether a metadata key is one that is publicly known.
func KnowsKey(entity, key string) bool {
	return slices.ContainsFunc(KnownKeys(), func(k Known) bool { return k.Entity == entity && k.Key == key })
}

// CategoryOfKey is the category of a metadata key, OtherData where it is not known.
func CategoryOfKey(entity, key string) Category {
	for _, k := range KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k.Category
		}
	}
	return OtherData
}

// ClassOfKey is the class of a metadata key, Unclassified where it is not known.
func ClassOfKey(entity, key string) Class {
	for _, k := range KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k.Class
		}
	}
	return Unclassified
}
