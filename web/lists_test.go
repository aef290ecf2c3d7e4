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

		counted := func(id int, change map[string]any) {
			t.Helper()
			if err := s.DB.Write.Model(&intake.Attempt{}).Where("id = ?", id).Updates(change).Error; err != nil {
				t.Fatal(err)
			}
		}
		counted(7, map[string]any{"counts": `[{"entity":"users","new":5,"refused":2},{"entity":"orgs","new":20,"removed":1}]`})
		counted(9, map[string]any{"counts": `[{"entity":"users","new":9,"removed":2,"deleted":8}]`, "generation": 4})
		for path, want := range map[string][]string{
			"/imports?sort=added":                {"7", "9", "52", "51"},
			"/imports?sort=-added&page=2":        {"9", "7"},
			"/imports?sort=removed":              {"9", "7", "52"},
			"/imports?sort=refused":              {"7", "52"},
			"/imports?sort=changed":              {"52", "51"},
			"/imports?sort=version":              {"9", "52"},
			"/imports?sort=ended":                {"21", "52"},
			"/imports?sort=-ended&page=2":        {"1", "21"},
			"/imports?sort=added&how=command":    {"7", "9"},
			"/imports?sort=added&ended=refused":  {"21"},
			"/imports?sort=-ended&ended=refused": {"21"},
		} {
			if all := ids(path); !slices.Equal(all[:min(len(all), len(want))], want) {
				t.Errorf("%s: %q, want %q first", path, all, want)
			}
		}
		h.admin.get("/imports?sort=refused").shows(t, `<option value="refused" selected>`, `href="/imports?page=2&amp;sort=refused"`)
	})
}

func TestAPageBehindTheEndIsTheLastOne(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	for path, last := range map[string]string{
		"/apps?page=2":                     "/apps",
		"/imports?page=99&sort=-when":      "/imports?sort=-when",
		"/audit?kind=change&page=99":       "/audit?kind=change",
		"/audit?page=99":                   "/audit",
		"/audit?page=99&sort=app&app=some": "/audit?app=some&sort=app",
	} {
		if a := h.admin.get(path); a.status != http.StatusSeeOther || a.location != last {
			t.Errorf("%s: %d to %q, want %q", path, a.status, a.location, last)
		}
	}
	for i := range 53 {
		id := fmt.Sprintf("app-%02d", i)
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: id, Name: "App"}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	h.admin.get("/apps?page=2").shows(t, "51 to 53 of 53 apps")
	for _, list := range []string{"/apps?page=99", "/audit?kind=change&page=99"} {
		if a := h.admin.get(list); a.location != strings.Replace(list, "99", "2", 1) {
			t.Errorf("%s leads to %q", list, a.location)
		}
	}
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

		app.Get("/orgs?limit=3")
		d.As("schoolinks").Get("/users?limit=2")
		app.Get("/orgs?filter=nothing")
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		cells := func(path string, column int) (all []string) {
			t.Helper()
			for _, row := range regexp.MustCompile(`(?s)<tr><th scope="row">.*?</tr>`).FindAllString(h.admin.get(path).body, -1) {
				all = append(all, strings.TrimSpace(words(regexp.MustCompile(`(?s)<td.*?</td>`).FindAllString(row, -1)[column])))
			}
			return all
		}
		for _, c := range []struct {
			path   string
			column int
			first  []string // of the cells of the column
		}{
			{"/audit?sort=records", 2, []string{"3", "2", "1"}},
			{"/audit?sort=-records&page=2", 2, []string{"1", "1", "2", "3"}},
			{"/audit?sort=app&page=2", 0, []string{"Amplify Enrollment", "Amplify Enrollment", "Amplify Enrollment", "SchooLinks"}},
			{"/audit?sort=-app", 0, []string{"SchooLinks", "Amplify Enrollment"}},
			{"/audit?sort=-of", 1, []string{"Users", "Organizations"}},
			{"/audit?sort=how&page=2", 5, []string{"OneRoster 1.1"}},
			{"/audit?kind=change&sort=what", 1, []string{"App added", "App added", "App added", "App added"}},
			{"/audit?kind=change&sort=-what", 1, []string{"Signed in", "Person added"}},
			{"/audit?kind=change&sort=-app", 2, []string{"SchooLinks", "SchooLinks", "Eduready360"}},
			{"/audit?kind=change&sort=app", 2, []string{"Alexandria"}},
			{"/audit?kind=refusal&sort=answer", 2, []string{"400"}},
			{"/audit?kind=refusal&sort=-reason", 3, []string{"Could not be understood"}},
			{"/audit?kind=change&sort=-who", 0, []string{"the server", "test (command line)"}},
		} {
			all := cells(c.path, c.column)
			for i, first := range c.first {
				if i >= len(all) || !strings.HasPrefix(all[i], first) {
					t.Errorf("%s: %q, want %q", c.path, all, c.first)
				}
			}
		}
		h.admin.get("/audit?sort=records").shows(t, `aria-sort="descending"`, `href="/audit?sort=-records"`, `href="/audit?page=2&amp;sort=records"`)
	})
}

func TestAPageThatSortsTheNewestAloneSaysSo(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h := empty(t, s)
	entries := make([]audit.Entry, audit.MostCounted+1)
	for i := range entries {
		entries[i] = audit.Entry{Time: "2026-03-01T12:00:00.000Z", Kind: audit.KindRefusal, Door: "token", Records: []byte{}}
	}
	if err := s.Ledger.Write.CreateInBatches(entries, 500).Error; err != nil {
		t.Fatal(err)
	}
	const says = "Sorted are the newest 10,000 of them."
	h.admin.get("/audit?kind=refusal&sort=app").shows(t, "1 to 50 of more than 10,000 refusals", says)
	if byTime := h.admin.get("/audit?kind=refusal"); strings.Contains(byTime.body, says) {
		t.Error("by time it says that not all are sorted")
	}
	if a := h.admin.get("/audit?kind=refusal&page=999"); a.location != "/audit?kind=refusal&page=200" {
		t.Errorf("behind the end: %d to %q", a.status, a.location)
	}
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
	h.admin.get("/audit?from=2026-05-01&to=2026-05-01").shows(t, `<p class="on-paper">Disclosures from 2026-05-01 to 2026-05-01</p>`)
	h.admin.get("/audit?kind=change&app=gone").shows(t, `<p class="on-paper">Changes of gone</p>`)
	if a := h.admin.get("/audit/download?from=2026-05-02&to=2026-05-01"); a.status != http.StatusBadRequest {
		t.Errorf("the download: %d", a.status)
	}
}
