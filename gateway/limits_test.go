package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// standstill is an instant at which tests of rates take place.
func standstill() gatewaytest.Setting {
	return gatewaytest.Still(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
}

// spend asks until the app is refused, and returns how often it was answered.
func spend(t *testing.T, ask func() gatewaytest.Answer) (answered int, refusal gatewaytest.Answer) {
	t.Helper()
	for answered = 0; answered < 100; answered++ {
		if a := ask(); a.Status != 200 {
			return answered, a
		}
	}
	t.Fatal("the app is never refused")
	return 0, refusal
}

func TestAnAppThatAsksTooOftenIsToldWhenToGoOn(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify") // one request of ten
		answered, refusal := spend(t, func() gatewaytest.Answer { return c.Get("/orgs?limit=1") })
		if answered != 9 {
			t.Errorf("%d requests were answered at once, wanted 9", answered)
		}
		want(t, refusal, http.StatusTooManyRequests)
		if p := problem(t, refusal); p.CodeMinor != "server_busy" {
			t.Errorf("the refusal is %+v", p)
		}
		seconds, err := strconv.Atoi(refusal.Header.Get("Retry-After"))
		if err != nil || seconds != 1 || refusal.Header.Get("X-Total-Count") != "" {
			t.Errorf("Retry-After is %q: %v", refusal.Header.Get("Retry-After"), refusal.Header)
		}
		if e := entry(t, d, refusal, audit.KindRefusal); e.App != "amplify" || e.Status != 429 || e.Reason != "server_busy" {
			t.Errorf("the ledger has %+v", e)
		}
		// Whoever waits as long as was said is answered, at the rate, and no faster.
		for range 3 {
			d.Clock.Pass(time.Duration(seconds) * time.Second)
			if answered, _ := spend(t, func() gatewaytest.Answer { return c.Get("/orgs?limit=1") }); answered != 5 {
				t.Errorf("after a second %d requests were answered, wanted 5", answered)
			}
		}
		// Asking in vain does not make it worse.
		for range 30 {
			want(t, c.Get("/orgs?limit=1"), 429)
		}
		d.Clock.Pass(200 * time.Millisecond)
		want(t, c.Get("/orgs?limit=1"), 200)
		want(t, c.Get("/orgs?limit=1"), 429)
	}, gatewaytest.Rate(5), standstill())
}

func TestASlowRateIsToldInWholeSeconds(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		token := d.Token("amplify") // the one request of a burst
		refusal := want(t, d.Bearer(token).Get("/orgs"), 429)
		if got := refusal.Header.Get("Retry-After"); got != "4" {
			t.Errorf("Retry-After is %q", got)
		}
		d.Clock.Pass(4 * time.Second)
		want(t, d.Bearer(token).Get("/orgs"), 200)
	}, gatewaytest.Rate(0.25), standstill())
}

func TestOneAppsFloodIsNoOthersAffair(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		loud, quiet := d.As("amplify"), d.As("eduready360")
		spend(t, func() gatewaytest.Answer { return loud.Get("/orgs?limit=1") })
		for range 8 {
			want(t, loud.Get("/orgs?limit=1"), 429)
			want(t, quiet.Get("/orgs?limit=1"), 200)
		}
		// What an app is refused for otherwise counts as well.
		d.Clock.Pass(10 * time.Minute)
		for range 10 {
			loud.Get("/nothing")
		}
		want(t, loud.Get("/orgs?limit=1"), 429)
		// Another token is the same app.
		want(t, d.Bearer(loud.Token).Get("/orgs"), 429)
	}, gatewaytest.Rate(5), standstill())
}

func TestWhoHasNoCredentialsSpendsNobodysBudget(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify") // one of ten
		wrong := basic(d, "amplify")
		wrong.word += "x"
		for range 12 {
			want(t, d.Bearer("unknown").Get("/users"), 401)
			want(t, d.Bearer(c.Token+"x").Get("/users"), 401)
			want(t, wrong.send(d), 401)
			forged := sign(d, "amplify", "/users")
			forged.secret = "guessed"
			want(t, forged.send(t, d, d.Gateway), 401)
		}
		if answered, _ := spend(t, func() gatewaytest.Answer { return c.Get("/orgs?limit=1") }); answered != 9 {
			t.Errorf("%d requests were answered, wanted 9", answered)
		}
	}, gatewaytest.Rate(5), standstill(), gatewaytest.PublicURL(public))
}

