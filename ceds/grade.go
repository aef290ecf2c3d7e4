package ceds

import (
	"strings"
	"sync"
	"unicode"
)

// GradeLevel is the element of grade levels.
const GradeLevel = "gradeLevel"

// Grade is the CEDS code of the grade level that is meant by what a roster or a person
// wrote: "3" is "03", "K" and "kg" are "KG", "Grade 3" and "third grade" are "03". What
// means no code for certain is itself: "0" and "-1" among them, which one system takes
// for kindergarten and another does not.
func Grade(written string) string {
	if plainGrade(written) {
		return written
	}
	word, sure := gradeWord(written)
	if !sure {
		return written
	}
	if code, known := grades()[word]; known {
		return code
	}
	for _, around := range []string{"grade", "gr"} {
		bare := strings.TrimSuffix(strings.TrimPrefix(word, around), around)
		if code, known := grades()[bare]; known && bare != word {
			return code
		}
	}
	return written
}

// gradeWord is what was written in the form of Spelling. It is not sure where something
// stands before or between digits that would be lost: "-1" is not "1", nor "1-2" "12".
func gradeWord(written string) (word string, sure bool) {
	text := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(written)), ".0")
	var kept []rune
	parted := false
	for _, r := range text {
		if strings.ContainsRune(" -_.", r) {
			parted = len(kept) == 0 && r == '-' || len(kept) > 0 && unicode.IsDigit(kept[len(kept)-1])
			continue
		}
		if parted && unicode.IsDigit(r) {
			return "", false
		}
		kept, parted = append(kept, r), false
	}
	return string(kept), true
}

// plainGrade reports whether a grade is one of the codes of two digits, as nearly all
// are.
func plainGrade(written string) bool {
	return len(written) == 2 && (written[0] == '0' && '1' <= written[1] && written[1] <= '9' || written[0] == '1' && '0' <= written[1] && written[1] <= '3')
}

// Spelling is a code of a grade level and how else it is written, in lower case and
// without blanks, hyphens and full stops; "grade" may stand before or behind each.
type Spelling struct {
	Code    string
	Written []string
}

// Spellings are those that have one meaning.
func Spellings() []Spelling {
	all := []Spelling{
		{"IT", []string{"it", "infant/toddler", "infant", "toddler"}},
		{"PR", []string{"pr", "preschool"}},
		{"PK", []string{"pk", "pk3", "pk4", "prek", "prek3", "prek4", "prekindergarten"}},
		{"TK", []string{"tk", "transitionalkindergarten"}},
		{"KG", []string{"kg", "k", "kindergarten", "kinder"}},
		{"PS", []string{"ps", "postsecondary"}},
		{"AE", []string{"ae", "adulteducation"}},
		{"UG", []string{"ug", "ungraded"}},
		{"09", []string{"freshman"}},
		{"10", []string{"sophomore"}},
		{"11", []string{"junior"}},
		{"12", []string{"senior"}},
		{"13", []string{"13th"}},
	}
	ordinals := []string{
		"1st", "first", "2nd", "second", "3rd", "third", "4th", "fourth", "5th", "fifth", "6th", "sixth",
		"7th", "seventh", "8th", "eighth", "9th", "ninth", "10th", "tenth", "11th", "eleventh", "12th", "twelfth",
	}
	for n := range len(ordinals) / 2 {
		code := string([]byte{'0' + byte((n+1)/10), '0' + byte((n+1)%10)})
		all = append(all, Spelling{code, []string{strings.TrimPrefix(code, "0"), ordinals[2*n], ordinals[2*n+1]}})
	}
	return all
}

// grades are the codes by how they are written.
var grades = sync.OnceValue(func() map[string]string {
	codes := map[string]string{}
	for _, s := range Spellings() {
		codes[strings.ToLower(s.Code)] = s.Code
		for _, text := range s.Written {
			codes[text] = s.Code
		}
	}
	return codes
})
