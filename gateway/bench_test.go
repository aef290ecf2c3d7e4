package gateway_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/sample"
)

// BenchmarkPage measures one page of users, from the request to the last byte,
// without the network:
//
//	go test ./gateway -run '^$' -bench Page -benchmem
func BenchmarkPage(b *testing.B) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		d := large(b, dbtest.New(b, dialect))
		token := d.Token("amplify")
		for _, size := range []int{1, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", dialect, size), func(b *testing.B) {
				b.ReportAllocs()
				handler := d.Server.Handler()
				for b.Loop() {
					page(b, handler, token, size)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/record")
			})
		}
	}
}

// large is a district with pages of a thousand users.
func large(t testing.TB, s dbtest.Store) *gatewaytest.District {
	t.Helper()
	dir := dbtest.Folder(t)
	if err := (sample.District{Students: 2000, Seed: 1}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	return gatewaytest.StartWith(t, s, dir)
}

// A record costs no allocation of its own: neither a map nor a struct, and no
// buffer but the page's. Only a reference to a sourcedId that an address must
// escape costs one, which is left out. What modernc.org/sqlite hands over it allocates, two values a
// cell; pgx hands over what it received.
func TestAPageAllocatesNothingPerRecord(t *testing.T) {
	bound := map[database.Dialect]float64{database.Postgres: 0.1, database.SQLite: 40}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := large(t, s)
		token, handler := d.Token("amplify"), d.Server.Handler()
		cost := func(size int) float64 {
			escaped := len(escapedReference.FindAll(page(t, handler, token, size).Body.Bytes(), -1))
			return testing.AllocsPerRun(20, func() { page(t, handler, token, size) }) - float64(escaped)
		}
		if each := (cost(1000) - cost(100)) / 900; each > bound[s.DB.Dialect] {
			t.Errorf("each record costs %.2f allocations, more than %.1f", each, bound[s.DB.Dialect])
		}
	})
}

var escapedReference = regexp.MustCompile(`"href":"[^"]*%[^"]*"`)

// page asks for a page of users.
func page(t testing.TB, handler http.Handler, token string, size int) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("%s/users?limit=%d&offset=%d", gatewaytest.Base, size, size), nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w
}
