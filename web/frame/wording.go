package frame

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"unicode"

	"github.com/dustin/go-humanize"
)

// Number is a count with commas: 1,234,567.
func Number(n int64) string {
	return humanize.Comma(n)
}

// Plural is a count with its noun: "1 app", "2 apps".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(int64(n)) + " " + many
}

// PluralOrNone counts what there is, "" for nothing.
func PluralOrNone(n int, one, many string) string {
	if n == 0 {
		return ""
	}
	return Plural(n, one, many)
}

// Who is an actor for people: "cli:ada" is ada at the command line.
func Who(actor string) string {
	if name, command := strings.CutPrefix(actor, "cli:"); command {
		return name + " (command line)"
	}
	return actor
}

// ShortList names some, and counts the rest.
func ShortList(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// NonEmpty are the texts that say something.
func NonEmpty(texts ...string) (all []string) {
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}

// SortedUnique is a list sorted and without repeats; nil where it is empty.
func SortedUnique[T cmp.Ordered](names []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// PercentOf is a share in whole percent, rounded down, but of 1 at the least where there
// is any.
func PercentOf(part, whole int64) int {
	if whole == 0 || part == 0 {
		return 0
	}
	return int(min(max(part*100/whole, 1), 100))
}

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
