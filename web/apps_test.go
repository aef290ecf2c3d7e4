package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web"
	"github.com/rostergate/rostergate/web/frame"
)

func TestTheListOfAppsSaysHowFarEachReaches(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	d.As("amplify").Get("/users?limit=7")
	d.As("amplify").Get("/classes?limit=5")
	d.Edit("eduready360", apps.Edit{Hide: []string{"courses"}})
	d.Edit("schoolinks", apps.Edit{Courses: &policy.Among{Only: []string{d.Known("courses")[0]}}})
	h.admin.get("/apps").shows(t, "Amplify Enrollment", "Full", "None", "Limited", "12 records in 2 answers", "More actions", "/audit?app=amplify", "4 apps")
	found := h.admin.get("/apps?q=ENROLL+ampl")
	found.shows(t, "Amplify Enrollment", "1 app of 4")
	if strings.Contains(found.body, "SchooLinks") {
		t.Error("the search leaves others in")
	}
	h.admin.get("/apps?q=%3Cb%3E").shows(t, "No app matches your search", "&lt;b&gt;")
}

func TestAnAppIsAddedPendingWithItsSecretShownOnce(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	panel := h.admin.post("/apps/add", url.Values{"preset": {"amplify"}, "name": {"Amplify Two"}, "id": {"two"}})
	panel.shows(t, "Keys that wait for a review")
	a := h.admin.follows(h.admin.post("/apps/add", panel.form()))
	a.shows(t, "Amplify Two", "only this once", "pending")
	secret := regexp.MustCompile(`id="client-secret">([^<]+)<`).FindStringSubmatch(a.body)
	if secret == nil || len(secret[1]) != 43 {
		t.Fatalf("the secret is %q", secret)
	}
	for _, path := range []string{"/apps", "/apps/two/credentials", "/apps/two/dataguard", "/audit?kind=change"} {
		page := h.admin.get(path)
		if page.status != http.StatusOK || strings.Contains(page.body, secret[1]) {
			t.Errorf("%s: %d, or it shows the secret", path, page.status)
		}
	}
	if app, err := h.Apps.Show(ctx, "two"); err != nil || app.State != apps.Pending {
		t.Errorf("%s, %v", app.State, err)
	}
	again := h.admin.post("/apps/add", url.Values{"preset": {"amplify"}, "name": {"Once more"}, "id": {"two"}})
	if again.status != http.StatusUnprocessableEntity || !strings.Contains(again.body, "Once more") {
		t.Errorf("an id that is taken: %d", again.status)
	}
	for _, c := range []struct {
		form url.Values
		says string
	}{
		{url.Values{}, `id="name-problem">Enter a name, up to 100 characters.<`},
		{url.Values{"name": {strings.Repeat("x", 101)}}, `id="name-problem">Enter a name, up to 100 characters.<`},
		{url.Values{"name": {"Fine"}, "id": {"Not fine"}}, `id="id-problem">Enter an ID of 1 to 40 lowercase letters, `},
		{url.Values{"name": {"Two"}}, `id="id-problem">The ID &#34;two&#34; is taken`},
		{url.Values{"preset": {"amplify"}, "id": {"two"}}, `id="id-problem">The ID &#34;two&#34; is taken`},
	} {
		a := h.admin.post("/apps/add", c.form)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.says) || strings.Count(a.body, `class="problem"`) != 1 {
			t.Errorf("%v: %d, not only %s\n%s", c.form, a.status, c.says, words(a.body))
		}
	}
	rotated := h.admin.follows(h.admin.post("/apps/two/credentials", h.admin.get("/apps/two/credentials").form()))
	rotated.shows(t, "only this once")
	if strings.Contains(rotated.body, secret[1]) {
		t.Error("the secret is the old one")
	}
}

