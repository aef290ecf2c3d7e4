package ceds

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed codes.tsv
var codes string // lines of element, global id, value, label

//go:embed iso639-2.tsv
var iso6392 string // lines of value, label; bibliographic codes

//go:embed iso639-3.tsv
var iso6393 string // lines of value, label

// The elements of languages. HomeLanguage is Language Type "Home", whose value
// may be a code of either table.
const (
	homeLanguage = "homeLanguage"
	language6392 = "iso6392LanguageCode"
	language6393 = "iso6393LanguageCode"
)

// Code is one value of an element.
type Code struct {
	Value string // "AUT"
	Label string // "Autism"
}

// Tables is every element with its codes. It never changes after Load and may
// be shared by goroutines. The zero Tables has no elements.
type Tables struct {
	elements map[string]element
}

type element struct {
	id     string
	codes  []Code
	labels map[string]string
}

// Load reads the embedded tables. It takes a few milliseconds: load once, keep
// the value.
func Load() Tables {
	t := Tables{elements: map[string]element{}}
	for line := range strings.Lines(codes) {
		name, rest := cut(line)
		id, rest := cut(rest)
		value, label := cut(rest)
		t.add(name, id, value, label)
	}
	t.languages(language6392, "000317", iso6392)
	t.languages(language6393, "001637", iso6393)
	return t
}

func (t Tables) languages(name, id, lines string) {
	for line := range strings.Lines(lines) {
		value, label := cut(line)
		t.add(name, id, value, label)
	}
}

func (t Tables) add(name, id, value, label string) {
	e, ok := t.elements[name]
	if !ok {
		e = element{id: id, labels: map[string]string{}}
	}
	e.codes = append(e.codes, Code{value, label})
	e.labels[value] = label
	t.elements[name] = e
}

func cut(line string) (first, rest string) {
	first, rest, _ = strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
	return first, rest
}

// Elements lists the names of the elements, sorted.
func (t Tables) Elements() []string {
	names := []string{homeLanguage}
	for name := range t.elements {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ID is the element's CEDS global id ("000218"), empty where there is no such
// element. That of homeLanguage is the ISO 639-2 language code's.
func (t Tables) ID(element string) string { return t.elements[listed(element)].id }

// Codes lists the codes of an element, and whether there is such an element.
// Those of homeLanguage are the ISO 639-2 codes: a list that a person can read
// through. The caller may change the slice.
func (t Tables) Codes(element string) ([]Code, bool) {
	e, ok := t.elements[listed(element)]
	return slices.Clone(e.codes), ok
}

// Label is what a value of an element means, and whether the element has the
// value. Values are case-sensitive. A homeLanguage may be an ISO 639-2 or an ISO
// 639-3 code; where both have it, the label is that of ISO 639-2.
func (t Tables) Label(element, value string) (string, bool) {
	label, ok := t.elements[listed(element)].labels[value]
	if !ok && element == homeLanguage {
		label, ok = t.elements[language6393].labels[value]
	}
	return label, ok
}

// Has reports whether the value is one that the element may have, by Label.
func (t Tables) Has(element, value string) bool {
	_, ok := t.Label(element, value)
	return ok
}

// listed is the element whose list stands for the named one.
func listed(element string) string {
	if element == homeLanguage {
		return language6392
	}
	return element
}
