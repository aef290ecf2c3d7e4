package gateway

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
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
	loose bool // a quote stands in the value without a backslash
}

// operators, those first that begin like another.
func filterOperators() []string { return []string{"!=", ">=", "<=", "=", ">", "<", "~"} }

// parseFilter reads OneRoster's filter grammar: field, operator and quoted value,
// joined by AND and OR. A quote inside a value is doubled, or has a backslash
// before it, or ends nothing because neither the end nor a logical word follows
// it; what looks like a clause behind it makes the filter none. Double and typographic
// quotes are taken like straight ones; a number or a word needs none.
func parseFilter(text string) (filter, error) {
	if utf8.RuneCountInString(text) > maxFilter {
		return nil, invalid("The filter is longer than 2,000 characters.")
	}
	p := filterParser{text: text, rest: strings.TrimSpace(text)}
	parsed := filter{nil}
	for n := 1; ; n++ {
		if n > maxClauses {
			return nil, invalid("The filter has more than 20 clauses.")
		}
		c, ok := p.clause()
		if !ok {
			return nil, p.misread(parsed, c)
		}
		last := len(parsed) - 1
		parsed[last] = append(parsed[last], c)
		switch p.joint() {
		case "":
			if p.rest != "" {
				return nil, p.misread(parsed, clause{})
			}
			return parsed, nil
		case "OR":
			parsed = append(parsed, nil)
		}
	}
}

// filterParser takes a filter's text apart from the front.
type filterParser struct{ text, rest string }

// misread says as what a filter was read and up to where, without values, and how to write
// it. Names in it are the request's own.
func (p *filterParser) misread(read filter, last clause) error {
	understood := "Nothing of the filter was understood"
	clauses := read.operators()
	if last.op != "" && last.field != "" {
		clauses = append(clauses, last.field+" "+last.op)
	}
	if len(clauses) > 0 {
		understood = "Of the filter was understood: " + strings.Join(clauses, ", ")
	}
	at := utf8.RuneCountInString(strings.TrimRightFunc(p.text, unicode.IsSpace)) - utf8.RuneCountInString(p.rest) + 1
	return invalid(understood + "; not what stands at character " + strconv.Itoa(at) +
		". Write field='value', joined by AND or OR with a blank on both sides, and put a backslash before a quote inside a value.")
}

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
	c.value, c.loose, ok = p.value()
	return c, ok
}

// value takes a quoted or a bare value.
func (p *filterParser) value() (value string, loose, ok bool) {
	quote, size := utf8.DecodeRuneInString(p.rest)
	closes := closing(quote)
	if closes == "" || p.rest == "" {
		value, ok = p.bare()
		return value, false, ok
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
			return b.String(), loose, true
		case strings.ContainsRune(closes, r) && next == r && behind != "":
			b.WriteRune(r)
			behind, loose = behind[nextSize:], true
		case strings.ContainsRune(closes, r) && beginsClause(behind):
			return "", loose, false
		default:
			loose = loose || strings.ContainsRune(closes, r)
			b.WriteString(p.rest[:size])
		}
		p.rest = behind
	}
	return "", loose, false
}

// closing are the quotes that end what a quote begins, none for another character.
func closing(quote rune) string {
	switch quote {
	case '\'', '"':
		return string(quote)
	case '‘', '’':
		return "‘’'"
	case '“', '”':
		return "“”\""
	}
	return ""
}

// beginsClause reports whether what stands behind a quote reads like one more clause, by
// whatever it is joined: then the quote was to end its value.
func beginsClause(behind string) bool {
	const joints = " \t\r\n;,&|+"
	behind = strings.TrimLeft(behind, joints)
	for _, word := range []string{"AND", "OR"} {
		if len(behind) > len(word) && strings.EqualFold(behind[:len(word)], word) && strings.IndexByte(joints, behind[len(word)]) >= 0 {
			behind = strings.TrimLeft(behind[len(word):], joints)
		}
	}
	end := strings.IndexFunc(behind, func(r rune) bool { return r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end <= 0 {
		return false
	}
	operator := strings.TrimLeft(behind[end:], joints)
	return operator != "" && strings.IndexByte("=!<>~", operator[0]) >= 0
}

// bare takes a number, a date or a word.
func (p *filterParser) bare() (string, bool) {
	end := bareEnd(p.rest)
	word := p.rest[:end]
	if word == "" || strings.ContainsAny(word, "'\"\\=<>~!()‘’“”;&|,\t") {
		return "", false
	}
	p.rest = p.rest[end:]
	return word, true
}

// bareEnd is where a value without quotes ends: before a blank, unless that is one of the
// at most two that a time may have.
func bareEnd(text string) int {
	end := blankBehind(text, 0)
	longer := end
	for range 2 {
		if longer = blankBehind(text, longer+1); longer > maxInstant {
			break
		}
		if _, isTime := instant(text[:longer]); isTime {
			end = longer
		}
	}
	return end
}

// blankBehind is where the first blank from an index on is, or the end of the text.
func blankBehind(text string, from int) int {
	if from >= len(text) {
		return len(text)
	}
	if at := strings.IndexByte(text[from:], ' '); at >= 0 {
		return from + at
	}
	return len(text)
}

// mayEndBefore reports whether a value may end before rest.
func mayEndBefore(rest string) bool {
	if strings.TrimSpace(rest) == "" {
		return true
	}
	p := filterParser{rest: rest}
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
			quote := `\'`
			if c.loose {
				quote = `''`
			}
			value := strings.NewReplacer(`\`, `\\`, `'`, quote).Replace(c.value)
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
