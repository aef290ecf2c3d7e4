package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web"
	"github.com/rostergate/rostergate/web/frame"
)

var varying = regexp.MustCompile(`:\w+`)

// example is an address of a route. What varies in it names nothing.
func example(l frame.Route) string { return varying.ReplaceAllString(l.Path, "nothing") }

func TestEveryRouteSaysWhoMayEnter(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range web.Routes() {
		if l.Access != frame.Public && l.Access != frame.Anyone && l.Access != frame.Admins {
			t.Errorf("%s %s lets nobody in", l.Method, l.Path)
		}
		if l.Method != http.MethodGet && l.Method != http.MethodPost {
			t.Errorf("%s %s: pages are got and forms are posted", l.Method, l.Path)
		}
		if seen[l.Method+l.Path] {
			t.Errorf("%s %s is there twice", l.Method, l.Path)
		}
		seen[l.Method+l.Path] = true
	}
}

// What an auditor may post is about the auditor alone.
func TestAnAuditorChangesNothing(t *testing.T) {
	own := []string{"/sign-in", "/sign-out", "/welcome/:token", "/account/password", "/account/sign-out-everywhere"}
	for _, l := range web.Routes() {
		if l.Method == http.MethodPost && l.Access != frame.Admins && !slices.Contains(own, l.Path) {
			t.Errorf("an auditor may post to %s", l.Path)
		}
	}
}

func TestAnAuditorReachesNoRouteOfAdminsAndNoValues(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	for _, l := range web.Routes() {
		a := auditor.send(l.Method, example(l), url.Values{}, nil)
		closed := l.Access == frame.Admins || l.Values
		if closed && a.status != http.StatusForbidden {
			t.Errorf("%s %s: %d for an auditor", l.Method, l.Path, a.status)
		}
		if !closed && a.status == http.StatusForbidden {
			t.Errorf("%s %s: closed to an auditor", l.Method, l.Path)
		}
		if l.Path == "/sign-out" || l.Path == "/account/sign-out-everywhere" {
			auditor.signIn("auditor@example.org", password)
		}
	}
}

func TestWhoIsSignedOutGetsToTheSignIn(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	for _, l := range web.Routes() {
		if l.Access == frame.Public {
			continue
		}
		a := h.nobody.send(l.Method, example(l), url.Values{}, nil)
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/sign-in") {
			t.Errorf("%s %s: %d to %q", l.Method, l.Path, a.status, a.location)
		}
		if strings.Contains(a.body, "<h1>") {
			t.Errorf("%s %s shows a page", l.Method, l.Path)
		}
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	foreign := []map[string]string{
		{"Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "same-site"},
		{"Origin": "https://evil.example"},
		{"Origin": "null"},
	}
	for _, l := range web.Routes() {
		if l.Method != http.MethodPost {
			continue
		}
		for _, headers := range foreign {
			if a := h.admin.send(l.Method, example(l), url.Values{}, headers); a.status != http.StatusForbidden {
				t.Errorf("POST %s with %v: %d", l.Path, headers, a.status)
			}
		}
	}
	h.admin.get("/").shows(t, "Dashboard") // nothing above signed the admin out
	own := map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": h.URL}
	if a := h.admin.send(http.MethodPost, "/settings", url.Values{"time_zone": {"UTC"}}, own); a.status != http.StatusSeeOther {
		t.Errorf("from here: %d", a.status)
	}
}

func TestEveryAnswerKeepsBrowsersStrict(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	paths := []string{"/nowhere", "/settings/people/nothing/role", "/assets/x/y"}
	for _, l := range web.Routes() {
		paths = append(paths, example(l))
	}
	for _, g := range []*guest{h.admin, h.nobody} {
		for _, path := range paths {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodDelete} {
				a := g.send(method, path, url.Values{}, map[string]string{"Sec-Fetch-Site": "cross-site"})
				policy := a.header.Get("Content-Security-Policy")
				if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
					t.Errorf("%s %s: policy %q", method, path, policy)
				}
				for name, want := range map[string]string{
					"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
				} {
					if got := a.header.Get(name); got != want {
						t.Errorf("%s %s: %s is %q", method, path, name, got)
					}
				}
				if a.header.Get("X-Request-Id") == "" || a.status >= 500 {
					t.Errorf("%s %s: %d, id %q", method, path, a.status, a.header.Get("X-Request-Id"))
				}
			}
		}
	}
}

func TestAssetsAreKeptByTheirVersion(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	page := h.nobody.get("/sign-in")
	paths := regexp.MustCompile(`/assets/[0-9a-f]+/[a-z]+\.(css|js|svg)`).FindAllString(page.body, -1)
	if len(paths) != 3 {
		t.Fatalf("the page loads %q", paths)
	}
	kinds := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
	for _, path := range paths {
		a := h.nobody.get(path)
		a.shows(t)
		if !strings.HasPrefix(a.header.Get("Content-Type"), kinds[path[strings.LastIndex(path, "."):]]) || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %q, %q", path, a.header.Get("Content-Type"), a.header.Get("Cache-Control"))
		}
	}
}

func TestCookiesAreForThisSiteAlone(t *testing.T) {
	for _, public := range []string{"http://127.0.0.1", "https://roster.example.org"} {
		h := empty(t, dbtest.New(t, database.SQLite)).with(func(p *web.Parts) { p.PublicURL = public })
		h.add("ada@example.org", people.Admin)
		a := h.guest().signIn("ada@example.org", password)
		cookie, err := http.ParseSetCookie(a.header.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		https := strings.HasPrefix(public, "https")
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure != https || strings.HasPrefix(cookie.Name, "__Host-") != https || cookie.MaxAge != 0 {
			t.Errorf("at %s: %s", public, a.header.Get("Set-Cookie"))
		}
	}
}