func TestTokensAreCountedToo(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		answered, refusal := spend(t, func() gatewaytest.Answer { return basic(d, "amplify").send(d) })
		if answered != 10 {
			t.Errorf("%d tokens were given, wanted 10", answered)
		}
		want(t, refusal, http.StatusTooManyRequests)
		if refusal.JSON()["error"] != "temporarily_unavailable" || refusal.Header.Get("Retry-After") != "1" {
			t.Errorf("the refusal is %s, %v", refusal.Raw, refusal.Header)
		}
		uncached(t, refusal)
		if e := entry(t, d, refusal, audit.KindRefusal); e.App != "amplify" || e.Door != "token" || e.Status != 429 {
			t.Errorf("the ledger has %+v", e)
		}
		want(t, basic(d, "eduready360").send(d), 200)
		d.Clock.Pass(time.Second)
		want(t, basic(d, "amplify").send(d), 200)
	}, gatewaytest.Rate(5), standstill())
}

// However many lists an app wants to have filtered at a time, only a few scans are
// under way for it, and the connections are there for others.
func TestAnAppsScansLeaveRoomForOthers(t *testing.T) {
	t.Parallel()
	d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), cedar(t).Folder(t))
	loud, quiet := d.As("amplify"), d.As("eduready360")
	want(t, loud.Get("/users"), 200)
	want(t, quiet.Get("/orgs"), 200)
	locked := d.Store.DB.Write.Begin()
	if err := locked.Exec("LOCK TABLE users IN ACCESS EXCLUSIVE MODE").Error; err != nil {
		t.Fatal(err)
	}
	d.Store.Trace.Take()
	const flood = 40 // the pool has 16 connections
	var asking sync.WaitGroup
	for i := range flood {
		asking.Go(func() { loud.Get(fmt.Sprintf("/users?filter=givenName='%d'", i)) })
	}
	arrive(t, d, flood)
	for range 20 {
		want(t, quiet.Get("/orgs"), 200)
	}
	if err := locked.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	asking.Wait()
}

// arrive waits until so many requests looked up their token.
func arrive(t *testing.T, d *gatewaytest.District, wanted int) {
	t.Helper()
	end := time.Now().Add(time.Minute)
	for arrived := 0; arrived < wanted; time.Sleep(time.Millisecond) {
		for _, statement := range d.Store.Trace.Take() {
			if strings.Contains(statement, "LEFT JOIN tokens") {
				arrived++
			}
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d requests arrived", arrived, wanted)
		}
	}
}

func TestWhatIsRequestedHasBounds(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		ask := func(method, path string, body io.Reader, more ...string) gatewaytest.Answer {
			r := d.Request(method, gatewaytest.Base+path, body)
			r.Header.Set("Authorization", "Bearer "+c.Token)
			for i := 0; i < len(more); i += 2 {
				r.Header.Set(more[i], more[i+1])
			}
			return d.Do(r)
		}
		// A query has 32,768 characters at most, the headers with it 64 kB and a bit.
		want(t, ask("GET", "/orgs?x="+strings.Repeat("a", 32766), nil), 200)
		if p := problem(t, want(t, ask("GET", "/orgs?x="+strings.Repeat("a", 32767), nil), 400)); p.CodeMinor != "invalid data" {
			t.Errorf("%+v", p)
		}
		want(t, ask("GET", "/orgs", nil, "X-Other", strings.Repeat("a", 60<<10)), 200)
		want(t, ask("GET", "/orgs", nil, "X-Other", strings.Repeat("a", 72<<10)), http.StatusRequestHeaderFieldsTooLarge)
		// A read takes no body, and does not read one.
		plain := want(t, ask("GET", "/orgs", nil), 200)
		withBody := want(t, ask("GET", "/orgs", strings.NewReader("filter=name='x'&limit=1"), "Content-Type", "application/x-www-form-urlencoded"), 200)
		if string(plain.Raw) != string(withBody.Raw) {
			t.Errorf("a body changes the answer: %s", withBody.Raw)
		}
		// No header changes the method or the address.
		for _, header := range []string{"X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded"} {
			if a := ask("GET", "/orgs", nil, header, "/ims/oneroster/v1p1/users"); string(a.Raw) != string(plain.Raw) {
				t.Errorf("%s changes the answer: %s", header, a.Raw)
			}
		}
	})
}

// A client that sends its request slowly, or never to the end, is hung up on.
func TestTheServerWaitsForNobodyForEver(t *testing.T) {
	server := gateway.Server(":0", http.NotFoundHandler())
	for name, limit := range map[string]time.Duration{
		"headers": server.ReadHeaderTimeout, "requests": server.ReadTimeout, "answers": server.WriteTimeout, "silence": server.IdleTimeout,
	} {
		if limit <= 0 || limit > 3*time.Minute {
			t.Errorf("the limit for %s is %v", name, limit)
		}
	}
	server.ReadHeaderTimeout = 50 * time.Millisecond
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\nX-Slow:")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || strings.Contains(string(answer), "200") {
		t.Errorf("a slow request got %q (%v)", answer, err)
	}
}

