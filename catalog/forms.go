package catalog

import (
	"unicode"
	"unicode/utf8"
)

// Form is a coarse form of a value: what is left of it where no more is to be
// told. Many values have the same, so that most changes of a value spare its form.
type Form string

// The forms.
const (
	InitialForm Form = "initial" // of a text the first letter and a full stop: "M."
	YearForm    Form = "year"    // of a date the year: "2014-01-01"
)

// Form is the coarse form that values of the kind have, empty where they have none.
func (k Kind) Form() Form {
	switch k {
	case Text:
		return InitialForm
	case Date:
		return YearForm
	}
	return ""
}

// Append appends the form of a value to dst, or nothing where the value has none.
func (f Form) Append(dst, value []byte) []byte {
	switch f {
	case InitialForm:
		return appendInitial(dst, value)
	case YearForm:
		return appendYear(dst, value)
	}
	return dst
}

// Spared reports whether two values have the same form. The zero Form is that of
// no value.
func (f Form) Spared(old, now string) bool {
	return f != "" && string(f.Append(nil, []byte(old))) == string(f.Append(nil, []byte(now)))
}

// appendInitial takes the first letter together with the marks that combine with
// it, whatever punctuation stands before it.
func appendInitial(dst, value []byte) []byte {
	for len(value) > 0 {
		r, size := utf8.DecodeRune(value)
		if unicode.IsLetter(r) {
			dst = append(dst, value[:size]...)
			return append(appendMarks(dst, value[size:]), '.')
		}
		value = value[size:]
	}
	return dst
}

func appendMarks(dst, value []byte) []byte {
	for len(value) > 0 {
		r, size := utf8.DecodeRune(value)
		if !unicode.IsMark(r) {
			break
		}
		dst = append(dst, value[:size]...)
		value = value[size:]
	}
	return dst
}

// appendYear expects YYYY-MM-DD; anything else tells too much to be cut.
func appendYear(dst, value []byte) []byte {
	if len(value) != len("2006-01-02") || value[4] != '-' || value[7] != '-' {
		return dst
	}
	for _, digit := range value[:4] {
		if digit < '0' || digit > '9' {
			return dst
		}
	}
	return append(append(dst, value[:4]...), "-01-01"...)
}
