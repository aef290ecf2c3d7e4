package gateway_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// eachRow is a file of a package with the rows that do leaves, as it leaves them. Cells
// are found by their column.
func eachRow(t testing.TB, text string, do func(row int, cell func(column string) *string) bool) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	left := rows[:1:1]
	for i, row := range rows[1:] {
		if do(i, func(column string) *string { return &row[slices.Index(rows[0], column)] }) {
			left = append(left, row)
		}
	}
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(left); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lacking is the package of a district in which some students never were: neither they
// nor what must refer to them.
func lacking(t testing.TB, p parcel, students []string) parcel {
	t.Helper()
	other := maps.Clone(p)
	for file, column := range map[string]string{"users.csv": "sourcedId", "demographics.csv": "sourcedId", "enrollments.csv": "userSourcedId"} {
		other[file] = eachRow(t, p[file], func(_ int, cell func(string) *string) bool { return !slices.Contains(students, *cell(column)) })
	}
	return other
}

// schooled is a random package in which every other user is a student.
func schooled(t testing.TB, seed uint64) parcel {
	t.Helper()
	p := randomParcel(t, seed)
	p["users.csv"] = eachRow(t, p["users.csv"], func(row int, cell func(string) *string) bool {
		if row%2 == 0 {
			*cell("role") = catalog.Student
		}
		return true
	})
	return p
}

// studentsIn are the sourcedIds of a package's students.
func studentsIn(t testing.TB, p parcel) []string {
	t.Helper()
	var found []string
	eachRow(t, p["users.csv"], func(_ int, cell func(string) *string) bool {
		if *cell("role") == catalog.Student {
			found = append(found, *cell("sourcedId"))
		}
		return true
	})
	return found
}

// pair are two districts with the same apps: one in which students are opted out, and
// one in which they never were.
type pair struct {
	t          *testing.T
	here, none *gatewaytest.District
	students   []string
	known      map[string][]string // sourcedIds by entity
	cases      int                 // answers that were compared
	sights     int                 // of a student by an app, before they were opted out of it
}

