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
	CEDS     string   // the CEDS element whose codes its values should be, if any
	Words    []string // what its values should be where no element says so, in any case; none where that is open
}

// KnownKeys lists the metadata keys that vendors' guides name.
func KnownKeys() []Known {
	return []Known{
		{"demographics", "otherRaceIndicator", Personal, "Other race indicator", Demographic, "otherRaceIndicator", nil},
		{"demographics", "homeLanguage", Personal, "Home language", Demographic, "homeLanguage", nil},
		{"demographics", "englishLearnerStatus", Special, "English learner status", SpecialIndicator, "englishLearnerStatus", nil},
		{"demographics", "ideaIndicator", Special, "IDEA indicator", SpecialIndicator, "ideaIndicator", nil},
		{"demographics", "disabilityStatus", Special, "Disability status", SpecialIndicator, "disabilityStatus", nil},
		{"demographics", "primaryDisabilityType", Special, "Primary disability type", SpecialIndicator, "primaryDisabilityType", nil},
		{"demographics", "section504Status", Special, "Section 504 status", SpecialIndicator, "section504Status", nil},
		{"demographics", "economicDisadvantageStatus", Special, "Economic disadvantage status", SpecialIndicator, "economicDisadvantageStatus", nil},
		{"demographics", "eligibilityStatusForSchoolFoodServicePrograms", Special, "Eligibility for school food service programs", SpecialIndicator, "eligibilityStatusForSchoolFoodServicePrograms", nil},
		{"demographics", "migrantStatus", Special, "Migrant status", SpecialIndicator, "migrantStatus", nil},
		{"demographics", "titleI", Special, "Title I", SpecialIndicator, "", yesOrNo()},
		{"demographics", "iepStatus", Special, "IEP status", SpecialIndicator, "", yesOrNo()},
		{"users", "primaryOrg", Directory, "Primary organization", Enrolling, "", nil},
		{"users", "studentNumber", Personal, "Student number", StudentIdentifiers, "", nil},
		{"users", "schoolNumber", Directory, "School number", Enrolling, "", nil},
	}
}

// yesOrNo are the words of indicators that CEDS does not list.
func yesOrNo() []string { return []string{"Yes", "No", "True", "False"} }

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
