package gateway_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// each runs fn on the made-up district, once on every database.
func each(t *testing.T, fn func(t *testing.T, d *gatewaytest.District)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		fn(t, gatewaytest.Start(t, s))
	})
}

// served lists the entities that have reads of their own.
func served() []catalog.Entity {
	return slices.DeleteFunc(catalog.Entities(), func(e catalog.Entity) bool { return !e.Served })
}

// lists are an app's records by the paths of the top-level lists that it may
// walk: "/students".
type lists map[string][]gatewaytest.Record

// everything walks every top-level list that the vendor's row opens.
func everything(c *gatewaytest.Client, v vendor) lists {
	all := lists{}
	for _, r := range catalog.Routes(catalog.V11) {
		if !r.Single && len(r.Parents) == 0 && v.opens(r) {
			all[r.Path] = c.Walk(r.Path + "?limit=40")
		}
	}
	return all
}

// byID finds records by their sourcedId.
func byID(records []gatewaytest.Record) map[string]gatewaytest.Record {
	found := map[string]gatewaytest.Record{}
	for _, r := range records {
		found[r.ID()] = r
	}
	return found
}

// sorted are the sourcedIds of records.
func sorted(records []gatewaytest.Record) []string {
	ids := []string{}
	for _, r := range records {
		ids = append(ids, r.ID())
	}
	slices.Sort(ids)
	return ids
}

// thin leaves at most n of the items, evenly spread.
func thin[T any](items []T, n int) []T {
	if len(items) <= n {
		return items
	}
	var few []T
	for i := range n {
		few = append(few, items[i*len(items)/n])
	}
	return few
}

// want ends the test where the status is another.
func want(t testing.TB, a gatewaytest.Answer, status int) gatewaytest.Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("the status is %d, wanted %d: %.300s", a.Status, status, a.Raw)
	}
	return a
}

// sameSet compares two lists as sets and says what is too much and what is missing.
func sameSet(t testing.TB, what string, got, wanted []string) {
	t.Helper()
	for _, name := range got {
		if !slices.Contains(wanted, name) {
			t.Errorf("%s: %s is too much", what, name)
		}
	}
	for _, name := range wanted {
		if !slices.Contains(got, name) {
			t.Errorf("%s: %s is missing", what, name)
		}
	}
}

// sealed is a cursor in a link: sealed anew, it is another text.
var sealed = regexp.MustCompile(`(\bcursor=)[\w-]+`)

// impersonal is an answer without what is different in any two: two answers with
// the same impersonal form cannot be told apart.
func impersonal(a gatewaytest.Answer) string {
	header := a.Header.Clone()
	header.Del("Date")
	header.Del("X-Request-Id")
	var b strings.Builder
	_ = header.Write(&b) // a Builder takes everything
	headers := sealed.ReplaceAllString(b.String(), "${1}SEALED")
	return http.StatusText(a.Status) + "\n" + headers + "\n" + strings.ReplaceAll(string(a.Raw), a.RequestID(), "ID")
}

// oneSchool narrows a grant to the first school.
func oneSchool(d *gatewaytest.District) apps.Edit {
	for _, id := range d.Known("orgs") {
		if strings.HasPrefix(id, "sch") {
			return apps.Edit{Orgs: &policy.Among{Only: []string{id}}}
		}
	}
	return apps.Edit{}
}

func masking(names ...string) apps.Edit { return apps.Edit{Mask: names} }
