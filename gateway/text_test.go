package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// noText are percent-encoded bytes that no database holds as text: a zero, bytes
// that begin nothing, an overlong zero and slash, half of a pair, more than there is.
func noText() []string {
	return []string{"%00", "a%00b", "%ff", "%fe%ff", "%80", "%c0%80", "%c0%af", "%e0%80%80", "%ed%a0%80", "%f4%90%80%80", "%e2%82"}
}

func TestWhatIsNoTextIsRefusedWhereverItStandsInARead(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, r := range catalog.Routes(catalog.V11) {
			path := strings.ReplaceAll(r.Path, "{id}", "x")
			for i, bad := range noText() {
				at := []string{
					path + "?fields=" + bad, path + "?" + bad + "=1", path + "?filter=" + bad + "='1'", path + "?sort=sourcedId&orderBy=" + bad,
					path + "?filter=name='" + bad + "'", path + "?x=" + bad, path + "?x&x=" + bad, path + bad, path + "/" + bad, "/" + bad + path,
				}
				if strings.Contains(r.Path, "{id}") {
					at = append(at, strings.Replace(r.Path, "{id}", bad, 1), strings.ReplaceAll(r.Path, "{id}", "y"+bad))
				}
				if i > 1 { // of each route all places, with some of the bytes
					at = []string{at[i%len(at)]}
				}
				for _, address := range at {
					a := c.Get(address)
					if a.Status != http.StatusBadRequest || problem(t, a).CodeMinor != "invalid data" {
						t.Errorf("%s: %d %s", address, a.Status, a.Raw)
					}
				}
			}
		}
		a := c.Get("/users?x=%00")
		if e := entry(t, d, a, audit.KindRefusal); e.App != "amplify" || e.Status != 400 || strings.Contains(d.Log.String(), "ERROR") {
			t.Errorf("the ledger has %+v, the log %s", e, d.Log)
		}
		want(t, d.Bearer("bogus").Get("/users?x=%00"), 401) // nobody learns more
		want(t, d.Bearer("ü\xff").Get("/users"), 401)
		want(t, c.Get("/users?x=%EF%BF%BD%C2%80&y=%01"), 200)
	})
}

func TestWhatIsNoTextIsRefusedByEveryOtherAddress(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, path := range []string{
			"/oauth/token", "/token", "/healthz", "/readyz", "/api", "/api/", "/api/style.css", "/api/onerosterv1p1.json", "/api/first-sync", "/nothing", "/ims/other",
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions} {
				for _, bad := range noText() {
					for _, address := range []string{path + "?x=" + bad, path + "?" + bad, path + "/" + bad} {
						if a := d.Do(d.Request(method, address, nil)); a.Status != http.StatusBadRequest {
							t.Errorf("%s %s: %d %s", method, address, a.Status, a.Raw)
						}
					}
				}
			}
		}
		if strings.Contains(d.Log.String(), "ERROR") {
			t.Errorf("the log has %s", d.Log)
		}
	})
}

func TestWhatIsNoTextIsRefusedInARequestForAToken(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		amplify := d.Credentials["amplify"]
		for _, bad := range noText() {
			plain, err := url.PathUnescape(bad)
			if err != nil {
				t.Fatal(err)
			}
			for name, a := range map[string]application{
				"client_id":     {body: "grant_type=client_credentials&client_secret=x&client_id=" + bad},
				"client_secret": {body: "grant_type=client_credentials&client_id=" + amplify.ClientID + "&client_secret=" + bad},
				"scope":         {body: "grant_type=client_credentials&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret + "&scope=" + bad},
				"grant_type":    {body: "grant_type=" + bad},
				"another name":  {body: "grant_type=client_credentials&client_id=" + amplify.ClientID + "&client_secret=" + amplify.Secret + "&" + bad + "=x"},
				"Basic's name":  {form: asking(), id: bad, word: "x"},
				"Basic's word":  {form: asking(), id: amplify.ClientID, word: bad},
				"Basic's bytes": {form: asking(), id: plain, word: "x"},
			} {
				answer := want(t, a.send(d), http.StatusBadRequest)
				if answer.JSON()["error"] != "invalid_request" {
					t.Errorf("%s with %s: %s", name, bad, answer.Raw)
				}
				if e := entry(t, d, answer, audit.KindRefusal); e.Door != "token" || e.Status != 400 || e.Address != "127.0.0.0/24" || e.App != "" {
					t.Errorf("%s with %s: the ledger has %+v", name, bad, e)
				}
			}
		}
		want(t, basic(d, "amplify").send(d), 200)
		if strings.Contains(d.Log.String(), "ERROR") {
			t.Errorf("the log has %s", d.Log)
		}
	})
}

func TestWhatIsNoTextIsRefusedInASignature(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, bad := range noText() {
			for _, name := range []string{"oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_version", "oauth_token", "oauth_signature", "oauth_more"} {
				r := d.Request(http.MethodGet, gatewaytest.Base+"/users", nil)
				r.Header.Set("Authorization", `OAuth oauth_signature_method="HMAC-SHA1", `+name+`="`+bad+`"`)
				a := want(t, d.Do(r), http.StatusBadRequest)
				if e := entry(t, d, a, audit.KindRefusal); e.App != "" || e.Address != "127.0.0.0/24" || e.Reason != "invalid data" {
					t.Errorf("%s with %s: the ledger has %+v", name, bad, e)
				}
			}
		}
		if strings.Contains(d.Log.String(), "ERROR") {
			t.Errorf("the log has %s", d.Log)
		}
	})
}
