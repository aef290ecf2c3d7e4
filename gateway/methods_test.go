package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
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
		for path, allowed := range map[string]string{"/oauth/token": "POST", "/token": "POST", "/healthz": "GET, HEAD", "/api/": "GET, HEAD"} {
			for _, method := range []string{"OPTIONS", "DELETE"} {
				if a := want(t, ask(method, path, ""), http.StatusMethodNotAllowed); a.Header.Get("Allow") != allowed {
					t.Errorf("%s %s comes with %v", method, path, a.Header)
				}
			}
		}
		want(t, ask(http.MethodOptions, "/nowhere", ""), http.StatusNotFound)
	})
}

// What only tells something can be asked for its headers, and with a slash at its end.
func TestWhatTellsTheStateAndTheAPIAnswersToHEADAndWithASlash(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, path := range append(descriptions(), "/healthz", "/readyz") {
			path = strings.TrimSuffix(path, "/")
			whole := want(t, d.Do(d.Request(http.MethodGet, path+"/", nil)), http.StatusOK)
			for _, end := range []string{"", "/"} {
				if path+end == "/api" {
					continue
				}
				plain := want(t, d.Do(d.Request(http.MethodGet, path+end, nil)), http.StatusOK)
				if impersonal(plain) != impersonal(whole) {
					t.Errorf("%s: %s", path+end, plain.Raw)
				}
				head := want(t, d.Do(d.Request(http.MethodHead, path+end, nil)), http.StatusOK)
				if len(head.Raw) > 0 || head.Header.Get("Content-Length") != fmt.Sprint(len(plain.Raw)) {
					t.Errorf("HEAD %s: %v with %d bytes", path+end, head.Header, len(head.Raw))
				}
			}
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if a := want(t, d.Do(d.Request(method, "/api", nil)), http.StatusMovedPermanently); a.Header.Get("Location") != "/api/" {
				t.Errorf("%s /api leads to %q", method, a.Header.Get("Location"))
			}
		}
	})
}
