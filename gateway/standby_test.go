package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/revision"
)

// following is a district on a cluster of its own, and a standby of it.
func following(t *testing.T) (*gatewaytest.District, *dbtest.Cluster, *dbtest.Cluster) {
	t.Helper()
	primary := dbtest.Own(t)
	d := gatewaytest.StartWith(t, primary.Store(t), cedar(t).Folder(t))
	return d, primary, primary.Follow(t)
}

// both is a URL of two servers, of which the one that takes writes is wanted.
func both(t *testing.T, one, other *dbtest.Cluster) string {
	t.Helper()
	hosts := make([]string, 2)
	for i, c := range []*dbtest.Cluster{one, other} {
		u, err := url.Parse(c.URL)
		if err != nil {
			t.Fatal(err)
		}
		hosts[i] = u.Query().Get("host")
	}
	return "postgres:///postgres?user=postgres&target_session_attrs=read-write&host=" + strings.Join(hosts, ",") + "&port=5432,5432"
}

func TestNothingIsAnsweredFromAStandby(t *testing.T) {
	t.Parallel()
	d, primary, standby := following(t)
	if _, err := database.Open(t.Context(), standby.URL, database.Options{}); err == nil {
		t.Error("a standby was opened by a URL that does not ask for one")
	}
	// A pooler that balances reads sends them to a standby, whatever the URL says.
	g := d.Reading(standby.URL+"&target_session_attrs=any", primary.URL)
	c := g.Bearer(d.Token("eduready360"))
	for _, path := range []string{"/users?limit=1", "/orgs?limit=0", "/nothing"} {
		a := want(t, c.Get(path), http.StatusServiceUnavailable)
		if a.Header.Get("Retry-After") == "" || len(a.Raw) > 0 {
			t.Errorf("%s: %v %s", path, a.Header, a.Raw)
		}
	}
	if _, err := revision.Read(g.DB.Read); err == nil {
		t.Error("the stamp was read from a standby")
	}
	if err := g.DB.TakesWrites(t.Context()); err == nil {
		t.Error("a standby takes writes")
	}
	primary.CaughtUp(t, standby)
	standby.Run(t, "SELECT pg_promote()")
	want(t, c.Get("/users?limit=1"), http.StatusOK)
	if err := g.DB.TakesWrites(t.Context()); err != nil {
		t.Errorf("the standby that was promoted: %v", err)
	}
}

func TestAPrimaryThatWasPutAsideIsLeftForTheOneThatTookOver(t *testing.T) {
	t.Parallel()
	d, primary, standby := following(t)
	g := d.Reading(both(t, primary, standby), both(t, primary, standby))
	c := g.As("eduready360")
	want(t, c.Get("/users?limit=1"), http.StatusOK)

	primary.CaughtUp(t, standby)
	primary.Run(t, "ALTER SYSTEM SET default_transaction_read_only = on")
	primary.Run(t, "SELECT pg_reload_conf()")
	primary.Await(t, "SELECT current_setting('default_transaction_read_only') = 'on'")
	standby.Run(t, "SELECT pg_promote()")
	for i := 0; ; i++ {
		a := c.Get("/users?limit=1")
		if a.Status == http.StatusOK {
			break
		}
		// The first answers of each pool find out.
		if want(t, a, http.StatusServiceUnavailable); i == 1000 {
			t.Fatal("the server that took over is not found")
		}
		_ = g.DB.TakesWrites(t.Context()) // as /readyz does
	}
	var recorded int
	query := "SELECT count(*) FROM ledger_entries WHERE kind = 'disclosure'"
	fresh := d.Reading(standby.URL, standby.URL)
	if err := fresh.DB.Read.Raw(query).Row().Scan(&recorded); err != nil || recorded != 2 {
		t.Errorf("the server that took over has %d disclosures of the 2 that were sent, %v", recorded, err)
	}
}