// newPair opts some of the students out. Of the apps, "all" is covered by what is of all
// apps, "chosen" by what is of it alone, and "both" partly by each.
func newPair(t *testing.T, dialect database.Dialect, p parcel, students []string, seed uint64) *pair {
	t.Helper()
	w := &pair{t: t, students: students, known: map[string][]string{}}
	for i, from := range []parcel{p, lacking(t, p, students)} {
		still := gatewaytest.Still(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		d := gatewaytest.StartWith(t, dbtest.New(t, dialect), from.Folder(t), gatewaytest.PublicURL(public), still)
		for n, app := range []string{"all", "chosen", "both"} {
			d.Register(app, "alexandria")
			edit, _ := modelGrant(t, d, seed+uint64(n))
			d.Edit(app, edit)
			d.Edit(app, randomScope(d, seed*3+uint64(n)))
		}
		if i == 1 {
			w.none = d
			continue
		}
		w.here = d
		for _, e := range served() {
			w.known[e.Plural] = d.Known(e.Plural)
		}
	}
	return w
}

// optOut opts the students out, of the app alone or of all apps.
func (w *pair) optOut(app string) {
	w.t.Helper()
	before, err := w.here.Server.Prospect(context.Background(), app, gateway.Offer{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, id := range w.students {
		if before.Records("users").Contains(idOf(w.t, w.here, id)) {
			w.sights++
		}
	}
	half := w.students[:len(w.students)/2]
	switch app {
	case "all":
		w.here.OptOut("", w.students...)
	case "chosen":
		w.here.OptOut("chosen", w.students...)
	case "both":
		w.here.OptOut("", half...)
		w.here.OptOut("both", w.students[len(half):]...)
	}
}

// randomScope narrows a grant by what the seed says, among what a district has.
func randomScope(d *gatewaytest.District, seed uint64) apps.Edit {
	dice := rand.New(rand.NewPCG(seed, 7))
	some := func(plural string) *policy.Among {
		if dice.IntN(3) > 0 {
			return nil
		}
		known := d.Known(plural)
		return &policy.Among{Only: []string{known[dice.IntN(len(known))], known[dice.IntN(len(known))]}}
	}
	guardians, unenrolled := dice.IntN(4) > 0, dice.IntN(3) > 0
	return apps.Edit{Orgs: some("orgs"), Courses: some("courses"), Guardians: &guardians, Unenrolled: &unenrolled}
}

// compare reads everything that the catalog has a route for, with every id of the
// district, in both, as the app.
func (w *pair) compare(app string) {
	w.t.Helper()
	here, none := w.here.As(app), w.none.As(app)
	for _, r := range catalog.Routes(catalog.V11) {
		plurals := []string{r.Entity}
		if !r.Single {
			plurals = nil
			for _, p := range r.Parents {
				plurals = append(plurals, p.Entity)
			}
		}
		w.along(app, here, none, r, r.Path, plurals)
	}
}

// along fills the ids of a route in, one after the other.
func (w *pair) along(app string, here, none *gatewaytest.Client, r catalog.Route, path string, plurals []string) {
	w.t.Helper()
	if len(plurals) > 0 {
		ids := append([]string{"no/body"}, thin(w.known[plurals[0]], 5)...)
		if plurals[0] == "users" || plurals[0] == "demographics" {
			ids = append(ids, w.students...)
		}
		for _, id := range ids {
			w.along(app, here, none, r, strings.Replace(path, "{id}", url.PathEscape(id), 1), plurals[1:])
		}
		return
	}
	queries := []string{"?limit=10000"}
	if !r.Single {
		queries = append(queries, "?limit=2&sort=sourcedId&orderBy=desc", "?limit=3&offset=1", "?filter="+url.QueryEscape("sourcedId!='x'"))
	}
	for _, query := range queries {
		got, want := here.Get(path+query), none.Get(path+query)
		w.cases++
		if was, is := settledForm(want), settledForm(got); was != is {
			w.t.Errorf("%s: %s%s is answered otherwise than if the students never were:\n%.600s\n---\n%.600s", app, path, query, is, was)
		}
		w.traceless(app, path+query, got)
	}
}

// traceless wants none of the students in an answer, by whatever name.
func (w *pair) traceless(app, path string, a gatewaytest.Answer) {
	w.t.Helper()
	for _, id := range w.students {
		for _, trace := range []string{fmt.Sprintf(`"sourcedId":%q`, id), "/" + url.PathEscape(id) + `"`} {
			if strings.Contains(string(a.Raw), trace) {
				w.t.Errorf("%s: the answer to %s has %s: %.300s", app, path, trace, a.Raw)
			}
		}
	}
}

// settledForm is an answer without what differs between two districts that hold the same.
func settledForm(a gatewaytest.Answer) string {
	a.Header = a.Header.Clone()
	a.Header.Del("X-Perm-Rev")
	a.Header.Del("X-RateLimit-Remaining")
	return impersonal(a)
}

func TestAStudentWhoIsOptedOutIsAsIfTheyNeverWere(t *testing.T) {
	t.Parallel()
	cases, sights := 0, 0
	for seed := range uint64(3) {
		w := oneOptOut(t, database.SQLite, schooled(t, seed), seed)
		cases, sights = cases+w.cases, sights+w.sights
	}
	if cases < 5000 || sights < 5 {
		t.Errorf("only %d answers were compared, about students whom apps saw %d times", cases, sights)
	}
}

// The database must not matter, so a district is enough.
func TestAStudentWhoIsOptedOutIsAsIfTheyNeverWereOnPostgreSQL(t *testing.T) {
	t.Parallel()
	if w := oneOptOut(t, database.Postgres, crossroads(t), 2); w.sights == 0 {
		t.Error("no app saw the students before")
	}
}

// oneOptOut compares the districts of a package, of whose students some are opted out.
func oneOptOut(t *testing.T, dialect database.Dialect, p parcel, seed uint64) *pair {
	t.Helper()
	students := studentsIn(t, p)
	dice := rand.New(rand.NewPCG(seed, 5))
	dice.Shuffle(len(students), func(i, j int) { students[i], students[j] = students[j], students[i] })
	w := newPair(t, dialect, p, students[:min(4, len(students)/2)], seed)
	for _, app := range []string{"chosen", "both", "all"} {
		w.optOut(app)
		w.compare(app)
		w.counts(app)
	}
	t.Logf("%d answers, %d sights", w.cases, w.sights)
	return w
}

// counts wants the same of what is said about an app as of its answers: what it would
// get, what would change, why, and what a person is shown.
func (w *pair) counts(app string) {
	w.t.Helper()
	ctx := context.Background()
	before, after, err := w.here.Server.Compare(ctx, app, gateway.Offer{}, gateway.Offer{Grant: &policy.Grant{}})
	if err != nil {
		w.t.Fatal(err)
	}
	other, err := w.none.Server.Prospect(ctx, app, gateway.Offer{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range catalog.Tables(catalog.V11) {
		if got, want := before.Records(e.Plural).GetCardinality(), other.Records(e.Plural).GetCardinality(); got != want {
			w.t.Errorf("%s would get %d of the %s, not %d", app, got, e.Plural, want)
		}
		if got, want := after.Beside(before, e.Plural).Lost.GetCardinality(), other.Records(e.Plural).GetCardinality(); got != want {
			w.t.Errorf("%s would lose %d of the %s, not %d", app, got, e.Plural, want)
		}
	}
	for _, id := range w.students {
		for _, entity := range []string{"users", "demographics"} {
			shown, err := w.here.Server.Preview(ctx, gateway.PreviewRequest{App: app, Actor: "ada@example.org", Entity: entity, Record: id})
			if err != nil {
				w.t.Fatal(err)
			}
			if shown.Status != 404 && shown.Status != 403 {
				w.t.Errorf("%s: a preview of %s of %s is %d: %s", app, entity, id, shown.Status, shown.Body)
			}
			if entity == "users" && shown.Status == 404 && shown.Reach.Code != "opted_out" {
				w.t.Errorf("%s: %s is missing by %+v", app, id, shown.Reach)
			}
		}
	}
}

func TestAnOptOutIsOfTheAppsThatItNamesAndEndsWithIt(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		ctx := context.Background()
		d.OptOut("amplify", "ana")
		want(t, d.As("amplify").One("users", "ana"), 404)
		want(t, d.As("alexandria").One("users", "ana"), 200)
		d.OptOut("", "ana")
		want(t, d.As("alexandria").One("users", "ana"), 404)
		added, err := d.Server.Prospect(ctx, gateway.NewApp, offered(t, d, "alexandria", apps.Edit{}))
		if err != nil || added.Records("users").IsEmpty() {
			t.Fatalf("an app that is to be added: %v", err)
		}
		ana := idOf(t, d, "ana")
		if added.Records("users").Contains(ana) || added.View.Why("users", ana).Code != "opted_out" {
			t.Error("an app that is to be added would get who is opted out of all apps")
		}
		if err := d.OptOuts.Remove(ctx, ana, []string{""}, apps.By{Actor: "cli:ada"}); err != nil {
			t.Fatal(err)
		}
		want(t, d.As("alexandria").One("users", "ana"), 200)
		want(t, d.As("amplify").One("users", "ana"), 404)
	})
}

func idOf(t testing.TB, d *gatewaytest.District, user string) uint32 {
	t.Helper()
	users, _ := catalog.Find("users")
	id, _, err := d.Roster.Find(context.Background(), users, user)
	if err != nil || id == 0 {
		t.Fatalf("%s is %d, %v", user, id, err)
	}
	return id
}

func TestAnOptOutHoldsForTheVeryNextAnswerOfEveryServerAndInTheMiddleOfAWalk(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		elsewhere := d.Replica()
		c := d.As("amplify")
		students := c.Walk("/students?limit=100")
		first := want(t, c.Get("/students?limit=5"), 200)
		out := students[7].ID()
		before := first.Header.Get("X-Perm-Rev")
		elsewhere.OptOut("", out)
		want(t, c.One("students", out), 404)
		second := want(t, c.Get(strings.TrimPrefix(strings.Split(first.Links()["next"], gatewaytest.Base)[1], gatewaytest.Base)), 200)
		if slices.Contains(sorted(second.Records()), out) || total(second) != len(students)-1 {
			t.Errorf("the next page is %q, of %d", sorted(second.Records()), total(second))
		}
		if second.Header.Get("X-Perm-Rev") == before {
			t.Error("the app does not notice that somebody went")
		}
		sameSet(t, "students", sorted(c.Walk("/students?limit=100")), slices.DeleteFunc(sorted(students), func(id string) bool { return id == out }))
	})
}

// What an app never saw it does not notice, though it is opted out of it.
func TestAnOptOutOfWhomAnAppNeverSawIsNothingToIt(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", apps.Edit{Orgs: &policy.Among{Only: []string{"elm"}}})
		c := d.As("amplify")
		before := want(t, c.Get("/users"), 200)
		d.OptOut("", "ana") // of the other school
		after := want(t, c.Get("/users"), 200)
		if got, was := impersonal(after), impersonal(before); got != was {
			t.Errorf("the answer is another:\n%s\n%s", got, was)
		}
	})
}
