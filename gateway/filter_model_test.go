package gateway_test

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
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
	var drawn, telling atomic.Int64
	t.Cleanup(func() {
		if 3*telling.Load() < drawn.Load() {
			t.Errorf("of %d queries, only %d filters keep some of the records and not all", drawn.Load(), telling.Load())
		}
	})
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("roster ", seed), func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, seed)
			rapid.Check(t, func(r *rapid.T) {
				m := w.models[rapid.IntRange(0, len(w.models)-1).Draw(r, "list")]
				q := m.query(r)
				drawn.Add(1)
				if m.telling(q) {
					telling.Add(1)
				}
				w.check(r, m, q)
			})
		})
	}
}

func newTwins(t *testing.T, seed uint64) *twins {
	t.Helper()
	w := &twins{}
	dir, changed := randomParcel(t, seed).Folder(t), halfChanged(t, seed)
	for i, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		d := gatewaytest.StartWith(t, dbtest.New(t, dialect), dir, gatewaytest.PublicURL(public), gatewaytest.Still(time.Date(2026, 3, 2, 9, 0, 0, 250_000_000, time.UTC)))
		// A part of the records is younger than the others, by less than a second.
		d.Clock.Pass(400 * time.Millisecond)
		d.Import(changed)
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

// halfChanged is the package of a seed with another text in every other row of
// some files.
func halfChanged(t *testing.T, seed uint64) string {
	t.Helper()
	dir := randomParcel(t, seed).Folder(t)
	for file, column := range map[string]string{
		"users.csv": "givenName", "orgs.csv": "name", "courses.csv": "title", "classes.csv": "title", "academicSessions.csv": "title", "resources.csv": "title",
	} {
		rewrite(t, filepath.Join(dir, file), column, func(row int, cell string) string { return cell + strings.Repeat("b", row%2) })
	}
	return dir
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

// unsealed is an answer without what each store draws for itself: seals and marks.
func unsealed(a gatewaytest.Answer) string {
	text := cursor.ReplaceAllString(plain(a), "")
	return strings.Replace(text, "X-Perm-Rev: "+a.Header.Get("X-Perm-Rev"), "X-Perm-Rev: ", 1)
}

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
