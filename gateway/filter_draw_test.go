package gateway_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// query is what a test asks of a list.
type query struct {
	groups    [][]comparison // one of which must be met in whole
	joints    []string       // as they are written
	sort      string
	backwards bool
	limit     int
}

// comparison is a clause of a filter.
type comparison struct {
	name, op, value string
	at              time.Time // what a value that is a time means
	written         string
	loose           bool // a quote of the value has no backslash
}

// aim is what the clauses of one query are drawn for. Filters at random meet
// nobody, or are refused: so most are about what one record shows, and only the
// wild ones ask for anything at all.
type aim struct {
	model
	record gatewaytest.Record
	wild   bool
}

// query draws a query.
func (m model) query(r *rapid.T) query {
	q := query{limit: rapid.SampledFrom([]int{3, 10, 1000}).Draw(r, "limit")}
	a := aim{m, rapid.SampledFrom(m.records).Draw(r, "record"), rapid.IntRange(0, 4).Draw(r, "wild") == 0}
	for range rapid.SampledFrom([]int{1, 1, 1, 2, 2, 3, 4, 0}).Draw(r, "clauses") {
		c := a.comparison(r)
		if joint := rapid.SampledFrom([]string{"AND", "OR", "and", "or"}).Draw(r, "joint"); len(q.groups) > 0 {
			q.joints = append(q.joints, joint)
			if strings.EqualFold(joint, "AND") {
				last := len(q.groups) - 1
				q.groups[last] = append(q.groups[last], c)
				continue
			}
		}
		q.groups = append(q.groups, []comparison{c})
	}
	if rapid.Bool().Draw(r, "sorted") {
		q.sort = rapid.SampledFrom(m.names()).Draw(r, "sort")
		q.backwards = rapid.Bool().Draw(r, "backwards")
	}
	return q
}

// comparison draws a clause.
func (a aim) comparison(r *rapid.T) comparison {
	name := rapid.SampledFrom(a.askable()).Draw(r, "name")
	if a.wild && rapid.Bool().Draw(r, "any name") {
		name = rapid.SampledFrom(a.names()).Draw(r, "whatever name")
	}
	kind, _ := a.kind(name)
	c := comparison{name: name, op: rapid.SampledFrom(a.operators(kind)).Draw(r, "operator")}
	if kind == catalog.Date || kind == catalog.Timestamp {
		c.draw(r, a.near(r, name), a.wild)
	} else {
		c.value = rapid.SampledFrom(append(a.near(r, name), a.strange()...)).Draw(r, "value")
		if c.op == "~" {
			c.value = part(r, c.value)
		}
		if kind == catalog.Text || kind == catalog.List || a.wild {
			c.value = cased(r, c.value)
		}
		c.value += rapid.SampledFrom([]string{"", "", "", "", "", "", "", "x"}).Draw(r, "longer")
	}
	c.written, c.loose = quote(r, c.value)
	return c
}

// askable are the names that a filter may have and by which records differ.
func (m model) askable() []string {
	return slices.DeleteFunc(m.names(), func(name string) bool { return !m.known(name) || len(m.values(name)) < 2 })
}

// operators are those that go with a kind, or all of them.
func (a aim) operators(kind catalog.Kind) []string {
	switch {
	case a.wild:
	case kind == catalog.Boolean:
		return []string{"=", "!="}
	case kind == catalog.Date || kind == catalog.Timestamp:
		return []string{"=", "!=", "<", "<=", ">", ">="}
	}
	return []string{"=", "=", "!=", "<", "<=", ">", ">=", "~", "~", "~"}
}

// near are the values of the record that the query aims at, or those of all.
func (a aim) near(r *rapid.T, name string) []string {
	if own := of(a.record, name); len(own) > 0 && rapid.IntRange(0, 3).Draw(r, "of all") > 0 {
		return own
	}
	return a.values(name)
}