func TestTheOldCredentialsWorkOnForAsLongAsTheFormSays(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	old := secretOn(t, h.admin.follows(h.admin.post("/apps/add", url.Values{"name": {"Two"}})))
	h.admin.get("/apps/two/credentials").shows(t, "Never", "No end", "Work on for 24 hours")
	before, err := h.Apps.Show(ctx, "two")
	if err != nil {
		t.Fatal(err)
	}
	rotation := h.admin.get("/apps/two/credentials").form()
	for _, wrong := range []string{"soon", "-1h", "31d"} {
		rotation.Set("overlap", wrong)
		if a := h.admin.post("/apps/two/credentials", rotation); a.status != http.StatusUnprocessableEntity || strings.Count(a.body, `class="problem"`) != 1 {
			t.Errorf("an overlap of %s: %d\n%s", wrong, a.status, words(a.body))
		}
	}
	rotation.Set("overlap", "24h")
	fresh := secretOn(t, h.admin.follows(h.admin.post("/apps/two/credentials", rotation)))
	after, err := h.Apps.Show(ctx, "two")
	if err != nil || len(after.Credentials) != 2 || fresh == old {
		t.Fatalf("the credentials are %+v, %v", after.Credentials, err)
	}
	if _, _, err := h.Apps.ConsumerSecret(ctx, before.ClientID); !fault.Is(err, fault.Denied) {
		t.Errorf("the old secret of an app that is not enabled yet: %v", err)
	}
	h.admin.get("/apps/two/credentials").shows(t, before.ClientID, after.ClientID)
	h.admin.post("/apps/two/credentials", h.admin.get("/apps/two/credentials").form())
	if page := h.admin.get("/apps/two/credentials"); strings.Contains(page.body, before.ClientID) || strings.Contains(page.body, after.ClientID) {
		t.Errorf("after a rotation without an overlap old ones are shown\n%s", words(page.body))
	}
}

// secretOn is the secret that a page shows.
func secretOn(t *testing.T, page answer) string {
	t.Helper()
	found := regexp.MustCompile(`id="client-secret">([^<]+)<`).FindStringSubmatch(page.body)
	if page.status != http.StatusOK || found == nil {
		t.Fatalf("no secret is shown: %d\n%s", page.status, words(page.body))
	}
	return found[1]
}

// A browser that loads the answer to a form anew sends the form again.
func TestWhatIsShownOnceOutlivesAReload(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	works := func(secret string) {
		t.Helper()
		app, err := h.Apps.Show(ctx, "two")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Apps.Authenticate(ctx, app.ClientID, secret); err != nil {
			t.Errorf("after a reload, the secret that was shown: %v", err)
		}
	}
	added := url.Values{"name": {"Two"}}
	secret := secretOn(t, h.admin.follows(h.admin.post("/apps/add", added)))
	if err := h.Apps.Enable(ctx, "two", apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	if a := h.admin.post("/apps/add", added); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the app again: %d", a.status)
	}
	works(secret)

	rotation := h.admin.get("/apps/two/credentials").form()
	secret = secretOn(t, h.admin.follows(h.admin.post("/apps/two/credentials", rotation)))
	if a := h.admin.post("/apps/two/credentials", rotation); a.status != http.StatusConflict || !strings.Contains(a.body, "These credentials were rotated already.") {
		t.Errorf("the rotation again: %d\n%s", a.status, words(a.body))
	}
	works(secret)

	person := url.Values{"email": {"bo@example.org"}, "role": {"auditor"}}
	first := linkOn(t, h.admin.follows(h.admin.post("/settings/people/add", person)))
	if a := h.admin.post("/settings/people/add", person); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the person again: %d", a.status)
	}
	h.nobody.get(first).shows(t, "bo@example.org")
	page := regexp.MustCompile(`/settings/people/[0-9a-f-]{36}">bo@`).FindString(h.admin.get("/settings/people").body)
	page = strings.TrimSuffix(page, `">bo@`)
	another := h.admin.get(page).form()
	second := linkOn(t, h.admin.follows(h.admin.post(page+"/link", another)))
	if a := h.admin.post(page+"/link", another); a.status != http.StatusConflict || !strings.Contains(a.body, "A link was made for this person already.") {
		t.Errorf("the link again: %d\n%s", a.status, words(a.body))
	}
	h.nobody.get(second).shows(t, "bo@example.org")
	if a := h.nobody.get(first); a.status != http.StatusNotFound {
		t.Errorf("the link that was replaced: %d", a.status)
	}
}

