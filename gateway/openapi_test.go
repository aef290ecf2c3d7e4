package gateway_test

import (
	"net/http"
	"net/url"
	"slices"
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
		d.Edit("amplify", apps.Edit{Share: []string{"users.resources"}})
		for _, s := range described(t, d) {
			c, unknown := s.by(d.As("amplify")), s.by(d.Bearer("unknown"))
			for _, r := range s.Routes {
				path := strings.ReplaceAll(r.Path, "{id}", "no"+url.PathEscape("/body?"))
				s.refuses(t, d, http.StatusUnauthorized, unknown, path)
				if strings.Contains(path, "body") {
					s.refuses(t, d, http.StatusNotFound, c, path)
				}
				if !r.Single {
					s.refuses(t, d, http.StatusBadRequest, c, path+"?filter=role")
					s.refuses(t, d, http.StatusBadRequest, c, path+"?fields=&limit=x")
				}
			}
			list := s.Routes[0].Path
			without(t, d, func() { s.refuses(t, d, http.StatusServiceUnavailable, c, list) })
		}
	})
}

// refuses checks that a read, and that of its headers alone, is refused as described.
func (s description) refuses(t *testing.T, d *gatewaytest.District, status int, c *gatewaytest.Client, path string) {
	t.Helper()
	for method, a := range map[string]gatewaytest.Answer{http.MethodGet: c.Get(path), http.MethodHead: headersOf(d, c, path)} {
		if a.Status != status {
			t.Errorf("%s %s: %d, wanted %d: %s", method, s.Base+path, a.Status, status, a.Raw)
		}
		s.conforms(t, method, path, a)
	}
}

// So is that of what the app was not granted.
func TestTheRefusalOfWhatIsNotGrantedIsAsDescribed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", apps.Edit{Hide: []string{"enrollments", "resources"}})
		for _, s := range described(t, d) {
			c := s.by(d.As("amplify"))
			for _, r := range s.Routes {
				revealed := slices.ContainsFunc(r.Reveals(), func(f catalog.Reveal) bool { return f.Entity == "enrollments" })
				if revealed || r.Entity == "enrollments" || r.Entity == "resources" {
					s.refuses(t, d, http.StatusForbidden, c, strings.ReplaceAll(r.Path, "{id}", "reading-a"))
				}
			}
		}
	})
}

// A list that is filtered, sorted, cut and paged at once is as described, and so is what
// each version says of names that are not there.
func TestAListOfEverythingAtOnceIsAsDescribed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, s := range described(t, d) {
			c := s.by(d.As("amplify"))
			for _, r := range s.Routes {
				if r.Single || len(r.Parents) > 0 {
					continue
				}
				path := r.Path + "?filter=status%3D%27active%27&sort=nothing&limit=1&offset=1&fields=sourcedId,status"
				s.conforms(t, http.MethodGet, path, want(t, c.Get(path), http.StatusOK))
				more, wanted := c.Get(path+",nothing"), http.StatusOK
				if s.Version == catalog.V12 {
					wanted = http.StatusBadRequest
				}
				s.conforms(t, http.MethodGet, path, want(t, more, wanted))
				s.conforms(t, http.MethodGet, path, c.Get(path+",metadata"))
			}
		}
	})
}

// An app that asks too often is refused as described.
func TestTheRefusalOfTooMuchIsAsDescribed(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, s := range described(t, d) {
			list := s.Routes[0].Path
			_, refusal := spend(t, func() gatewaytest.Answer { return s.by(c).Get(list) })
			s.conforms(t, http.MethodGet, list, want(t, refusal, http.StatusTooManyRequests))
		}
	}, gatewaytest.Rate(1), standstill())
}

// The description is one and the same whoever asks, whatever the district has, and
// however the request names the server.
func TestTheDescriptionIsTheSameForEverybody(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		told := map[string]string{}
		for _, path := range descriptions() {
			told[path] = impersonal(want(t, d.Do(d.Request(http.MethodGet, path, nil)), 200))
			r := d.Request(http.MethodGet, path+"?x=<script>", nil)
			r.Host = "attacker.example"
			r.Header.Set("Authorization", "Bearer "+d.Token("amplify"))
			r.Header.Set("X-Forwarded-Host", "attacker.example")
			if got := impersonal(want(t, d.Do(r), 200)); got != told[path] {
				t.Errorf("%s differs for an app", path)
			}
			if strings.Contains(told[path], "<script") || strings.Contains(told[path], " on") && strings.Contains(told[path], "onload=") {
				t.Errorf("%s runs something", path)
			}
		}
		p := cedar(t)
		p.Edit(t, "users.csv", "column metadata.shoeSize ana=31")
		d.Import(p.Folder(t))
		replica := d.Replica() // which remembers nothing of before
		for path, plain := range told {
			if got := impersonal(want(t, replica.Do(replica.Request(http.MethodGet, path, nil)), 200)); got != plain {
				t.Errorf("%s differs after an import", path)
			}
		}
		for path, holds := range map[string][]string{
			"/api/": {
				public + gatewaytest.Base, "curl -u", "HMAC-SHA256", "X-Total-Count", `rel="next"`, "AND binds", "2,000", "X-Perm-Rev", "Retry-After",
				"statusInfoSet", "/schools/{id}/classes/{id}/students", "enrollments.class", public + gatewaytest.Base12, public + gatewaytest.Resources12,
				"/ims/oneroster/v1p2/rostering/v1p2", "imsx_CodeMinor", "/users/{id}/resources", "resource-core.readonly",
			},
			"/api/first-sync":                   {public + gatewaytest.Base, public + "/oauth/token", "tobedeleted", "fields=sourcedId"},
			"/api/onerosterv1p2-rostering.json": {public + gatewaytest.Base12, gatewaytest.ScopePrefix12 + string(catalog.CoreScope)},
			"/api/onerosterv1p2-resources.json": {public + gatewaytest.Resources12, gatewaytest.ScopePrefix12 + string(catalog.ResourceCoreScope), "getResourcesForUser"},
			"/api/onerosterv1p1.json":           {public + "/oauth/token", "getStudentsForClassInSchool", gatewaytest.ScopePrefix + string(catalog.CoreScope)},
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