// strange are values that nobody may have.
func (a aim) strange() []string {
	if a.wild {
		return words()
	}
	return nil
}

// draw draws a time near those that there are, in one of the forms in which
// clients write it, or something that is no time.
func (c *comparison) draw(r *rapid.T, values []string, wild bool) {
	if len(values) == 0 || wild && rapid.Bool().Draw(r, "nonsense") {
		c.value = rapid.SampledFrom([]string{"yesterday", "2026-02-30", "26-01-01", "", "2026", "2026-01-01T"}).Draw(r, "no time")
		return
	}
	value := rapid.SampledFrom(values).Draw(r, "near")
	at, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		at, err = time.Parse(time.DateOnly, value)
	}
	if err != nil {
		r.Fatalf("%q is no time", value)
	}
	const ms = time.Millisecond
	at = at.Add(rapid.SampledFrom([]time.Duration{0, 0, ms, -ms, 100 * ms, -time.Second, 36 * time.Hour}).Draw(r, "off by"))
	east := at.In(time.FixedZone("", 5*3600+1800))
	c.at = at
	switch rapid.IntRange(0, 7).Draw(r, "form") {
	case 0:
		c.at = at.Truncate(24 * time.Hour)
		c.value = c.at.Format(time.DateOnly)
	case 1:
		c.at = at.Truncate(time.Second)
		c.value = c.at.Format("2006-01-02T15:04:05")
	case 2:
		c.at = at.Truncate(time.Second)
		c.value = c.at.Format("2006-01-02T15:04:05Z")
	case 3:
		c.value = strings.Replace(east.Format("2006-01-02T15:04:05.000-07:00"), "+", " ", 1)
	case 4:
		c.value = east.Format("2006-01-02T15:04:05.000000000-07:00")
	default:
		c.value = at.Format("2006-01-02T15:04:05.000Z")
	}
}

// part is a part of a value.
func part(r *rapid.T, value string) string {
	runes := []rune(value)
	from := rapid.IntRange(0, len(runes)).Draw(r, "from")
	return string(runes[from:rapid.IntRange(from, len(runes)).Draw(r, "to")])
}

// cased is a value in small letters, in capitals, or as it is.
func cased(r *rapid.T, value string) string {
	return rapid.SampledFrom([]func(string) string{strings.Clone, strings.ToUpper, strings.ToLower}).Draw(r, "case")(value)
}

var bare = regexp.MustCompile(`^[A-Za-z0-9_.:%+-]+( \d\d:\d\d)?$`)

// quote writes a value in one of the ways that clients know, and says whether a quote in
// it has no backslash.
func quote(r *rapid.T, value string) (written string, loose bool) {
	text := strings.ReplaceAll(value, `\`, `\\`)
	switch rapid.IntRange(0, 4).Draw(r, "quotes") {
	case 0:
		return "'" + strings.ReplaceAll(text, "'", `\'`) + "'", false
	case 1:
		return "‘" + strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’").Replace(text) + "’", strings.ContainsAny(value, "'‘’")
	case 2:
		if bare.MatchString(value) {
			return value, false
		}
	case 3:
		return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`, false
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'", strings.Contains(value, "'")
}

// address is the query as it is sent.
func (m model) address(q query) string {
	values := url.Values{"limit": {fmt.Sprint(q.limit)}}
	var filter strings.Builder
	joints := q.joints
	for _, group := range q.groups {
		for _, c := range group {
			if filter.Len() > 0 {
				filter.WriteString(" " + joints[0] + " ")
				joints = joints[1:]
			}
			filter.WriteString(c.name + c.op + c.written)
		}
	}
	if filter.Len() > 0 {
		values.Set("filter", filter.String())
	}
	if q.sort != "" {
		values.Set("sort", q.sort)
		values.Set("orderBy", map[bool]string{true: "desc", false: "asc"}[q.backwards])
	}
	return m.path + "?" + values.Encode()
}
