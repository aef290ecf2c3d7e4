package frame

import (
	"html/template"
	"strings"
	"unicode"
)

// longName is from how many letters on a name is broken where it has to be.
const longName = 24

// breakable lets a long name in camel case break before its capitals, and one of several
// parts, like an address or a path, behind what joins them, so that browsers need not
// break it within a word. Some browsers make words of the parts for who listens: a
// control needs the name as its label besides.
func breakable(name string) template.HTML {
	var b strings.Builder
	for i, word := range strings.Split(name, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		breakWord(&b, word)
	}
	return template.HTML(b.String()) //nolint:gosec // every letter is escaped
}

func breakWord(b *strings.Builder, word string) {
	var before rune
	for _, r := range word {
		if len(word) > longName && (unicode.IsUpper(r) && unicode.IsLower(before) || strings.ContainsRune("@._/", before)) {
			b.WriteString("<wbr>")
		}
		b.WriteString(template.HTMLEscapeString(string(r)))
		before = r
	}
}
