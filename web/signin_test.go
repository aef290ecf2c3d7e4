package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

var link = regexp.MustCompile(`/welcome/[\w-]+`)

func TestAPersonIsAddedSetsAPasswordSignsInAndOut(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	added := h.admin.follows(h.admin.post("/settings/people/add", url.Values{"email": {"bo@example.org"}, "role": {"auditor"}}))
	added.shows(t, "bo@example.org", h.URL+"/welcome/")
	path := link.FindString(added.body)
	bo := h.guest()
	bo.get(path).shows(t, "bo@example.org", "Password")
	for _, wrong := range []url.Values{
		{"password": {"short"}, "again": {"short"}},
		{"password": {password}, "again": {password + "!"}},
	} {
		if a := bo.post(path, wrong); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `aria-invalid="true"`) || strings.Contains(a.body, password) {
			t.Errorf("%v: %d\n%s", wrong, a.status, a.body)
		}
	}
	if a := bo.post(path, url.Values{"password": {password}, "again": {password}}); a.location != "/sign-in" {
		t.Fatalf("%d to %q\n%s", a.status, a.location, a.body)
	}
	bo.get("/sign-in").shows(t, "Your password is set")
	if a := bo.get(path); a.status != http.StatusNotFound {
		t.Errorf("the link again: %d", a.status)
	}
	if a := bo.signIn("bo@example.org", password); a.location != "/" {
		t.Fatalf("%d to %q", a.status, a.location)
	}
	bo.get("/").shows(t, "Dashboard", "Auditor")
	bo.post("/sign-out", nil)
	if a := bo.get("/"); a.location != "/sign-in" {
		t.Errorf("after signing out: %d to %q", a.status, a.location)
	}
}

func TestNothingTellsWhetherAnAccountExists(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.add("ada@example.org", people.Admin)
	same := func(a answer, email string) string {
		return strings.ReplaceAll(a.body, email, "EMAIL")
	}
	for range 12 { // beyond the limit of an account, too
		known := h.guest().signIn("ada@example.org", "wrong")
		unknown := h.guest().signIn("eve@example.org", "wrong")
		if known.status != unknown.status || same(known, "ada@example.org") != same(unknown, "eve@example.org") {
			t.Fatalf("known: %d\n%s\nunknown: %d\n%s", known.status, known.body, unknown.status, unknown.body)
		}
		if known.header.Get("Set-Cookie") != unknown.header.Get("Set-Cookie") {
			t.Error("one of them sets a cookie")
		}
	}
	if a := h.guest().signIn("ada@example.org", password); a.status != http.StatusTooManyRequests {
		t.Errorf("after all that: %d", a.status)
	}
}

func TestASessionThatSomebodyPlantedIsNotTakenOver(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.add("ada@example.org", people.Admin)
	ada := h.guest()
	home, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	const planted = "planted-by-somebody-else"
	ada.Jar.SetCookies(home, []*http.Cookie{{Name: "rostergate", Value: planted, Path: "/"}})
	ada.signIn("ada@example.org", password)
	ada.get("/").shows(t, "Dashboard")
	for _, c := range ada.Jar.Cookies(home) {
		if c.Value == planted {
			t.Error("the session is still the planted one")
		}
	}
	eve := h.guest()
	eve.Jar.SetCookies(home, []*http.Cookie{{Name: "rostergate", Value: planted, Path: "/"}})
	if a := eve.get("/"); a.location != "/sign-in" {
		t.Errorf("the planted session works: %d", a.status)
	}
}

func TestSigningInLeadsBackToAPageHereAndNowhereElse(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.add("ada@example.org", people.Admin)
	if a := h.nobody.get("/audit?kind=change"); a.location != "/sign-in?next=%2Faudit%3Fkind%3Dchange" {
		t.Errorf("asked for a page: to %q", a.location)
	}
	for next, want := range map[string]string{
		"/audit?kind=change": "/audit?kind=change", "": "/", "//evil.example": "/", "https://evil.example/": "/",
		`/\evil.example`: "/", `\\evil.example`: "/", "javascript:alert(1)": "/", "audit": "/", "/%0d%0aX:y": "/%0d%0aX:y",
	} {
		a := h.guest().post("/sign-in", url.Values{"email": {"ada@example.org"}, "password": {password}, "next": {next}})
		if a.location != want {
			t.Errorf("next=%q leads to %q, want %q", next, a.location, want)
		}
	}
}

