package cell

import (
	"strings"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
)

const remedyLetters = "Write the file as UTF-8 from the start: what has the value already has it so."

var (
	lost      = Flaw{"letters of the value were lost before the export reached us, and stand as U+FFFD", remedyLetters}
	misread   = Flaw{"letters of the value were read in another encoding before the export reached us", remedyLetters}
	shortened = Flaw{"the value is a number that a spreadsheet has shortened, such as 1.23E+05", "Have the file written without a spreadsheet, or with the column as text: what was cut off cannot be known."}
)

// damaged looks for traces of what programs did to a text before it came here. It is
// kept as it is. Ascii is whether all of its characters are.
func damaged(f *catalog.Field, text string, ascii bool) Flaw {
	switch {
	case !ascii:
		return lostLetters(text)
	case perhapsNumber(text) && numbers(f) && exponent(text):
		return shortened
	}
	return Flaw{}
}

// perhapsNumber reports whether a text is worth a look for an exponent.
func perhapsNumber(text string) bool {
	return '0' <= text[0] && text[0] <= '9' && strings.IndexByte(text, '+') > 0
}

// numbers reports whether a field may hold the number of something.
func numbers(f *catalog.Field) bool {
	return f.Kind == catalog.ID || f.Kind.Refers() || f.Kind == catalog.Text
}

// exponent reports whether a text is written as 1.23E+05.
func exponent(text string) bool {
	mantissa, power, found := strings.Cut(text, "E+")
	if !found || power == "" || len(power) > 3 {
		return false
	}
	return strings.Trim(mantissa, "0123456789.,") == "" && strings.Trim(power, "0123456789") == ""
}

// lostLetters looks for letters that are not what they were.
func lostLetters(text string) Flaw {
	switch {
	case strings.ContainsRune(text, utf8.RuneError):
		return lost
	case mojibake(text):
		return misread
	}
	return Flaw{}
}

// mojibake reports whether a text has what becomes of a letter beyond ASCII where its
// bytes in UTF-8 are read as Windows-1252: Ã© for é, â€™ for an apostrophe.
func mojibake(text string) bool {
	runes := []rune(text)
	for i := 1; i < len(runes); i++ {
		first, second := runes[i-1], runes[i]
		switch {
		case (first == 'Ã' || first == 'Â') && continues(second):
			return true
		case first == 'â' && (second == '€' || second == '\u0080'):
			return true
		}
	}
	return false
}

// continues reports whether a character is what the second byte of a letter is in
// Windows-1252 or Latin-1.
func continues(r rune) bool {
	return '\u0080' <= r && r <= '\u00bf' || strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", r)
}
