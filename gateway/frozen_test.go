package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// The path to the database freezes: nothing is refused, nothing answers. Neither an app
// nor whoever asks for readiness waits for more than a few seconds, and both are told
// to ask again; when the path is clear, answers go on by themselves.
func TestNobodyWaitsLongForADatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), cedar(t).Folder(t))
	path := d.Store.Path(t)
	g := d.Reading(path.URL, path.URL)
	g.Server.Ready = g.DB.TakesWrites
	c := g.As("eduready360")
	want(t, c.Get("/users?limit=1"), http.StatusOK)
	path.Freeze()
	for _, asked := range []string{"/readyz", gatewaytest.Base + "/users?limit=1", "/oauth/token"} {
		began := time.Now()
		a := askAt(t, g, c, asked)
		if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v %s", asked, a.Status, a.Header, a.Raw)
		}
		if took := time.Since(began); took > 45*time.Second {
			t.Errorf("%s took %v", asked, took)
		}
	}
	path.Thaw()
	for i := 0; ; i++ {
		a := c.Get("/users?limit=1")
		if a.Status == http.StatusOK {
			break
		}
		if want(t, a, http.StatusServiceUnavailable); i == 20 {
			t.Fatal("there is no answer though the path is clear again")
		}
	}
	if a := askAt(t, g, c, "/readyz"); a.Status != http.StatusOK || string(a.Raw) != "ready\n" {
		t.Errorf("/readyz: %d %s", a.Status, a.Raw)
	}
}

// askAt asks for a path of the gateway, for a token by the form that it takes.
func askAt(t *testing.T, g *gatewaytest.Gateway, c *gatewaytest.Client, path string) gatewaytest.Answer {
	t.Helper()
	if path != "/oauth/token" {
		r := g.Request(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+c.Token)
		return g.Do(r)
	}
	r := g.Request(http.MethodPost, path, strings.NewReader("grant_type=client_credentials"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("somebody", "a secret")
	return g.Do(r)
}

func TestWhatTheServerDoesNotDoForWhatIsCommittedIsToldByReadyz(t *testing.T) {
	t.Parallel()
	d := gatewaytest.StartWith(t, dbtest.Own(t).Store(t), cedar(t).Folder(t)) // which has both off
	d.Server.Warnings = d.DB.Warnings
	r := d.Request(http.MethodGet, "/readyz", nil)
	a := want(t, d.Do(r), http.StatusOK)
	for _, told := range []string{"ready\n", "warning: PostgreSQL runs with fsync=off", "warning: PostgreSQL runs with full_page_writes=off"} {
		if !strings.Contains(string(a.Raw), told) {
			t.Errorf("/readyz does not say %q: %s", told, a.Raw)
		}
	}
}
