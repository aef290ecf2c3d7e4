package rostertest

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// Edit changes a file, one thing a line. A text that is, as a whole, a Go string in
// quotation marks is read as one.
//
//	~ old => new         replaces what stands there once
//	+ line               adds a line
//	- beginning          takes the one line away that begins so
//	column name a=1 b=2  adds a column, with the values of rows by sourcedId
//	drop name            takes a column away, behind which no cell has a comma
//	bom, crlf, utf16     writes the file as some programs do
//	gone                 takes the file away
func (p Parcel) Edit(t testing.TB, file, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "~":
			p.replace(t, file, rest)
		case "+":
			p[file] += unquoted(rest) + "\n"
		case "-":
			p.remove(t, file, rest)
		case "column":
			p.column(t, file, strings.Fields(rest))
		case "drop":
			p.drop(t, file, rest)
		case "bom":
			p[file] = "\ufeff" + p[file]
		case "utf16":
			p[file] = utf16Text(p[file])
		case "crlf":
			p[file] = strings.ReplaceAll(p[file], "\n", "\r\n")
		case "gone":
			delete(p, file)
		default:
			t.Fatalf("edit %s: unknown line %q", file, line)
		}
	}
}

// utf16Text is a text in little-endian UTF-16.
func utf16Text(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

func (p Parcel) replace(t testing.TB, file, said string) {
	t.Helper()
	old, now, found := strings.Cut(said, " => ")
	if old, now = unquoted(old), unquoted(now); !found || strings.Count(p[file], old) != 1 {
		t.Fatalf("edit %s: %q does not stand there once", file, said)
	}
	p[file] = strings.Replace(p[file], old, now, 1)
}

func (p Parcel) remove(t testing.TB, file, prefix string) {
	t.Helper()
	var kept strings.Builder
	removed := 0
	for line := range strings.Lines(p[file]) {
		if strings.HasPrefix(line, prefix) {
			removed++
			continue
		}
		kept.WriteString(line)
	}
	if removed != 1 {
		t.Fatalf("edit %s: %d lines begin with %q", file, removed, prefix)
	}
	p[file] = kept.String()
}

func (p Parcel) column(t testing.TB, file string, words []string) {
	t.Helper()
	if len(words) == 0 {
		t.Fatalf("edit %s: a column needs a name", file)
	}
	values := map[string]string{}
	for _, word := range words[1:] {
		id, value, _ := strings.Cut(word, "=")
		values[id] = value
	}
	var b strings.Builder
	for line := range strings.Lines(p[file]) {
		line = strings.TrimSuffix(line, "\n")
		id, _, _ := strings.Cut(line, ",")
		value := values[id]
		if b.Len() == 0 {
			value = words[0]
		}
		b.WriteString(line + "," + value + "\n")
	}
	p[file] = b.String()
}

func (p Parcel) drop(t testing.TB, file, name string) {
	t.Helper()
	header, _, _ := strings.Cut(p[file], "\n")
	names := strings.Split(header, ",")
	fromEnd := 0
	for i, n := range names {
		if n == name {
			fromEnd = len(names) - i
		}
	}
	if fromEnd == 0 {
		t.Fatalf("edit %s: there is no column %q", file, name)
	}
	var b strings.Builder
	for line := range strings.Lines(p[file]) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		at := len(cells) - fromEnd
		b.WriteString(strings.Join(append(cells[:at:at], cells[at+1:]...), ",") + "\n")
	}
	p[file] = b.String()
}

// unquoted reads a text, which may be written as a Go string.
func unquoted(text string) string {
	if plain, err := strconv.Unquote(text); err == nil && text[0] == '"' {
		return plain
	}
	return text
}
