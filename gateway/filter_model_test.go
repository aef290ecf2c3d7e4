package gateway_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/roster"
)

// model is what an app got of one list without any filter: what a filter, a sort
// or a count may tell it at most.
type model struct {
	entity  catalog.Entity
	path    string
	records []gatewaytest.Record
	masked  []string
	unknown map[string]bool // names that the app is told it has not
}

// twins are one district on both databases, and the same app of both.
type twins struct {
	clients [2]*gatewaytest.Client
	models  []model
}

// The whole of what a filter may do is decided by what the app got without one:
// which names there are, who meets it, in what order, and how many. Both databases
// agree byte by byte.
func TestFiltersSortsAndCountsTellNothingMoreThanTheData(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("roster ", seed), func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, seed)
			rapid.Check(t, func(r *rapid.T) {
				m := w.models[rapid.IntRange(0, len(w.models)-1).Draw(r, "list")]
				q := m.query(r)
				w.check(r, m, q)
			})
		})
	}
}

func newTwins(t *testing.T, seed uint64) *twins {
	t.Helper()
	w := &twins{}
	dir := randomParcel(t, seed).Folder(t)
	for i, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		d := gatewaytest.StartWith(t, dbtest.New(t, dialect), dir, gatewaytest.PublicURL(public), gatewaytest.Still(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))
		d.Register("model", "alexandria")
		edit, masked := modelGrant(t, d, seed)
		d.Edit("model", edit)
		w.clients[i] = d.As("model")
		if i > 0 {
			continue
		}
		for _, e := range served() {
			w.models = append(w.models, newModel(t, w.clients[0], e, masked))
		}
	}
	return w
}

// modelGrant shares most of everything: of the fields that can be hidden, some are
// hidden, and some masked.
func modelGrant(t *testing.T, d *gatewaytest.District, seed uint64) (apps.Edit, map[string][]string) {
	t.Helper()
	on := true
	edit := apps.Edit{Demographics: &on, Guardians: &on, Metadata: map[string]bool{}}
	masked := map[string][]string{}
	for _, e := range served() {
		edit.Share = append(edit.Share, e.Plural)
		edit.Metadata[e.Plural] = true
		for i, f := range e.In(catalog.V11) {
			name := e.Plural + "." + f.Name
			switch turn := (uint64(i) + seed) % 7; {
			case f.Class == catalog.Structural:
			case turn == 0:
				edit.Hide = append(edit.Hide, name)
			case turn == 1 && f.Kind == catalog.Text:
				edit.Mask = append(edit.Mask, name+"=constant")
				masked[e.Plural] = append(masked[e.Plural], f.Name)
			default:
				edit.Share = append(edit.Share, name)
			}
		}
	}
	keys, err := roster.Keys(d.DB.Read)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range keys {
		if k.Bag == catalog.Metadata && (uint64(i)+seed)%3 > 0 {
			edit.Share = append(edit.Share, k.Entity+".metadata."+k.Name)
		}
	}
	return edit, masked
}

func newModel(t *testing.T, c *gatewaytest.Client, e catalog.Entity, masked map[string][]string) model {
	t.Helper()
	m := model{entity: e, path: "/" + e.Plural, masked: masked[e.Plural], unknown: map[string]bool{}}
	m.records = c.Walk(m.path + "?limit=1000")
	for _, name := range m.names() {
		first, _, _ := strings.Cut(name, ".")
		asked := name
		if first != string(catalog.Metadata) {
			asked = first
		}
		a := want(t, c.Get(m.path+"?limit=1&fields="+url.QueryEscape(asked)), 200)
		m.unknown[name] = a.JSON()["statusInfoSet"] != nil
	}
	return m
}

// names are whatever might be asked about: every field there is, in every form,
// every key, and nonsense.
func (m model) names() []string {
	names := []string{"nothing", "metadata.nothing", "metadata", "userIds.SSN", "user", "users.email"}
	for _, f := range m.entity.Fields {
		names = append(names, f.Name)
		switch {
		case f.Kind.Refers():
			names = append(names, f.Name+".sourcedId", f.Name+".type")
		case f.Kind == catalog.Identifiers:
			names = append(names, f.Name+".type", f.Name+".identifier")
		}
	}
	for _, key := range memberKeys() {
		names = append(names, "metadata."+key)
	}
	return names
}

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
}

