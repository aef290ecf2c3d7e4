package gateway_test

import (
	"net/http"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// A read is a GET or a HEAD. Every other method gets one answer, which tells nothing, whoever
// asks and whether there is a read at the path or not.
func TestEveryOtherMethodGetsOneAnswer(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		ask := func(method, path, token string) gatewaytest.Answer {
			r := d.Request(method, path, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Origin", "https://elsewhere.example")
			r.Header.Set("Access-Control-Request-Method", "GET")
			return d.Do(r)
		}
		for _, method := range []string{"OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"} {
			wanted := impersonal(want(t, ask(method, gatewaytest.Base+"/orgs", d.Token("amplify")), http.StatusMethodNotAllowed))
			for _, path := range []string{"/orgs", "/orgs/oak", "/orgs/nowhere", "/demographics/ana", "/nothing"} {
				a := ask(method, gatewaytest.Base+path, "unknown")
				if got := impersonal(a); got != wanted {
					t.Errorf("%s %s: %s, wanted %s", method, path, got, wanted)
				}
				if a.Header.Get("Allow") != "GET, HEAD" || a.Header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s %s comes with %v", method, path, a.Header)
				}
				if problem(t, a).CodeMinor != "forbidden" {
					t.Errorf("%s %s: %s", method, path, a.Raw)
				}
			}
		}
		for path, allowed := range map[string]string{"/oauth/token": "POST", "/token": "POST", "/healthz": "GET", "/api/": "GET"} {
			for _, method := range []string{"HEAD", "OPTIONS", "DELETE"} {
				if a := want(t, ask(method, path, ""), http.StatusMethodNotAllowed); a.Header.Get("Allow") != allowed {
					t.Errorf("%s %s comes with %v", method, path, a.Header)
				}
			}
		}
		want(t, ask(http.MethodOptions, "/nowhere", ""), http.StatusNotFound)
	})
}
