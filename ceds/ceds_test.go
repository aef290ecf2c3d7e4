package ceds_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
)

func TestTheTablesAreComplete(t *testing.T) {
	want := map[string]int{
		"disabilityStatus":                              2,
		"economicDisadvantageStatus":                    2,
		"eligibilityStatusForSchoolFoodServicePrograms": 4,
		"englishLearnerStatus":                          2,
		"gradeLevel":                                    24,
		"homeLanguage":                                  486,
		"ideaDisabilityType":                            14,
		"ideaIndicator":                                 2,
		"iso6392LanguageCode":                           486,
		"iso6393LanguageCode":                           7916,
		"migrantStatus":                                 2,
		"otherRaceIndicator":                            2,
		"primaryDisabilityType":                         13,
		"publicSchoolResidenceStatus":                   5,
		"section504Status":                              2,
		"sex":                                           3,
		"titleIIndicator":                               5,
	}
	tables := ceds.Load()
	if got := tables.Elements(); len(got) != len(want) || !slices.IsSorted(got) {
		t.Errorf("elements are %v", got)
	}
	for element, count := range want {
		codes, ok := tables.Codes(element)
		if !ok || len(codes) != count {
			t.Errorf("%s has %d codes, want %d", element, len(codes), count)
		}
	}
}

func TestEveryCodeIsCleanAndStandsOnce(t *testing.T) {
	tables := ceds.Load()
	for _, element := range tables.Elements() {
		codes, _ := tables.Codes(element)
		seen := map[string]bool{}
		for _, c := range codes {
			if seen[c.Value] {
				t.Errorf("%s has %q twice", element, c.Value)
			}
			seen[c.Value] = true
			for _, s := range []string{c.Value, c.Label} {
				if !clean(s) {
					t.Errorf("%s %q has the damaged text %q", element, c.Value, s)
				}
			}
		}
		if id := tables.ID(element); len(id) != 6 {
			t.Errorf("%s has the global id %q", element, id)
		}
	}
}

// clean refuses what a lossy conversion leaves behind.
func clean(s string) bool {
	return s != "" && s == strings.TrimSpace(s) && utf8.ValidString(s) &&
		!strings.ContainsAny(s, "\uFFFD?\t\r\n\u00a0") && !strings.Contains(s, "Ã")
}

func TestNamesOfLanguagesHaveTheirLetters(t *testing.T) {
	tables := ceds.Load()
	for value, want := range map[string]string{
		"aae": "Arbëreshë Albanian",
		"ane": "Xârâcùù",
		"huc": "ǂHua",
		"nob": "Bokmål, Norwegian; Norwegian Bokmål",
		"vol": "Volapük",
		"ygs": "Yolŋu Sign Language",
	} {
		if got, _ := tables.Label("homeLanguage", value); got != want {
			t.Errorf("%s is %q, want %q", value, got, want)
		}
	}
}

func TestAHomeLanguageMayBeOfEitherTable(t *testing.T) {
	tables := ceds.Load()
	for value, want := range map[string]bool{
		"eng": true,  // in both
		"chi": true,  // ISO 639-2 only, bibliographic
		"zho": true,  // ISO 639-3 only
		"cmn": true,  // ISO 639-3 only
		"hmn": true,  // a collective code
		"und": true,  // undetermined
		"SPA": false, // values are case-sensitive
		"es":  false, // ISO 639-1 is not asked for
		"":    false,
		"qqq": false,
	} {
		if got := tables.Has("homeLanguage", value); got != want {
			t.Errorf("Has(homeLanguage, %q) = %v", value, got)
		}
	}
	if tables.Has("iso6392LanguageCode", "cmn") {
		t.Error("an ISO 639-3 code is in the ISO 639-2 table")
	}
}

func TestOnlyTheCodesOfTheElementItselfCount(t *testing.T) {
	tables := ceds.Load()
	for _, c := range []struct {
		element, value string
		want           bool
	}{
		{"primaryDisabilityType", "AUT", true},
		{"primaryDisabilityType", "Autism", false},
		{"ideaDisabilityType", "Autism", true},
		{"ideaDisabilityType", "AUT", false},
		{"migrantStatus", "Yes", true},
		{"migrantStatus", "yes", false},
		{"migrantStatus", "true", false},
		{"gradeLevel", "KG", true},
		{"gradeLevel", "9", false},
		{"shoeSize", "Yes", false},
		{"", "Yes", false},
	} {
		if got := tables.Has(c.element, c.value); got != c.want {
			t.Errorf("Has(%s, %q) = %v", c.element, c.value, got)
		}
	}
	if _, ok := tables.Codes("shoeSize"); ok {
		t.Error("an unknown element has codes")
	}
}

func TestEveryElementThatTheCatalogNamesHasATable(t *testing.T) {
	tables := ceds.Load()
	for _, k := range catalog.KnownKeys() {
		if k.CEDS == "" {
			continue
		}
		if codes, ok := tables.Codes(k.CEDS); !ok || len(codes) == 0 {
			t.Errorf("%s.metadata.%s names the element %q, which has no table", k.Entity, k.Key, k.CEDS)
		}
	}
}

func TestACallerCannotChangeTheTables(t *testing.T) {
	tables := ceds.Load()
	codes, _ := tables.Codes("migrantStatus")
	codes[0].Value = "Perhaps"
	if again, _ := tables.Codes("migrantStatus"); again[0].Value == "Perhaps" {
		t.Error("a change to the answer changed the table")
	}
}

func TestTheZeroTablesHaveNothing(t *testing.T) {
	var tables ceds.Tables
	if tables.Has("homeLanguage", "eng") || tables.ID("sex") != "" {
		t.Error("the zero Tables has codes")
	}
}

func ExampleTables_Label() {
	label, ok := ceds.Load().Label("primaryDisabilityType", "SLD")
	fmt.Println(label, ok)
	// Output: Specific learning disability true
}
