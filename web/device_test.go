package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web"
)

// deviceOf is the cookie by which an answer makes a browser known.
func deviceOf(a answer) *http.Cookie {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == "rostergate-device" || c.Name == "__Host-rostergate-device" {
			return c
		}
	}
	return nil
}

func TestABrowserThatProvedItsPersonIsKnownWhileOthersGuessAtTheSameAddress(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	ada := h.guest()
	_, token, err := h.People.Add(ctx, people.NewPerson{Email: "ada@example.org", Role: people.Auditor}, "cli:test")
	if err != nil {
		t.Fatal(err)
	}
	guess := func() {
		t.Helper()
		for range 12 {
			if deviceOf(h.guest().signIn("ada@example.org", "wrong")) != nil {
				t.Fatal("a wrong password makes a browser known")
			}
		}
		if a := h.guest().signIn("ada@example.org", password); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
			t.Fatalf("a stranger after all that: %d", a.status)
		}
	}
	set := ada.post("/welcome/"+token, url.Values{"password": {password}, "again": {password}})
	guess()
	c := deviceOf(set)
	if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != int(people.DeviceTime/time.Second) {
		t.Errorf("the cookie is %+v", c)
	}
	if a := ada.signIn("ada@example.org", password); a.location != "/" {
		t.Errorf("by a one-time link: %d", a.status)
	}
	const fresh = "staple battery horse"
	ada.post("/account/password", url.Values{"current": {password}, "password": {fresh}, "again": {fresh}})
	if a := ada.signIn("ada@example.org", fresh); a.location != "/" {
		t.Errorf("after changing the password: %d", a.status)
	}
	ada.post("/account/sign-out-everywhere", nil)
	if a := ada.signIn("ada@example.org", fresh); a.status != http.StatusTooManyRequests {
		t.Errorf("after signing out everywhere: %d", a.status)
	}
}

func TestBehindHTTPSTheDeviceCookieIsForHTTPSAlone(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.add("ada@example.org", people.Admin)
	h = h.with(func(p *web.Parts) { p.PublicURL = "https://roster.example.org" })
	c := deviceOf(h.guest().signIn("ada@example.org", password))
	if c == nil || !c.Secure || c.Name != "__Host-rostergate-device" {
		t.Errorf("the cookie is %+v", c)
	}
}
