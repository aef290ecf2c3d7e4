package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web"
)

// plainPages are the pages whose address has nothing that varies.
func plainPages() []string {
	var paths []string
	for _, l := range web.Routes() {
		if l.Method == http.MethodGet && !strings.Contains(l.Path, ":") && l.Path != "/sign-in" {
			paths = append(paths, l.Path)
		}
	}
	return append(paths, "/audit?kind=change", "/audit?kind=refusal", "/audit?app=amplify&from=2026-01-01&to=2026-12-31")
}

func TestEveryPageIsThereWhetherTheHouseIsEmptyOrFull(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		for _, path := range plainPages() {
			h.admin.get(path).shows(t)
		}
	})
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		app := d.As("amplify")
		app.Get("/users")
		app.Get("/nowhere")
		if err := h.Ledger.Note(ctx, audit.Change{Actor: "cli:clerk", Action: "import", Subject: "generation 1"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		for _, path := range plainPages() {
			h.admin.get(path).shows(t)
		}
		h.admin.get("/").shows(t, "Amplify Enrollment", "Last sync", "Not reviewed", "keys that nobody has accepted", "<rect", "Roster of <time", "imported by clerk (command line): ", " people.")
		h.admin.get("/audit").shows(t, "Amplify Enrollment", ">Users<", ">OneRoster 1.1<")
		h.admin.get("/audit?kind=change").shows(t, "Signed in", "App enabled")
	})
}

func TestPagesHaveOneHeadingAndNothingInline(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	for _, path := range append(plainPages(), "/nowhere") {
		a := h.admin.get(path)
		if strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
			continue
		}
		if strings.Count(a.body, "<h1") != 1 || strings.Count(a.body, "<main") != 1 || !strings.Contains(a.body, `<html lang="en">`) {
			t.Errorf("%s: not one h1 in one main", path)
		}
		if found := regexp.MustCompile(` (style|on[a-z]+)="|<style|<script>|javascript:`).FindString(a.body); found != "" {
			t.Errorf("%s has %q, which the policy forbids", path, found)
		}
	}
}

func TestWhatPeopleWriteIsShownAsText(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	const name = `<img src=x onerror=alert(1)>"'&`
	h.admin.post("/settings", url.Values{"name": {name}, "time_zone": {"UTC"}})
	by := apps.By{Actor: "cli:test", Reason: name}
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "app", Name: name}, by); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.People.Add(ctx, people.NewPerson{Email: "<b>@example.org", Name: name, Role: people.Auditor}, "<b>cli"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	signIn := h.nobody.get("/sign-in?next=" + url.QueryEscape(`"><b>`))
	signIn.shows(t, `value="&#34;&gt;&lt;b&gt;"`)
	if strings.Contains(signIn.body, "<b>") {
		t.Error("the sign-in shows an address as HTML")
	}
	for _, path := range append(plainPages(), "/audit?kind=change") {
		a := h.admin.get(path)
		if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && (strings.Contains(a.body, "<img") || strings.Contains(a.body, "<b>")) {
			t.Errorf("%s shows a name as HTML", path)
		}
	}
	h.admin.get("/").shows(t, "&lt;img src=x onerror=alert(1)&gt;")
}

func TestTheRoomsKeepTheLedgerButNotItsRecords(t *testing.T) {
	h, d := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	d.As("amplify").Get("/users")
	a := auditor.get("/audit/download?kind=disclosure&app=amplify")
	a.shows(t, "id,time,kind,app", "amplify")
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.Contains(a.header.Get("Content-Disposition"), "disclosures.csv") {
		t.Errorf("headers %v", a.header)
	}
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	asked, err := h.Ledger.Latest(ctx, audit.KindChange, audit.Question{Action: "audit.download"}, 5)
	if err != nil || len(asked) != 1 || asked[0].Actor != "auditor@example.org" || asked[0].App != "amplify" {
		t.Errorf("on record: %+v, %v", asked, err)
	}
	for _, path := range []string{"/audit?kind=other", "/audit?kind='", "/audit/download?kind=x"} {
		if a := auditor.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := auditor.get("/audit?from=yesterday"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "YYYY-MM-DD") {
		t.Errorf("a day that is none: %d", a.status)
	}
}

func TestAnErrorIsAPageWithItsNumberAndNothingElse(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h := empty(t, s)
	if err := s.DB.Write.Exec("ALTER TABLE bag_keys RENAME TO gone").Error; err != nil {
		t.Fatal(err)
	}
	a := h.admin.get("/")
	id := a.header.Get("X-Request-Id")
	if a.status != http.StatusInternalServerError || !strings.Contains(a.body, id) || strings.Contains(a.body, "bag_keys") {
		t.Errorf("status %d\n%s", a.status, a.body)
	}
	if !strings.Contains(h.log.String(), id) {
		t.Errorf("the log does not name the request:\n%s", h.log)
	}
}
