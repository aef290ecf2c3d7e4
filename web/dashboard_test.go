package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
)

func TestTheDashboardSaysHowTheLastImportEnded(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	if page := words(h.admin.get("/").body); strings.Contains(page, "Last import") || !strings.Contains(page, "No roster has been imported yet") {
		t.Errorf("before any import:\n%s", page)
	}
	h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
	if page := words(h.admin.get("/").body); !strings.Contains(page, "Last import: Stored ") || !regexp.MustCompile(`The roster has \d+ people\.`).MatchString(page) || strings.Contains(page, "version") {
		t.Errorf("after one that was stored:\n%s", page)
	}
	held := h.admin.upload(district(t, 20).zip(t), false)
	h.admin.ended(held)
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	if page := words(h.admin.get("/").body); !strings.Contains(page, "Last import: Held") || !regexp.MustCompile(`Roster of today \d\d:\d\d , imported by admin@example.org: \d+ people\.`).MatchString(page) {
		t.Errorf("after one that is held:\n%s", page)
	}
	refused := h.admin.upload([]byte("no zip"), false)
	h.admin.ended(refused)
	page := h.admin.get("/")
	page.shows(t, `(<a href="`+refused.location+`">report</a>)`)
	if said := words(page.body); !strings.Contains(said, "Last import: Refused ") || !strings.Contains(said, "by admin@example.org ( report ). Roster of today ") {
		t.Errorf("after one that was refused:\n%s", said)
	}
}

func TestAnEmptyDashboardShowsTheFirstStepsUntilTheyAreDone(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	steps := func(g *guest) string {
		t.Helper()
		_, list, _ := strings.Cut(g.get("/").body, `<section class="panel steps"`)
		list, _, _ = strings.Cut(list, "</section>")
		return list
	}
	expect := func(want ...string) {
		t.Helper()
		list := steps(h.admin)
		for _, part := range want {
			if !strings.Contains(list, part) {
				t.Errorf("the steps lack %s:\n%s", part, list)
			}
		}
	}
	const done = ` <span class="status good">Done</span>`
	expect(`<a href="/imports">Import a roster</a>`, `<a href="/apps/add">Add an app</a>`, `<a href="/apps">Enable it</a>`)
	if list := steps(auditor); !strings.Contains(list, "Import a roster") || strings.Contains(list, "<a") {
		t.Errorf("an auditor is led to where only admins change something:\n%s", list)
	}
	h.admin.get("/apps").shows(t, "No apps yet", `<a class="button primary" href="/apps/add">Add an app</a>`)
	if page := auditor.get("/apps"); strings.Contains(page.body, "/apps/add") {
		t.Error("an auditor is offered to add an app")
	}
	h.admin.ended(h.admin.upload(district(t, 20).zip(t), false))
	expect("Import a roster"+done, `<a href="/apps/add">`)
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{Name: "First"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	expect("Add an app"+done, `<a href="/apps/first/enable">Enable it</a>`)
	h.admin.post("/apps/first/enable", h.admin.get("/apps/first/enable").form())
	if list := steps(h.admin); list != "" {
		t.Errorf("all is done, and shown:\n%s", list)
	}
}

func TestWhatWaitsLeadsToWhereItIsDecided(t *testing.T) {
	h, _ := full(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "a-new-app", Name: "New app"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	held := h.admin.upload(district(t, 20).zip(t), false)
	h.admin.ended(held).shows(t, "Held")

	page := h.admin.get("/")
	link := func(path, text string) string { return fmt.Sprintf(`<h3><a href=%q>%s</a></h3>`, path, text) }
	page.shows(t, link("/apps/a-new-app/enable", "New app"), link(held.location, "Import 1"),
		`<h3><a href="/apps/amplify/dataguard">Amplify Enrollment</a></h3>`, `<a href="/apps/alexandria/dataguard?entity=classes">Classes: `)
	if strings.Contains(page.body, `/apps/a-new-app/dataguard?entity=`) {
		t.Error("keys are to be reviewed in an app that gets nothing of their entity")
	}
	looked := auditor.get("/")
	looked.shows(t, link("/apps/a-new-app/dataguard", "New app"))
	if strings.Contains(looked.body, "/enable") {
		t.Error("an auditor is led to where only admins may enter")
	}
	for _, path := range []string{"/apps/a-new-app/dataguard", held.location, "/apps/alexandria/dataguard?entity=classes"} {
		if a := auditor.get(path); a.status != http.StatusOK {
			t.Errorf("%s: %d for an auditor", path, a.status)
		}
	}
}

func TestAnAnswerWithoutARecordAndARefusalAreNoSync(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		d.As("eduready360").Get("/orgs?offset=10000")
		d.As("eduready360").Get("/demographics")
		for _, page := range []string{"/", "/apps"} {
			if a := h.admin.get(page); strings.Contains(a.body, "Last sync <time") || strings.Contains(a.body, "0 records in") || !strings.Contains(a.body, "Nothing received yet") {
				t.Errorf("%s\n%s", page, words(a.body))
			}
		}
		d.As("eduready360").Get("/orgs?limit=2")
		d.As("eduready360").Get("/orgs?offset=10000")
		h.admin.get("/").shows(t, "Last sync <time")
		h.admin.get("/apps").shows(t, "2 records in 1 answer")
	})
}