func TestAOneTimeLinkIsShownAgainToWhoLoadsItsPageAnewAndToNobodyElse(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	other := h.signedIn("other@example.org", people.Admin)
	made := h.admin.post("/settings/people/add", url.Values{"email": {"bo@example.org"}, "role": {"auditor"}})
	page := h.admin.get(made.location)
	link := linkOn(t, page)
	if linkOn(t, h.admin.get(made.location)) != link {
		t.Error("loaded anew, the page shows another link")
	}
	if strings.Contains(made.header.Get("Set-Cookie"), strings.TrimPrefix(link, "/welcome/")) {
		t.Error("the cookie has the link in the clear")
	}
	later := func() answer {
		clock := h.Clock
		h.Clock = func() time.Time { return clock().Add(frame.OnceTime) }
		return h.admin.get(made.location)
	}
	for who, a := range map[string]answer{"somebody else": other.get(made.location), "nobody": h.guest().get(made.location), "later": later()} {
		if a.status != http.StatusSeeOther || strings.Contains(a.body, link) {
			t.Errorf("%s: %d\n%s", who, a.status, words(a.body))
		}
	}
	h.admin.get(strings.TrimSuffix(made.location, "/link")).shows(t, "can no longer be shown")
}

// linkOn is the path of the one-time link that a page shows.
func linkOn(t *testing.T, page answer) string {
	t.Helper()
	found := regexp.MustCompile(`id="link">[^<]+(/welcome/[^<]+)<`).FindStringSubmatch(page.body)
	if page.status != http.StatusOK || found == nil {
		t.Fatalf("no link is shown: %d\n%s", page.status, words(page.body))
	}
	return found[1]
}

func TestTheCredentialsSayWhereAnAppGetsItsTokenAndItsRecords(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	h = h.with(func(p *web.Parts) { p.PublicURL = "http://roster.example.org" })
	h.admin.get("/apps/amplify/credentials").shows(t,
		`id="base-url">http://roster.example.org/ims/oneroster/v1p1<`, `id="token-url">http://roster.example.org/oauth/token<`,
		`data-copies="base-url"`, `data-copies="token-url"`, `data-copies="client-id"`)
}

