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

// What only tells something can be asked for its headers and, unless it is a page, with a
// slash at its end.
func TestWhatTellsTheStateAndTheAPIAnswersToHEADAndWithASlash(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, path := range append(descriptions(), "/healthz", "/healthz/", "/readyz", "/readyz/") {
			plain := want(t, d.Do(d.Request(http.MethodGet, path, nil)), http.StatusOK)
			head := want(t, d.Do(d.Request(http.MethodHead, path, nil)), http.StatusOK)
			if len(head.Raw) > 0 || head.Header.Get("Content-Length") != fmt.Sprint(len(plain.Raw)) {
				t.Errorf("HEAD %s: %v with %d bytes", path, head.Header, len(head.Raw))
			}
			if strings.HasSuffix(path, ".json") && impersonal(want(t, d.Do(d.Request(http.MethodGet, path+"/", nil)), http.StatusOK)) != impersonal(plain) {
				t.Errorf("%s/ is another document", path)
			}
		}
		for path, location := range map[string]string{"/api": "/api/", "/api/first-sync/": "../first-sync"} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				if a := want(t, d.Do(d.Request(method, path, nil)), http.StatusMovedPermanently); a.Header.Get("Location") != location {
					t.Errorf("%s %s leads to %q", method, path, a.Header.Get("Location"))
				}
			}
		}
	})
}