func TestChangingThePasswordAndSigningOutEverywhere(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	here := h.signedIn("ada@example.org", people.Auditor)
	there := h.guest()
	there.signIn("ada@example.org", password)
	const fresh = "staple battery horse"
	if a := here.post("/account/password", url.Values{"current": {"wrong"}, "password": {fresh}, "again": {fresh}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("with a wrong one: %d", a.status)
	}
	if a := here.post("/account/password", url.Values{"current": {password}, "password": {fresh}, "again": {fresh}}); a.location != "/account" {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	here.get("/account").shows(t, "Your password is changed")
	if a := there.get("/"); a.location != "/sign-in" {
		t.Errorf("the other device is still signed in: %d", a.status)
	}
	there.signIn("ada@example.org", fresh)
	if a := here.post("/account/sign-out-everywhere", nil); a.location != "/sign-in" {
		t.Errorf("%d", a.status)
	}
	for _, g := range []*guest{here, there} {
		if a := g.get("/"); a.location != "/sign-in" {
			t.Errorf("still signed in: %d", a.status)
		}
	}
}

func TestAnAdminManagesPeople(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	bo := h.signedIn("bo@example.org", people.Auditor)
	in, err := h.People.SignIn(ctx, "bo@example.org", password, people.Origin{Client: ""})
	if err != nil {
		t.Fatal(err)
	}
	who, err := h.People.SignedIn(ctx, in.Session)
	if err != nil {
		t.Fatal(err)
	}
	page := "/settings/people/" + who.ID
	h.admin.get(page).shows(t, "bo@example.org", "Remove")
	if a := h.admin.post(page+"/role", url.Values{"role": {"admin"}}); a.location != "/settings/people" {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	bo.get(page).shows(t, "Admin")
	if a := h.admin.post("/settings/people/add", url.Values{"email": {"BO@example.org"}, "role": {"admin"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "was added already") {
		t.Errorf("the same address again: %d", a.status)
	}
	h.admin.follows(h.admin.post(page+"/link", nil)).shows(t, "/welcome/")
	h.admin.post(page+"/remove", nil)
	if a := bo.get("/"); a.location != "/sign-in" {
		t.Errorf("after being removed: %d", a.status)
	}
	if a := h.admin.get(page); a.status != http.StatusNotFound {
		t.Errorf("the page of somebody removed: %d", a.status)
	}
	all, err := h.People.List(ctx)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d people, %v", len(all), err)
	}
	if a := h.admin.post("/settings/people/"+all[0].ID+"/remove", nil); a.status != http.StatusConflict || !strings.Contains(a.body, "last admin") {
		t.Errorf("removing the last admin: %d", a.status)
	}
}

func TestTheFirstAdminNamesThemselvesOnAPage(t *testing.T) {
	h := bare(t, dbtest.New(t, database.SQLite))
	token, err := h.People.InviteFirst(ctx, "cli:test")
	if err != nil {
		t.Fatal(err)
	}
	path := "/welcome/" + token
	h.nobody.get(path).shows(t, "first admin", "Email")
	if a := h.nobody.post(path, url.Values{"email": {"ada"}, "password": {password}, "again": {password}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("without an address: %d", a.status)
	}
	if a := h.nobody.post(path, url.Values{"email": {"ada@example.org"}, "name": {"Ada"}, "password": {password}, "again": {password}}); a.location != "/sign-in" {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	h.nobody.signIn("ada@example.org", password)
	h.nobody.get("/settings/people").shows(t, "Ada", "Add a person")
}