func TestAnAppIsSuspendedAndEnabledAfterItWasSaidWhatHappens(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	app := d.As("amplify")
	h.admin.get("/apps/amplify/suspend").shows(t, "receives nothing", "Suspend")
	if got := app.Get("/users"); got.Status != http.StatusOK {
		t.Errorf("the question alone stops the app: %d", got.Status)
	}
	if a := h.admin.post("/apps/amplify/suspend", url.Values{"reason": {strings.Repeat("x", 1001)}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a reason too long: %d", a.status)
	}
	if a := h.admin.post("/apps/amplify/suspend", url.Values{}); a.status != http.StatusSeeOther {
		t.Fatalf("suspend: %d", a.status)
	}
	if got := app.Get("/users"); got.Status != http.StatusUnauthorized {
		t.Errorf("suspended: %d", got.Status)
	}
	h.admin.get("/apps/amplify/dataguard").shows(t, "Suspended")
	h.admin.post("/apps/amplify/enable", url.Values{}).shows(t, "Demographics")
	if got := app.Get("/users"); got.Status != http.StatusUnauthorized {
		t.Errorf("enabled by a form that was shown nothing: %d", got.Status)
	}
	page := h.admin.get("/apps/amplify/enable")
	page.shows(t, "Demographics", "Enable")
	h.admin.post("/apps/amplify/enable", page.form())
	if got := app.Get("/users"); got.Status != http.StatusOK {
		t.Errorf("enabled again: %d", got.Status)
	}
}

func TestPermissionsAreCopiedAfterItWasSaidWhatChanges(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	h.admin.get("/apps/eduready360/copy").shows(t, "Amplify Enrollment")
	panel := h.admin.post("/apps/eduready360/copy", url.Values{"from": {"amplify"}})
	panel.shows(t, "Opens", "metadata.homeLanguage", "Confirm")
	if got := d.As("eduready360").Get("/demographics"); got.Status != http.StatusForbidden {
		t.Errorf("before Confirm: %d", got.Status)
	}
	if a := h.admin.post("/apps/eduready360/copy/save", panel.form()); a.status != http.StatusSeeOther {
		t.Fatalf("copy: %d\n%s", a.status, words(a.body))
	}
	if got := d.As("eduready360").Get("/demographics"); got.Status != http.StatusOK {
		t.Errorf("after: %d", got.Status)
	}
	for _, path := range []string{"/apps/eduready360/copy", "/apps/eduready360/copy/save"} {
		if a := h.admin.post(path, url.Values{"from": {"nobody"}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s from nobody: %d", path, a.status)
		}
	}
}

func TestACopyOfPermissionsThatSomebodySavedMeanwhileIsShownAgain(t *testing.T) {
	for _, saved := range []string{"amplify", "eduready360"} {
		h, d := full(t, dbtest.New(t, database.SQLite))
		form := h.admin.post("/apps/eduready360/copy", url.Values{"from": {"amplify"}}).form()
		d.Edit(saved, apps.Edit{Hide: []string{"users.email"}})
		before := version(t, h, "eduready360")
		a := h.admin.post("/apps/eduready360/copy/save", form)
		if a.status != http.StatusConflict || !strings.Contains(a.body, "Someone else changed") || version(t, h, "eduready360") != before {
			t.Fatalf("after %s was saved: %d\n%s", saved, a.status, words(a.body))
		}
		if a := h.admin.post("/apps/eduready360/copy/save", a.form()); a.status != http.StatusSeeOther {
			t.Errorf("the copy that was shown again: %d\n%s", a.status, words(a.body))
		}
	}
}

func TestASecretIsShownAgainToWhoLoadsItsPageAnewAndToNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		other := h.signedIn("other@example.org", people.Admin)
		made := h.admin.post("/apps/add", url.Values{"name": {"Two"}})
		if made.status != http.StatusSeeOther || made.location != "/apps/two/credentials/new" {
			t.Fatalf("%d to %s", made.status, made.location)
		}
		secret := secretOn(t, h.admin.get(made.location))
		if secretOn(t, h.admin.get(made.location)) != secret {
			t.Error("loaded anew, the page shows another secret")
		}
		if cookie := made.header.Get("Set-Cookie"); strings.Contains(cookie, secret) || !strings.Contains(cookie, "HttpOnly") {
			t.Errorf("the cookie is %s", cookie)
		}
		for _, table := range []string{"apps", "outbox", "ledger_entries"} {
			if strings.Contains(everyRow(t, s, table), secret) {
				t.Errorf("%s has the secret in the clear", table)
			}
		}
		none := func(who string, a answer) {
			t.Helper()
			if a.status != http.StatusSeeOther || strings.Contains(a.body, secret) {
				t.Errorf("%s: %d\n%s", who, a.status, words(a.body))
			}
		}
		none("somebody else", other.get(made.location))
		none("nobody", h.guest().get(made.location))
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{Name: "Three"}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		none("the page of another app", h.admin.get("/apps/three/credentials/new"))
		clock := h.Clock
		h.Clock = func() time.Time { return clock().Add(frame.OnceTime) }
		none("later", h.admin.get(made.location))
		h.admin.get("/apps/two/credentials").shows(t, "can no longer be shown")
	})
}
