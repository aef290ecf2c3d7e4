package audit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/fault"
)

// OneLine reports whether a text stands on one line wherever it is shown, and is all
// to be seen: it is UTF-8, without line ends, without characters that a terminal
// obeys, and without those that turn the direction of writing. The joiners, which
// some scripts need, may be in it.
func OneLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsGraphic(r) && r != '\u200c' && r != '\u200d'
	})
}

// CheckLine says, as a fault.Invalid, that a text (which is called what: "the
// reason") is not on one line.
func CheckLine(what, text string) error {
	if !OneLine(text) {
		return fault.New(fault.Invalid, "Write %s on one line, without invisible characters.", what)
	}
	return nil
}
