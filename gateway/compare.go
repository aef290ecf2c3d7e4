package gateway

import (
	"bytes"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/cases"

	"github.com/rostergate/rostergate/catalog"
)

// compared makes the comparison of a kind's values with that of a clause. It is false
// where the operator or the value does not fit the kind. A quote or a control character
// inside of what is no text is a slip that would be met by nobody, and an empty answer
// tells who syncs that everybody is gone.
func compared(kind catalog.Kind, cl clause) (func([]byte) bool, bool) {
	switch kind {
	case catalog.Text, catalog.List:
		return folded(cl.op, cl.value), true
	}
	if cl.loose || strings.ContainsFunc(cl.value, unicode.IsControl) || cl.op != "~" && strings.TrimSpace(cl.value) != cl.value {
		return nil, false
	}
	switch kind {
	case catalog.Boolean:
		word := strings.ToLower(cl.value)
		return exact(cl.op, word), (cl.op == "=" || cl.op == "!=") && (word == "true" || word == "false")
	case catalog.Date, catalog.Timestamp:
		return instants(cl.op, cl.value)
	}
	return exact(cl.op, cl.value), true
}

// remedy says what a kind is compared with.
func remedy(kind catalog.Kind) string {
	switch kind {
	case catalog.Boolean:
		return "compare it by = or != with 'true' or 'false'."
	case catalog.Date, catalog.Timestamp:
		return "compare it by = != > >= < or <= with a time such as '2026-08-01T00:00:00.000Z'."
	}
	return `put no blanks, tabs or quotes around it or inside of it, and \' for a quote that belongs to it.`
}

// exact compares code points.
func exact(op, given string) func([]byte) bool {
	want := []byte(given)
	if op == "~" {
		return func(value []byte) bool { return bytes.Contains(value, want) }
	}
	return func(value []byte) bool { return holds(op, bytes.Compare(value, want)) }
}

// folded ignores case where it asks for equality or for a part, and orders by
// code points.
func folded(op, given string) func([]byte) bool {
	fold := cases.Fold()
	want := fold.Bytes([]byte(given))
	switch op {
	case "=":
		return func(value []byte) bool { return bytes.Equal(fold.Bytes(value), want) }
	case "!=":
		return func(value []byte) bool { return !bytes.Equal(fold.Bytes(value), want) }
	case "~":
		return func(value []byte) bool { return bytes.Contains(fold.Bytes(value), want) }
	}
	return exact(op, given)
}

// instants compares points in time, whatever form they are written in. A day is
// its first moment.
func instants(op, given string) (func([]byte) bool, bool) {
	want, ok := instant(given)
	if !ok || op == "~" {
		return nil, false
	}
	return func(value []byte) bool {
		at, ok := instant(string(value))
		return ok && holds(op, at.Compare(want))
	}, true
}

// maxInstant is longer than any time that is understood.
const maxInstant = 48

// instant reads a date or a time as programs write them: with a blank for the T, without
// seconds, with an offset with or without a colon or behind a blank. A plus sign that a
// form decoder made a blank is taken for one; a time without a zone is UTC.
func instant(text string) (time.Time, bool) {
	const day = len(time.DateOnly)
	if len(text) > maxInstant {
		return time.Time{}, false
	}
	text = strings.TrimSuffix(text, " UTC")
	if len(text) > day && text[day] == ' ' {
		text = text[:day] + "T" + text[day+1:]
	}
	if before, offset, cut := strings.Cut(text, " "); cut {
		if offset != "" && '0' <= offset[0] && offset[0] <= '9' {
			offset = "+" + offset
		}
		text = before + offset
	}
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return at, true
	}
	for _, clock := range []string{"T15:04:05.999999999", "T15:04"} {
		for _, zone := range []string{"Z07:00", "", "Z0700", "Z07"} {
			if at, err := time.Parse(time.DateOnly+clock+zone, text); err == nil {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// holds reports whether an order of two values is what an operator asks for.
func holds(op string, order int) bool {
	switch op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	}
	return order <= 0
}