// query draws a query.
func (m model) query(r *rapid.T) query {
	q := query{limit: rapid.SampledFrom([]int{3, 10, 1000}).Draw(r, "limit")}
	for range rapid.IntRange(0, 4).Draw(r, "clauses") {
		c := m.comparison(r)
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

// comparison draws a clause, mostly about what there is.
func (m model) comparison(r *rapid.T) comparison {
	c := comparison{
		name: rapid.SampledFrom(m.names()).Draw(r, "name"),
		op:   rapid.SampledFrom([]string{"=", "!=", "<", "<=", ">", ">=", "~"}).Draw(r, "operator"),
	}
	kind, _ := m.kind(c.name)
	if kind == catalog.Date || kind == catalog.Timestamp {
		c.draw(r, m.values(c.name))
	} else {
		c.value = variant(r, append(m.values(c.name), words()...))
	}
	c.written = quote(r, c.value)
	return c
}

// draw draws a time near those that there are, in one of the forms in which
// clients write it, or something that is no time.
func (c *comparison) draw(r *rapid.T, values []string) {
	if len(values) == 0 || rapid.IntRange(0, 9).Draw(r, "nonsense") == 0 {
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
	at = at.Add(rapid.SampledFrom([]time.Duration{0, 0, 0, time.Millisecond, -time.Second, 36 * time.Hour}).Draw(r, "off by"))
	east := at.In(time.FixedZone("", 5*3600+1800))
	c.at = at
	switch rapid.IntRange(0, 5).Draw(r, "form") {
	case 0:
		c.at = at.Truncate(24 * time.Hour)
		c.value = c.at.Format(time.DateOnly)
	case 1:
		c.value = at.Format("2006-01-02T15:04:05.000Z")
	case 2:
		c.value = east.Format("2006-01-02T15:04:05.000000000-07:00")
	case 3:
		c.value = strings.Replace(east.Format("2006-01-02T15:04:05.000-07:00"), "+", " ", 1)
	case 4:
		c.at = at.Truncate(time.Second)
		c.value = c.at.Format("2006-01-02T15:04:05")
	default:
		c.at = at.Truncate(time.Second)
		c.value = c.at.Format("2006-01-02T15:04:05Z")
	}
}

// variant draws a value that is there, or one like it.
func variant(r *rapid.T, values []string) string {
	value := rapid.SampledFrom(values).Draw(r, "value")
	switch rapid.IntRange(0, 5).Draw(r, "variant") {
	case 0:
		return strings.ToUpper(value)
	case 1:
		return strings.ToLower(value)
	case 2:
		runes := []rune(value)
		return string(runes[:len(runes)/2])
	case 3:
		return value + "x"
	}
	return value
}

var bare = regexp.MustCompile(`^[A-Za-z0-9_.:%+-]+$`)

// quote writes a value in one of the ways that clients know.
func quote(r *rapid.T, value string) string {
	text := strings.ReplaceAll(value, `\`, `\\`)
	switch rapid.IntRange(0, 3).Draw(r, "quotes") {
	case 0:
		return "'" + strings.ReplaceAll(text, "'", `\'`) + "'"
	case 1:
		return "‘" + strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’").Replace(text) + "’"
	case 2:
		if bare.MatchString(value) {
			return value
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
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

// kind is what a name stands for, and whether it can be asked about at all.
func (m model) kind(name string) (catalog.Kind, bool) {
	first, rest, dotted := strings.Cut(name, ".")
	if first == string(catalog.Metadata) && dotted {
		return catalog.Text, true
	}
	f, ok := m.entity.Field(first)
	switch {
	case !ok || f.Class == catalog.Credential:
		return "", false
	case f.Kind.Refers():
		return catalog.ID, rest == "sourcedId"
	case f.Kind == catalog.Identifiers:
		return catalog.Text, rest == "type" || rest == "identifier"
	}
	return f.Kind, !dotted
}

// known reports whether the app has the name as it is. A filter cannot write names
// with blanks and operators.
func (m model) known(name string) bool {
	_, ok := m.kind(name)
	return ok && !m.unknown[name] && !slices.Contains(m.masked, name) && !strings.ContainsAny(name, " =!<>~'")
}

// of are the values that a record shows under a name.
func of(r gatewaytest.Record, name string) []string {
	first, rest, _ := strings.Cut(name, ".")
	if first == string(catalog.Metadata) {
		bag, _ := r[first].(map[string]any)
		value, ok := bag[rest].(string)
		if !ok {
			return nil
		}
		return []string{value}
	}
	switch value := r[first].(type) {
	case string:
		return []string{value}
	case map[string]any:
		return []string{fmt.Sprint(value[rest])}
	case []any:
		var all []string
		for _, item := range value {
			if object, ok := item.(map[string]any); ok {
				item = object[rest]
			}
			all = append(all, fmt.Sprint(item))
		}
		return all
	}
	return nil
}

// values are all that the records show under a name.
func (m model) values(name string) []string {
	if _, ok := m.kind(name); !ok {
		return nil
	}
	all := map[string]bool{}
	for _, r := range m.records {
		for _, value := range of(r, name) {
			all[value] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// fits reports whether the comparison makes sense for what the name stands for.
func (m model) fits(c comparison) bool {
	kind, _ := m.kind(c.name)
	switch kind {
	case catalog.Boolean:
		word := strings.ToLower(c.value)
		return (c.op == "=" || c.op == "!=") && (word == "true" || word == "false")
	case catalog.Date, catalog.Timestamp:
		return c.op != "~" && !c.at.IsZero()
	}
	return true
}

func (m model) meets(r gatewaytest.Record, c comparison) bool {
	kind, _ := m.kind(c.name)
	return slices.ContainsFunc(of(r, c.name), func(value string) bool {
		switch kind {
		case catalog.Date, catalog.Timestamp:
			at, err := time.Parse(time.RFC3339Nano, value)
			if err != nil {
				at, _ = time.Parse(time.DateOnly, value)
			}
			return compared(c.op, at.Compare(c.at))
		case catalog.Boolean:
			return compared(c.op, strings.Compare(value, strings.ToLower(c.value)))
		case catalog.Text, catalog.List:
			if c.op == "=" || c.op == "!=" || c.op == "~" {
				return textual(c.op, lowered(value), lowered(c.value))
			}
		}
		return textual(c.op, value, c.value)
	})
}

// lowered folds the case of the letters that the words have.
func lowered(text string) string { return strings.ToLower(strings.ToUpper(text)) }

func textual(op, value, given string) bool {
	if op == "~" {
		return strings.Contains(value, given)
	}
	return compared(op, strings.Compare(value, given))
}

func compared(op string, order int) bool {
	return map[string]bool{"=": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]
}

// expected are the records that should come, in their order; it is false where
// the query should be refused.
func (m model) expected(q query) ([]string, bool) {
	for _, group := range q.groups {
		for _, c := range group {
			if !m.known(c.name) || !m.fits(c) {
				return nil, false
			}
		}
	}
	met := slices.DeleteFunc(slices.Clone(m.records), func(r gatewaytest.Record) bool {
		return len(q.groups) > 0 && !slices.ContainsFunc(q.groups, func(group []comparison) bool {
			return !slices.ContainsFunc(group, func(c comparison) bool { return !m.meets(r, c) })
		})
	})
	f, isField := m.entity.Field(q.sort)
	several := f.Kind.Refers() || f.Kind == catalog.List || f.Kind == catalog.Tokens || f.Kind == catalog.Identifiers
	if isField && !several && m.known(q.sort) {
		slices.SortFunc(met, func(a, b gatewaytest.Record) int { return ordered(a, b, q) })
	}
	return idsOf(met), true
}

func ordered(a, b gatewaytest.Record, q query) int {
	x, y := of(a, q.sort), of(b, q.sort)
	order := 0
	switch {
	case x == nil && y == nil:
	case x == nil:
		return 1
	case y == nil:
		return -1
	default:
		order = strings.Compare(x[0], y[0])
	}
	if q.backwards {
		order = -order
	}
	if order == 0 {
		return strings.Compare(a.ID(), b.ID())
	}
	return order
}

// check walks the query on both databases.
func (w *twins) check(r *rapid.T, m model, q query) {
	wanted, fine := m.expected(q)
	path := m.address(q)
	got := []string{}
	for page, twin := 0, path; path != ""; page++ {
		a, b := w.clients[0].Get(path), w.clients[1].Get(twin)
		if x, y := unsealed(a), unsealed(b); x != y {
			r.Fatalf("%s: the databases differ:\n%s\n%s", path, x, y)
		}
		if (a.Status == 200) != fine {
			r.Fatalf("%s: %d %s; wanted %q", path, a.Status, a.Raw, wanted)
		}
		if !fine {
			return
		}
		if a.Header.Get("X-Total-Count") != fmt.Sprint(len(wanted)) {
			r.Fatalf("%s: counts %s, wanted %d", path, a.Header.Get("X-Total-Count"), len(wanted))
		}
		got = append(got, idsOf(m.rendered(r, a))...)
		path, twin = nextOf(a.Header.Get("Link")), nextOf(b.Header.Get("Link"))
		if page%2 == 1 { // by offset and by cursor in turn
			path, twin = cursor.ReplaceAllString(path, ""), cursor.ReplaceAllString(twin, "")
		}
	}
	if !slices.Equal(got, wanted) {
		r.Fatalf("%s: %q, wanted %q", m.address(q), got, wanted)
	}
}

var (
	cursor   = regexp.MustCompile(`cursor=[A-Za-z0-9_-]+&?`)
	nextLink = regexp.MustCompile(`<[^>]*(/ims/[^>]*)>; rel="next"`)
)

// unsealed is an answer without what is sealed anew each time.
func unsealed(a gatewaytest.Answer) string { return cursor.ReplaceAllString(plain(a), "") }

func nextOf(links string) string {
	found := nextLink.FindStringSubmatch(links)
	if found == nil {
		return ""
	}
	return strings.TrimPrefix(found[1], gatewaytest.Base)
}

// rendered wants each record to be what the app got without a filter.
func (m model) rendered(r *rapid.T, a gatewaytest.Answer) []gatewaytest.Record {
	list, _ := a.JSON()[m.entity.Plural].([]any)
	known := byID(m.records)
	var records []gatewaytest.Record
	for _, one := range list {
		record, _ := one.(map[string]any)
		if fmt.Sprint(record) != fmt.Sprint(map[string]any(known[gatewaytest.Record(record).ID()])) {
			r.Fatalf("a filtered record differs: %v", record)
		}
		records = append(records, record)
	}
	return records
}
