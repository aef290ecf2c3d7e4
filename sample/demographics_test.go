package sample_test

import (
	"slices"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/sample"
)

func TestEveryStudentAndNobodyElseHasDemographics(t *testing.T) {
	for _, students := range sizes() {
		p := write(t, sample.District{Students: students, Seed: 8})
		facts := p.by("demographics")
		pupils := p.role("student")
		if len(pupils) != students || len(facts) != students || len(p.records["demographics"]) != students {
			t.Errorf("%d of %d students have demographics, wanted %d", len(facts), len(pupils), students)
		}
		for _, s := range pupils {
			if facts[s["sourcedId"]] == nil {
				t.Errorf("student %q has no demographics", s["sourcedId"])
			}
		}
	}
}

func TestEveryKnownKeyIsThereWithCodesOfCEDS(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 8})
	tables := ceds.Load()
	for _, k := range catalog.KnownKeys() {
		header, filled, blank := "metadata."+k.Key, 0, 0
		if !slices.Contains(p.headers[k.Entity], header) {
			t.Errorf("%s has no column %s", k.Entity, header)
		}
		for _, r := range p.records[k.Entity] {
			value := r[header]
			if value == "" {
				blank++
				continue
			}
			filled++
			if k.CEDS != "" && !tables.Has(k.CEDS, value) {
				t.Errorf("%s is %q", header, value)
			}
			if (k.Key == "titleI" || k.Key == "iepStatus") && value != "Yes" && value != "No" {
				t.Errorf("%s is %q", header, value)
			}
		}
		if filled == 0 || blank == 0 {
			t.Errorf("%s has %d values and %d blanks", header, filled, blank)
		}
	}
}

func TestEveryEntityWithMetadataOfItsOwnHasAKeyThatNobodyAsksFor(t *testing.T) {
	p := write(t, sample.District{Students: 50})
	for entity, key := range map[string]string{
		"users": "lunchBalance", "demographics": "transportationRoute", "orgs": "NCESid", "classes": "classStateId",
	} {
		if !slices.Contains(p.headers[entity], "metadata."+key) || catalog.ClassOfKey(entity, key) != catalog.Unclassified {
			t.Errorf("%s has no unasked key %s", entity, key)
		}
	}
}

func TestStandardCodesAreThoseOfCEDS(t *testing.T) {
	p, tables := write(t, sample.District{Students: 2000, Seed: 8}), ceds.Load()
	for _, d := range p.records["demographics"] {
		if code := d["publicSchoolResidenceStatus"]; code != "" && !tables.Has("publicSchoolResidenceStatus", code) {
			t.Errorf("a residence status is %q", code)
		}
	}
}

func TestWhatIsSaidOfAStudentAgrees(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 8})
	// Where the left holds, the right must.
	rules := []struct {
		name    string
		if_, is func(record) bool
	}{
		{"a type only where there is a disability", filled("metadata.primaryDisabilityType"), is("metadata.disabilityStatus", "Yes")},
		{"IDEA only where there is a disability", is("metadata.ideaIndicator", "Yes"), is("metadata.disabilityStatus", "Yes")},
		{"a plan is IDEA's", is("metadata.iepStatus", "Yes"), is("metadata.ideaIndicator", "Yes")},
		{"Section 504 only where there is a disability", is("metadata.section504Status", "Yes"), is("metadata.disabilityStatus", "Yes")},
		{"Section 504 only without IDEA", is("metadata.section504Status", "Yes"), is("metadata.ideaIndicator", "No")},
		{"learners of English speak another language", is("metadata.englishLearnerStatus", "Yes"), not(is("metadata.homeLanguage", "eng"))},
		{"free meals are a disadvantage", is("metadata.eligibilityStatusForSchoolFoodServicePrograms", "Free"), is("metadata.economicDisadvantageStatus", "Yes")},
		{"reduced meals are a disadvantage", is("metadata.eligibilityStatusForSchoolFoodServicePrograms", "ReducedPrice"), is("metadata.economicDisadvantageStatus", "Yes")},
		{"full price is none", is("metadata.eligibilityStatusForSchoolFoodServicePrograms", "FullPrice"), is("metadata.economicDisadvantageStatus", "No")},
		{"born in a state is born in the country", filled("stateOfBirthAbbreviation"), not(is("countryOfBirthCode", "MX"))},
		{"another race is none of the five", is("metadata.otherRaceIndicator", "Yes"), func(r record) bool { return races(r) == 0 }},
		{"two or more are two", is("demographicRaceTwoOrMoreRaces", "true"), func(r record) bool { return races(r) == 2 }},
		{"one is not two", is("demographicRaceTwoOrMoreRaces", "false"), func(r record) bool { return races(r) < 2 }},
	}
	for _, rule := range rules {
		held := 0
		for _, d := range p.records["demographics"] {
			if !rule.if_(d) {
				continue
			}
			if held++; !rule.is(d) {
				t.Errorf("%s: not so for %q", rule.name, d["sourcedId"])
			}
		}
		if held == 0 {
			t.Errorf("%s: nobody to judge by", rule.name)
		}
	}
}

func TestStudentsAreAsOldAsTheirGrade(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 8})
	facts := p.by("demographics")
	for _, s := range p.role("student") {
		birth := facts[s["sourcedId"]]["birthDate"]
		if birth == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, birth)
		if err != nil {
			t.Fatal(err)
		}
		grade := slices.Index([]string{"KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}, s["grades"])
		age := int(time.Date(2026, 9, 2, 0, 0, 0, 0, time.UTC).Sub(day).Hours() / 24 / 365.25)
		if age < grade+5-1 || age > grade+7 {
			t.Errorf("a student of grade %s is %d years old", s["grades"], age)
		}
	}
}

func is(header, value string) func(record) bool {
	return func(r record) bool { return r[header] == value }
}

func filled(header string) func(record) bool { return not(is(header, "")) }

func not(f func(record) bool) func(record) bool { return func(r record) bool { return !f(r) } }

// races counts the five races that are said of a student.
func races(r record) int {
	count := 0
	for _, header := range []string{
		"americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
	} {
		if r[header] == "true" {
			count++
		}
	}
	return count
}
