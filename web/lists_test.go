package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
)

// rowHeads are the heads of a page's rows, in their order.
func rowHeads(page answer) (all []string) {
	for _, found := range regexp.MustCompile(`<th scope="row">(.*?)</th>`).FindAllStringSubmatch(page.body, -1) {
		all = append(all, strings.TrimSpace(words(found[1])))
	}
	return all
}

func TestAppsAreSortedNarrowedAndPaged(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	by := apps.By{Actor: "cli:test"}
	for i := range 53 {
		id := fmt.Sprintf("app-%02d", i)
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: id, Name: fmt.Sprintf("App %02d", i)}, by); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Apps.Enable(ctx, "app-07", by); err != nil {
		t.Fatal(err)
	}
	first := h.admin.get("/apps")
	first.shows(t, "1 to 50 of 53 apps", `<a class="button quiet" href="/apps?page=2">Next</a>`, `aria-sort="ascending"`, `href="/apps?sort=-name"`)
	if rows := rowHeads(first); len(rows) != 50 || rows[0] != "App 00 app-00" {
		t.Errorf("the first page: %q", rows)
	}
	last := h.admin.get("/apps?page=2")
	last.shows(t, "51 to 53 of 53 apps", `<a class="button quiet" href="/apps">Previous</a>`)
	if rows := rowHeads(last); len(rows) != 3 || rows[2] != "App 52 app-52" || strings.Contains(last.body, ">Next<") {
		t.Errorf("the last page: %q", rows)
	}
	if rows := rowHeads(h.admin.get("/apps?sort=-name&page=2")); !slices.Equal(rows, []string{"App 02 app-02", "App 01 app-01", "App 00 app-00"}) {
		t.Errorf("the other way round: %q", rows)
	}
	if rows := rowHeads(h.admin.get("/apps?sort=state")); rows[0] != "App 07 app-07" || rows[1] != "App 00 app-00" {
		t.Errorf("by state, and then by name: %q", rows[:2])
	}
	enabled := h.admin.get("/apps?state=enabled&sort=received")
	enabled.shows(t, "1 app of 53", `<option value="enabled" selected>`, `<option value="received" selected>`)
	if rows := rowHeads(enabled); !slices.Equal(rows, []string{"App 07 app-07"}) {
		t.Errorf("the enabled: %q", rows)
	}
	for _, wrong := range []string{"/apps?sort=secret", "/apps?sort=name%20desc", "/apps?page=0", "/apps?page=x", "/imports?sort=report", "/audit?sort=actor"} {
		if a := h.admin.get(wrong); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", wrong, a.status)
		}
	}
}

func TestImportsAreSortedNarrowedAndPaged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		for i := range 52 {
			a, err := h.Shelf.Importer.Begin(ctx, intake.Attempt{Origin: intake.Command, Actor: "cli:ada"})
			if err != nil {
				t.Fatal(err)
			}
			change := map[string]any{"state": intake.Ended, "verdict": intake.Stored, "counts": "[]"}
			if i == 20 {
				change["verdict"] = intake.Rejected
			}
			if err := s.DB.Write.Model(&intake.Attempt{}).Where("id = ?", a.ID).Updates(change).Error; err != nil {
				t.Fatal(err)
			}
		}
		ids := func(path string) []string {
			t.Helper()
			var all []string
			for _, found := range regexp.MustCompile(`href="/imports/(\d+)"`).FindAllStringSubmatch(h.admin.get(path).body, -1) {
				all = append(all, found[1])
			}
			return all
		}
		h.admin.get("/imports").shows(t, "1 to 50 of 52 imports", `href="/imports?page=2"`, "by ada (command line)")
		if all := ids("/imports"); len(all) != 50 || all[0] != "52" {
			t.Errorf("the newest: %q", all)
		}
		if all := ids("/imports?page=2"); !slices.Equal(all, []string{"2", "1"}) {
			t.Errorf("the oldest: %q", all)
		}
		if all := ids("/imports?sort=-when"); len(all) != 50 || all[0] != "1" {
			t.Errorf("the oldest first: %q", all)
		}
		h.admin.get("/imports?ended=refused").shows(t, "1 import<")
		if all := ids("/imports?ended=refused&how=command"); !slices.Equal(all, []string{"21"}) {
			t.Errorf("the refused: %q", all)
		}
		h.admin.get("/imports?how=upload").shows(t, "No import is like this")
	})
}

func TestTheAuditIsSortedNarrowedAndPagedAndSaysHowMuchThereIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		app := d.As("amplify")
		for range 52 {
			app.Get("/orgs?limit=1")
		}
		app.Get("/orgs?offset=10000")
		page := h.admin.get("/audit?app=amplify")
		page.shows(t, "1 to 50 of 52 disclosures", `href="/audit?app=amplify&amp;page=2"`, `aria-sort="descending"`)
		if n := len(rowHeads(page)); n != 50 {
			t.Errorf("%d rows", n)
		}
		last := h.admin.get("/audit?app=amplify&page=2")
		if n := len(rowHeads(last)); n != 2 || !strings.Contains(last.body, "51 to 52 of 52 disclosures") {
			t.Errorf("%d rows\n%s", n, words(last.body))
		}
		h.admin.get("/audit?app=amplify&sort=-time").shows(t, `aria-sort="ascending"`, `<option value="-time" selected>`)
		h.admin.get("/audit?app=schoolinks").shows(t, "No entries")
	})
}

func TestWhatAPersonSawIsNoDisclosureAndAPreviewOfNothingNoRefusal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d)                        // as amplify
		d.As("eduready360").Get("/orgs?offset=10000") // an empty page
		h.admin.post("/apps/amplify/preview/record", url.Values{"of": {"users"}, "record": {student.ID()}})
		h.admin.post("/apps/eduready360/preview/record", url.Values{"of": {"demographics"}, "record": {student.ID()}})
		count := func(kind audit.Kind) (n int) {
			t.Helper()
			found, err := h.Ledger.Latest(ctx, kind, audit.Question{}, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found {
				if e.Door == audit.DoorPreview {
					n++
				}
			}
			return n
		}
		if count(audit.KindDisclosure) != 1 || count(audit.KindRefusal) != 1 {
			t.Fatalf("on record: %d previews, %d of nothing", count(audit.KindDisclosure), count(audit.KindRefusal))
		}
		h.admin.get("/audit").shows(t, "1 disclosure<")
		none := h.admin.get("/audit?app=eduready360")
		none.shows(t, "No entries")
		h.admin.get("/audit?kind=shown").shows(t, ">Preview<br>shown to admin@example.org", ">Page<br>shown to admin@example.org")
		h.admin.get("/audit?kind=refusal").shows(t, "No entries")
		if strings.Contains(none.body, "Download CSV") {
			t.Error("there is a download of nothing")
		}
		h.admin.get("/").shows(t, "1 in 30 days")
	})
}

func TestDaysTheWrongWayRoundAreAnErrorOfTheLater(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	a := h.admin.get("/audit?from=2026-05-02&to=2026-05-01")
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="to-problem">This day is before the one in From.`) {
		t.Errorf("%d\n%s", a.status, words(a.body))
	}
	h.admin.get("/audit?from=2026-05-01&to=2026-05-01").shows(t)
	if a := h.admin.get("/audit/download?from=2026-05-02&to=2026-05-01"); a.status != http.StatusBadRequest {
		t.Errorf("the download: %d", a.status)
	}
}
