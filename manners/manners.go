package manners

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
)

// Manners are how an app is answered. The words are those of the command line; the zero
// Manners answer as Usual does.
type Manners struct {
	Booleans      string `json:"booleans"`          // Strings or Native
	Empty         string `json:"empty"`             // LeftOut or Sent
	UnknownFields string `json:"unknown_fields"`    // Refused or Tolerated
	Message       string `json:"message,omitempty"` // to the vendor: plain text, of several lines perhaps
}

// The words.
const (
	Strings   = "strings"   // "true" and "false", as the standard's strings
	Native    = "native"    // true and false
	LeftOut   = "left-out"  // what has no value is no member
	Sent      = "sent"      // a granted text without a value is ""
	Refused   = "refused"   // a name in fields that OneRoster 1.2 does not know is 400
	Tolerated = "tolerated" // and here it is passed over, as in 1.1
)

// LongestMessage is in characters.
const LongestMessage = 2000

// Usual are the manners of an app of which nobody said anything.
func Usual() Manners { return Manners{Booleans: Strings, Empty: LeftOut, UnknownFields: Refused} }

// filled are manners with every word: a row that was saved before there was one says
// nothing of it.
func (m Manners) filled() Manners {
	usual := Usual()
	m.Booleans, m.Empty = cmp.Or(m.Booleans, usual.Booleans), cmp.Or(m.Empty, usual.Empty)
	m.UnknownFields = cmp.Or(m.UnknownFields, usual.UnknownFields)
	return m
}

// Edit is what somebody wants to change; what is nil stays.
type Edit struct{ Booleans, Empty, UnknownFields, Message *string }

// None reports whether it changes nothing.
func (e Edit) None() bool { return e == Edit{} }

// over is what an edit makes of manners.
func (e Edit) over(m Manners) Manners {
	m.Booleans = *cmp.Or(e.Booleans, &m.Booleans)
	m.Empty = *cmp.Or(e.Empty, &m.Empty)
	m.UnknownFields = *cmp.Or(e.UnknownFields, &m.UnknownFields)
	m.Message = plain(*cmp.Or(e.Message, &m.Message))
	return m
}

// plain is a text with the ends of its lines as they are kept; forms send others.
func plain(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// Edit is the edit that wants all of the manners.
func (m Manners) Edit() Edit { return Edit{&m.Booleans, &m.Empty, &m.UnknownFields, &m.Message} }

// check says, as a fault.Invalid, what will not do.
func (m Manners) check() error {
	for _, one := range []struct{ what, is, usual, other string }{
		{"booleans", m.Booleans, Strings, Native},
		{"empty", m.Empty, LeftOut, Sent},
		{"unknown-fields", m.UnknownFields, Refused, Tolerated},
	} {
		if one.is != one.usual && one.is != one.other {
			return fault.New(fault.Invalid, "%s is %s or %s, and not %q", one.what, one.usual, one.other, likeness.Echo(one.is))
		}
	}
	return CheckMessage(m.Message)
}

// CheckMessage says, as a fault.Invalid, why a message will not do.
func CheckMessage(text string) error {
	text = plain(text)
	hidden := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
	switch {
	case utf8.RuneCountInString(text) > LongestMessage:
		return fault.New(fault.Invalid, "Write a message of up to %d characters.", LongestMessage)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, hidden):
		return fault.New(fault.Invalid, "Write the message as plain text, without invisible characters.")
	}
	return nil
}