// A caller who hangs up while the answer is computed gets nothing, and nothing is
// on record as sent that was not.
func TestWhoHangsUpGetsNothing(t *testing.T) {
	t.Parallel()
	d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), cedar(t).Folder(t))
	c := d.As("amplify")
	want(t, c.Get("/users"), 200)
	locked := d.Store.DB.Write.Begin()
	if err := locked.Exec("LOCK TABLE users IN ACCESS EXCLUSIVE MODE").Error; err != nil {
		t.Fatal(err)
	}
	ctx, hangUp := context.WithCancel(context.Background())
	d.Store.Trace.Take()
	left := make(chan error, 1)
	go func() {
		r := d.Request(http.MethodGet, gatewaytest.Base+"/users?limit=3", nil).WithContext(ctx)
		r.Header.Set("Authorization", "Bearer "+c.Token)
		_, err := http.DefaultTransport.RoundTrip(r)
		left <- err
	}()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(time.Minute)
	for reading := false; !reading; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("nothing is read within a minute")
		}
		for _, statement := range d.Store.Trace.Take() {
			reading = reading || strings.Contains(statement, "FROM users")
		}
	}
	hangUp()
	if err := <-left; err == nil {
		t.Error("there was an answer")
	}
	// The server hears of it a little later than the client.
	for waiting := int64(1); waiting > 0; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("it is still read for who has hung up, after a minute")
		}
		if err := d.Store.DB.Read.Table("pg_locks").Where("relation = 'users'::regclass AND NOT granted").Count(&waiting).Error; err != nil {
			t.Fatal(err)
		}
	}
	if err := locked.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	want(t, c.Get("/users"), 200) // the server is well
	var sent int64
	if err := d.Store.Ledger.Read.Table("ledger_entries").Where("kind = 'disclosure' AND count = 3").Count(&sent).Error; err != nil || sent != 0 {
		t.Errorf("%d disclosures of it are on record (%v)", sent, err)
	}
	if log := d.Log.String(); log != "" {
		t.Errorf("it is logged as a failure of ours:\n%s", log)
	}
}

// A token's scopes are those that it was given for; what the grant says counts at
// each use.
func TestATokenOpensWhatTheGrantSaysNow(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		all, one := d.As("amplify"), d.As("amplify", catalog.DemographicsScope)
		never := d.As("eduready360", catalog.DemographicsScope, catalog.ResourceScope)
		statuses := func(c *gatewaytest.Client) string {
			return fmt.Sprint(c.Get("/demographics").Status, c.Get("/users").Status, c.Get("/resources").Status)
		}
		check := func(what string, wanted ...string) {
			t.Helper()
			for i, c := range []*gatewaytest.Client{all, one, never} {
				if got := statuses(c); got != wanted[i] {
					t.Errorf("%s: client %d gets %s, wanted %s", what, i, got, wanted[i])
				}
			}
		}
		check("at first", "200 200 200", "200 403 403", "403 403 403")
		d.Edit("amplify", demographics(off()))
		check("demographics off", "403 200 200", "403 403 403", "403 403 403")
		d.Edit("amplify", demographics(on()))
		d.Edit("eduready360", demographics(on(), "demographics.sex", "resources", "resources.title"))
		check("and on again", "200 200 200", "200 403 403", "200 403 200")
		// The token of before is worth no more than the scopes it asked for.
		want(t, never.Get("/users"), 403)
		want(t, d.As("eduready360", catalog.DemographicsScope).Get("/resources"), 403)
	})
}

// demographics is an edit of the switch, and of what else to share.
func demographics(on *bool, share ...string) apps.Edit {
	return apps.Edit{Demographics: on, Share: share}
}

// The shapes of token requests that clients send beyond what token_test.go has.
func TestATokenIsGivenToWhoeverEncodesOddly(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		amplify := d.Credentials["amplify"]
		scope := gatewaytest.ScopePrefix + string(catalog.RosterScope)
		for name, body := range map[string]string{
			"percent-encoded blanks":  "grant_type=client_credentials&scope=" + url.QueryEscape(scope) + "%20" + url.QueryEscape(scope) + "&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret,
			"plus signs":              "client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret + "&scope=" + scope + "+" + scope + "&grant_type=client_credentials",
			"an empty scope":          "grant_type=client_credentials&scope=&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret,
			"http in the scope":       "grant_type=client_credentials&scope=" + strings.Replace(scope, "https", "http", 1) + "&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret,
			"more parameters":         "grant_type=client_credentials&audience=x&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret,
			"an ampersand at the end": "grant_type=client_credentials&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret + "&",
		} {
			a := want(t, application{body: body}.send(d), 200)
			if token, _ := a.JSON()["access_token"].(string); d.Bearer(token).Get("/users").Status != 200 {
				t.Errorf("%s: the token does not open anything: %s", name, a.Raw)
			}
		}
	})
}
