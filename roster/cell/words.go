package cell

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/codec"
)

// Word is a word that systems write in the place of one of OneRoster's. It stands for
// that in every field of the name whose words include it.
type Word struct {
	Field   string   // the name in the catalog
	Means   string   // the word of OneRoster 1.1
	Written []string // in lower case, of letters and digits only
}

// Words are the words that have one meaning. Those that have several, such as staff, are
// not among them, and neither are kinds of schools.
func Words() []Word {
	return []Word{
		{"role", "administrator", []string{
			"admin", "principal", "assistantprincipal", "viceprincipal", "superintendent", "siteadministrator", "siteadmin",
			"schooladministrator", "schooladmin", "systemadministrator", "systemadmin", "sysadmin", "districtadministrator", "districtadmin",
		}},
		{"role", "aide", []string{
			"counselor", "counsellor", "guidancecounselor", "schoolcounselor", "paraprofessional", "paraeducator", "para",
			"teacheraide", "teachersaide", "teacherassistant", "teachingassistant", "classroomaide", "instructionalaide",
		}},
		{"role", "teacher", []string{
			"instructor", "faculty", "educator", "homeroomteacher", "classroomteacher", "primaryteacher", "leadteacher",
			"coteacher", "substituteteacher", "teacherofrecord",
		}},
		{"role", "student", []string{"pupil", "learner", "scholar"}},
		{"role", "guardian", []string{"legalguardian", "parentguardian", "guardianparent"}},
		{"role", "parent", []string{"mother", "father"}},
		{"role", "relative", []string{"grandparent", "grandmother", "grandfather", "sibling", "brother", "sister", "aunt", "uncle"}},
		{"role", "proctor", []string{"testproctor", "examproctor"}},
		{"type", "district", []string{"schooldistrict", "lea"}},
		{"type", "department", []string{"dept"}},
		{"type", "state", []string{"sea", "stateeducationagency"}},
		{"type", "schoolYear", []string{"year", "fullyear", "academicyear", "yearlong"}},
		{"type", "semester", []string{"sem"}},
		{"type", "term", []string{"trimester", "summer", "summerterm"}},
		{"type", "gradingPeriod", []string{"quarter", "markingperiod", "reportingperiod"}},
		{"classType", "scheduled", []string{"section", "class", "regular", "academic"}},
		{"classType", "homeroom", []string{"hr", "advisory"}},
		{"sex", "female", []string{"f", "girl", "woman"}},
		{"sex", "male", []string{"m", "boy", "man"}},
	}
}

// Affirmations are the words that stand for true, in lower case.
func Affirmations() []string {
	return []string{"true", "1", "y", "yes", "t", "on", "enabled", "active"}
}

// Denials are the words that stand for false, in lower case.
func Denials() []string { return []string{"false", "0", "n", "no", "f", "off", "disabled", "inactive"} }

var (
	badBoolean   = Flaw{problemBoolean, remedyBoolean}
	looseBoolean = Flaw{"the value is written unlike true or false", remedyBoolean}
)

const remedyBoolean = "Write true or false."

// badToken and otherWord name the words that the field may have.
func badToken(f *catalog.Field) Flaw {
	return Flaw{problemToken, Allowed(*f)}
}

func otherWord(f *catalog.Field) Flaw {
	return Flaw{"the word is not OneRoster's, and was read as the one that it stands for", Allowed(*f)}
}

// Allowed names the words that a field may have, as a remedy.
func Allowed(f catalog.Field) string {
	if f.Kind == catalog.Boolean {
		return remedyBoolean
	}
	last := len(f.Values) - 1
	if last < 1 {
		return "Write " + strings.Join(f.Values, "") + "."
	}
	return "Write " + strings.Join(f.Values[:last], ", ") + " or " + f.Values[last] + "."
}

func cleanBoolean(text string) (value string, bad, loose Flaw) {
	if text == "true" || text == "false" {
		return text, Flaw{}, Flaw{}
	}
	switch text = strings.ToLower(text); {
	case slices.Contains(Affirmations(), text):
		return "true", Flaw{}, looseBoolean
	case slices.Contains(Denials(), text):
		return "false", Flaw{}, looseBoolean
	}
	return "", badBoolean, Flaw{}
}

func cleanToken(f *catalog.Field, text string) (value string, bad, loose Flaw) {
	if slices.Contains(f.Values, text) || f.Extends && isExtension(text) {
		return text, Flaw{}, Flaw{}
	}
	if i := slices.IndexFunc(f.Values, func(w string) bool { return strings.EqualFold(w, text) }); i >= 0 {
		return f.Values[i], Flaw{}, OtherCase
	}
	if word := meant(f, text); word != "" {
		return word, Flaw{}, otherWord(f)
	}
	return "", badToken(f), Flaw{}
}

// extension begins the words that OneRoster 1.2 leaves to whoever writes a file.
const extension = "ext:"

// isExtension reports whether a word is such a one.
func isExtension(text string) bool {
	own, is := strings.CutPrefix(text, extension)
	return is && own != "" && !strings.ContainsFunc(own, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(".-_", r))
	})
}

// meant is the word of a field that is meant by another one, empty where none is.
func meant(f *catalog.Field, text string) string {
	if len(text) >= len(extension) && strings.EqualFold(text[:len(extension)], extension) {
		text = text[len(extension):]
	}
	text = letters(text)
	for _, word := range f.Values {
		if letters(word) == text {
			return word
		}
	}
	for _, word := range meanings()[spelling{f.Name, text}] {
		if slices.Contains(f.Values, word) {
			return word
		}
	}
	return ""
}

// spelling is a word in a field of a name.
type spelling struct{ field, text string }

// meanings are the Words by what is written.
var meanings = sync.OnceValue(func() map[spelling][]string {
	all := map[spelling][]string{}
	for _, w := range Words() {
		for _, text := range w.Written {
			key := spelling{w.Field, text}
			all[key] = append(all[key], w.Means)
		}
	}
	return all
})

// letters is a text in lower case, of letters and digits only.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

func cleanTokens(f *catalog.Field, text string) (value string, bad, loose Flaw) {
	items, loose := splitLoosely(text)
	items, loose = withoutNones(items, InTerms, loose)
	for i, item := range items {
		word, bad, other := cleanToken(f, item)
		if bad.Found() {
			return "", bad, Flaw{}
		}
		if items[i] = word; other.Found() {
			loose = other
		}
	}
	return codec.List(items), Flaw{}, loose
}
