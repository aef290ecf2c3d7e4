package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// What apidoc_test.go does with answers that hold data, done with those that do not:
// each kind of refusal, of every read, is as described.
func TestEveryRefusalIsAsDescribed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		document, router := described(t, d)
		base := document.Servers[0].URL
		c := d.As("amplify")
		hide := apps.Edit{Hide: []string{"enrollments"}}
		check := func(status int, from *gatewaytest.Client, path string) {
			t.Helper()
			a := from.Get(path)
			if a.Status != status {
				t.Errorf("%s: %d, wanted %d: %s", path, a.Status, status, a.Raw)
			}
			conforms(t, router, base, path, a)
		}
		for _, r := range catalog.Routes(catalog.V11) {
			path := strings.ReplaceAll(r.Path, "{id}", "no"+url.PathEscape("/body?"))
			check(http.StatusUnauthorized, d.Bearer("unknown"), path)
			if strings.Contains(path, "body") {
				check(http.StatusNotFound, c, path)
			}
			if !r.Single {
				check(http.StatusBadRequest, c, path+"?filter=role")
				check(http.StatusBadRequest, c, path+"?fields=&limit=x")
			}
		}
		d.Edit("amplify", hide)
		check(http.StatusForbidden, c, "/enrollments")
		check(http.StatusForbidden, c, "/classes/reading-a/students")
		without(t, d, func() { check(http.StatusServiceUnavailable, c, "/users") })
		// Of the lists, one is filtered, sorted, cut and paged at once.
		check(http.StatusOK, c, "/users?filter=role%3D%27student%27&sort=nothing&fields=sourcedId,metadata,nothing&limit=1&offset=1")
	})
}

// An app that asks too often is refused as described.
func TestTheRefusalOfTooMuchIsAsDescribed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		document, router := described(t, d)
		c := d.As("amplify")
		_, refusal := spend(t, func() gatewaytest.Answer { return c.Get("/orgs") })
		conforms(t, router, document.Servers[0].URL, "/orgs", want(t, refusal, http.StatusTooManyRequests))
	}, gatewaytest.Rate(1), standstill())
}

// The description is one and the same whoever asks, whatever the district has, and
// however the request names the server.
func TestTheDescriptionIsTheSameForEverybody(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, path := range []string{"/api/", "/api/onerosterv1p1.json", "/api/style.css"} {
			plain := impersonal(want(t, d.Do(d.Request(http.MethodGet, path, nil)), 200))
			r := d.Request(http.MethodGet, path+"?x=<script>", nil)
			r.Host = "attacker.example"
			r.Header.Set("Authorization", "Bearer "+d.Token("amplify"))
			r.Header.Set("X-Forwarded-Host", "attacker.example")
			if got := impersonal(want(t, d.Do(r), 200)); got != plain {
				t.Errorf("%s differs for an app", path)
			}
			p := cedar(t)
			p.Edit(t, "users.csv", "column metadata.shoeSize ana=31")
			if strings.Contains(path, "json") {
				d.Import(p.Folder(t))
			}
			if got := impersonal(want(t, d.Do(d.Request(http.MethodGet, path, nil)), 200)); got != plain {
				t.Errorf("%s differs after an import", path)
			}
			if strings.Contains(plain, "<script") || strings.Contains(plain, " on") && strings.Contains(plain, "onload=") {
				t.Errorf("%s runs something", path)
			}
		}
		for path, holds := range map[string][]string{
			"/api/": {
				public + gatewaytest.Base, "curl -u", "HMAC-SHA256", "X-Total-Count", `rel="next"`, "AND binds", "2,000", "X-Perm-Rev", "Retry-After",
				"statusInfoSet", "/schools/{id}/classes/{id}/students", "enrollments.class",
			},
			"/api/onerosterv1p1.json": {public + "/oauth/token", "getStudentsForClassInSchool", gatewaytest.ScopePrefix + string(catalog.CoreScope)},
		} {
			text := strings.NewReplacer("&#34;", `"`, "\n", " ").Replace(string(d.Do(d.Request(http.MethodGet, path, nil)).Raw))
			for _, part := range holds {
				if !strings.Contains(text, part) {
					t.Errorf("%s does not tell %s", path, part)
				}
			}
		}
	}, gatewaytest.PublicURL(public))
}
