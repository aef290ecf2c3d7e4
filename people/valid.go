package people

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/fault"
)

// The lengths, in characters.
const (
	longestEmail     = 254
	longestName      = 100
	ShortestPassword = 12
	longestPassword  = 256
)

var address = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)

// fold is the one form of an e-mail address, whatever a person typed.
func fold(email string) string { return strings.ToLower(trim(email)) }

func trim(text string) string { return strings.TrimSpace(text) }

// CheckEmail says, as a fault.Invalid, why an e-mail address will not do.
func CheckEmail(email string) error {
	email = trim(email)
	if !address.MatchString(email) || !prints(email) || utf8.RuneCountInString(email) > longestEmail {
		return fault.New(fault.Invalid, "Enter an email address, such as name@example.org.")
	}
	return nil
}

// CheckName says, as a fault.Invalid, why a name will not do. An empty one does.
func CheckName(name string) error {
	if !prints(name) || utf8.RuneCountInString(name) > longestName {
		return fault.New(fault.Invalid, "Enter a name on one line, up to %d characters.", longestName)
	}
	return nil
}

// CheckRole says, as a fault.Invalid, that there is no such role.
func CheckRole(role Role) error {
	if !slices.Contains(Roles(), role) {
		return fault.New(fault.Invalid, "Choose a role: admin or auditor.")
	}
	return nil
}

// CheckPassword says, as a fault.Invalid, why a new password will not do for
// somebody with this e-mail address.
func CheckPassword(password, email string) error {
	length := utf8.RuneCountInString(password)
	switch {
	case length < ShortestPassword:
		return fault.New(fault.Invalid, "Enter at least %d characters. Several words are easy to remember.", ShortestPassword)
	case length > longestPassword:
		return fault.New(fault.Invalid, "Enter at most %d characters.", longestPassword)
	case email != "" && strings.EqualFold(trim(password), trim(email)):
		return fault.New(fault.Invalid, "Enter a password other than the email address.")
	case strings.Trim(password, password[:1]) == "":
		return fault.New(fault.Invalid, "Enter more than one kind of character.")
	}
	return nil
}

// prints reports whether text is on one line, of characters that print.
func prints(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
