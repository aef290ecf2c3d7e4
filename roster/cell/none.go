package cell

import (
	"slices"
	"strings"
	"sync"

	"github.com/rostergate/rostergate/catalog"
)

// Reach is where a text that stands for none does so.
type Reach uint8

// The reaches. None of them reaches given and family names, which are kept: there are
// people who are called Null or None.
const (
	Everywhere Reach = iota // in ids and references, too, and in metadata
	InValues                // in all other cells
	InTerms                 // in these, but not in names of people and codes of countries
)

// None is a text that stands for no value.
type None struct {
	Text  string // in lower case
	Reach Reach
}

// Nones are the texts that stand for no value, in whatever case.
func Nones() []None {
	return []None{
		{"null", Everywhere},
		{"(null)", Everywhere},
		{"<null>", Everywhere},
		{"[null]", Everywhere},
		{`\n`, Everywhere},
		{"#n/a", Everywhere},
		{"#ref!", Everywhere},
		{"#value!", Everywhere},
		{"#name?", Everywhere},
		{"#null!", Everywhere},
		{"#num!", Everywhere},
		{"#div/0!", Everywhere},
		{"nil", InValues},
		{"none", InValues},
		{"(none)", InValues},
		{"n/a", InValues},
		{"undefined", InValues},
		{"unknown", InValues},
		{"not available", InValues},
		{"not applicable", InValues},
		{"-", InValues},
		{"--", InValues},
		{"---", InValues},
		{".", InValues},
		{"?", InValues},
		{"na", InTerms},
		{"nan", InTerms},
	}
}

var (
	noValue  = Flaw{"the text stands for no value, and was left out", "Leave the cell empty where there is no value."}
	nameNone = Flaw{"the name reads like a text that stands for no value, and was kept", "Leave it where somebody is called so; else fill in the name."}
)

// longestNone is how long the longest of the Nones is.
const longestNone = len("not applicable")

// perhapsNone reports whether a text is worth a look at the Nones: nearly none is, by
// its length and its first byte.
func perhapsNone(text string) bool {
	if text == "" || len(text) > longestNone {
		return false
	}
	switch text[0] {
	case 'n', 'N', 'u', 'U', '#', '(', '<', '[', '\\', '-', '.', '?':
		return true
	}
	return false
}

// standsForNone judges a text that may stand for no value in a cell of f. Kept is what
// is kept of it.
func standsForNone(f *catalog.Field, text string) (kept string, flaw Flaw) {
	reach, none := noneReach(text)
	switch {
	case !none || reach > reached(f):
		return text, Flaw{}
	case isName(f):
		return text, nameNone
	}
	return "", noValue
}

// noneReach looks a text up among the Nones.
func noneReach(text string) (reach Reach, none bool) {
	if !perhapsNone(text) {
		return 0, false
	}
	for _, n := range nones()[len(text)] {
		if strings.EqualFold(n.Text, text) {
			return n.Reach, true
		}
	}
	return 0, false
}

// nones are the Nones by their length.
var nones = sync.OnceValue(func() map[int][]None {
	byLength := map[int][]None{}
	for _, n := range Nones() {
		byLength[len(n.Text)] = append(byLength[len(n.Text)], n)
	}
	return byLength
})

// withoutNones leaves those of a list out that stand for no value.
func withoutNones(items []string, widest Reach, loose Flaw) ([]string, Flaw) {
	isNone := func(item string) bool {
		reach, none := noneReach(item)
		return none && reach <= widest
	}
	if !slices.ContainsFunc(items, isNone) {
		return items, loose
	}
	return slices.DeleteFunc(items, isNone), noValue
}

// reached is the widest reach that gets to the cells of a field.
func reached(f *catalog.Field) Reach {
	switch {
	case f.Kind == catalog.ID || f.Kind.Refers():
		return Everywhere
	case f.Category == catalog.StudentName || f.Name == "countryOfBirthCode": // NA is Namibia
		return InValues
	}
	return InTerms
}

// isName reports whether a field is a name without which nobody is known.
func isName(f *catalog.Field) bool { return f.Required && f.Category == catalog.StudentName }

// Member is Clean for a cell of metadata, of which only the district knows what it may
// hold.
func Member(text string) (value string, flaw Flaw) {
	text, printable, ascii := strip(text)
	if !printable {
		return "", BadMember
	}
	if reach, none := noneReach(text); none && reach == Everywhere {
		return "", noValue
	}
	if ascii {
		return text, Flaw{}
	}
	return text, lostLetters(text)
}
