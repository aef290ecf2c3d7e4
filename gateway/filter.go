package gateway

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of a filter.
const (
	maxFilter  = 2000 // characters
	maxClauses = 20
)

// filter is what records must meet: all clauses of any one group. The zero
// filter is met by every record.
type filter []group

// group is met where all its clauses are. AND binds tighter than OR.
type group []clause

// clause compares a field with a value.
type clause struct {
	field string // as the request names it: "school.sourcedId"
	op    string
	value string
}

// operators, those first that begin like another.
func filterOperators() []string { return []string{"!=", ">=", "<=", "=", ">", "<", "~"} }

// parseFilter reads OneRoster's filter grammar: field, operator and quoted value,
// joined by AND and OR. A quote inside a value is doubled, or has a backslash
// before it, or ends nothing because neither the end nor a logical word follows
// it. Typographic quotes are taken for straight ones; a number or a word needs
// none.
func parseFilter(text string) (filter, error) {
	if utf8.RuneCountInString(text) > maxFilter {
		return nil, invalid("The filter is longer than 2,000 characters.")
	}
	p := filterParser{rest: strings.TrimSpace(text)}
	parsed := filter{nil}
	for n := 1; ; n++ {
		if n > maxClauses {
			return nil, invalid("The filter has more than 20 clauses.")
		}
		c, ok := p.clause()
		if !ok {
			return nil, invalid("The filter is not of the form field='value', joined by AND and OR.")
		}
		last := len(parsed) - 1
		parsed[last] = append(parsed[last], c)
		switch p.joint() {
		case "":
			if p.rest != "" {
				return nil, invalid("The filter is not of the form field='value', joined by AND and OR.")
			}
			return parsed, nil
		case "OR":
			parsed = append(parsed, nil)
		}
	}
}

// filterParser takes a filter's text apart from the front.
type filterParser struct{ rest string }

func (p *filterParser) clause() (clause, bool) {
	at := strings.IndexAny(p.rest, "=!<>~")
	if at <= 0 {
		return clause{}, false
	}
	c := clause{field: strings.TrimSpace(p.rest[:at])}
	p.rest = p.rest[at:]
	for _, op := range filterOperators() {
		if strings.HasPrefix(p.rest, op) {
			c.op = op
			break
		}
	}
	if c.op == "" || c.field == "" || strings.ContainsAny(c.field, " '\"\t") {
		return c, false
	}
	p.rest = strings.TrimLeft(p.rest[len(c.op):], " ")
	var ok bool
	c.value, ok = p.value()
	return c, ok
}

// value takes a quoted or a bare value.
func (p *filterParser) value() (string, bool) {
	quote, size := utf8.DecodeRuneInString(p.rest)
	if !strings.ContainsRune("'‘’", quote) || p.rest == "" {
		return p.bare()
	}
	closes := string(quote)
	if quote != '\'' {
		closes = "‘’'"
	}
	p.rest = p.rest[size:]
	var b strings.Builder
	for p.rest != "" {
		r, size := utf8.DecodeRuneInString(p.rest)
		behind := p.rest[size:]
		next, nextSize := utf8.DecodeRuneInString(behind)
		switch {
		case r == '\\' && (next == '\\' || strings.ContainsRune(closes, next) && behind != ""):
			b.WriteRune(next)
			behind = behind[nextSize:]
		case strings.ContainsRune(closes, r) && mayEndBefore(behind):
			p.rest = behind
			return b.String(), true
		case strings.ContainsRune(closes, r) && next == r && behind != "":
			b.WriteRune(r)
			behind = behind[nextSize:]
		default:
			b.WriteString(p.rest[:size])
		}
		p.rest = behind
	}
	return "", false
}

// bare takes a number, a date or a word.
func (p *filterParser) bare() (string, bool) {
	end := bareEnd(p.rest)
	word := p.rest[:end]
	if word == "" || strings.ContainsAny(word, "'\"\\=<>~!()‘’") {
		return "", false
	}
	p.rest = p.rest[end:]
	return word, true
}

// bareEnd is where a value without quotes ends: before a blank, unless that was the
// plus sign of a time's offset before a form decoder took it.
func bareEnd(text string) int {
	end := strings.IndexByte(text, ' ')
	if end < 0 {
		return len(text)
	}
	behind := end + len(" 00:00")
	if behind < len(text) && text[behind] != ' ' || behind > len(text) {
		return end
	}
	if _, isTime := instant(text[:behind]); isTime {
		return behind
	}
	return end
}

// mayEndBefore reports whether a value may end before rest.
func mayEndBefore(rest string) bool {
	if strings.TrimSpace(rest) == "" {
		return true
	}
	p := filterParser{rest}
	return p.joint() != ""
}

// joint takes the logical word behind a clause, "" where there is none.
func (p *filterParser) joint() string {
	trimmed := strings.TrimLeft(p.rest, " ")
	if trimmed == "" {
		p.rest = ""
		return ""
	}
	for _, word := range []string{"AND", "OR"} {
		if len(trimmed) > len(word) && len(trimmed) < len(p.rest) && strings.EqualFold(trimmed[:len(word)], word) && trimmed[len(word)] == ' ' {
			p.rest = strings.TrimLeft(trimmed[len(word):], " ")
			return word
		}
	}
	return ""
}

// String is the filter in the one form that parses to it again.
func (f filter) String() string {
	var groups []string
	for _, g := range f {
		var clauses []string
		for _, c := range g {
			value := strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(c.value)
			clauses = append(clauses, c.field+c.op+"'"+value+"'")
		}
		groups = append(groups, strings.Join(clauses, " AND "))
	}
	return strings.Join(groups, " OR ")
}

// operators are the fields and operators of a filter, without what they are
// compared with: that may be a value of the roster.
func (f filter) operators() []string {
	var all []string
	for _, g := range f {
		for _, c := range g {
			if asked := c.field + " " + c.op; !slices.Contains(all, asked) {
				all = append(all, asked)
			}
		}
	}
	return all
}
