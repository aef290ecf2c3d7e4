package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web"
)

// What cells say that were written the wrong way round: for a type of user IDs, for
// the name of a metadata key, for the header of a column, for a grade.
const (
	typeOfJane   = "jane.doe@example.org"
	keyOfJane    = "notes of Jane Doe"
	columnOfJane = "Jane Doe 2011"
	gradeOfJane  = "Grade of Jane"
)

func namesOfJane() []string { return []string{typeOfJane, keyOfJane, columnOfJane, gradeOfJane} }

// wrongWayRound is the made-up district with such cells.
func wrongWayRound(t *testing.T) parcel {
	t.Helper()
	p := district(t, 60)
	lines := strings.Split(strings.TrimRight(p["users.csv"], "\r\n"), "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		switch i {
		case 0:
			line += ",metadata." + keyOfJane + "," + columnOfJane
		case 1:
			line = strings.Replace(line, "{", "{"+typeOfJane+":SIS},{", 1) + ",sees the nurse,x"
		default:
			line = strings.Replace(line, ",08,", ","+gradeOfJane+",", 1) + ",,"
		}
		lines[i] = line
	}
	p["users.csv"] = strings.Join(lines, "\n") + "\n"
	return p
}

// has tells which of the names a text has, as it is written in pages, JSON and CSV.
func has(text string, names ...string) (found []string) {
	for _, name := range names {
		if strings.Contains(html.UnescapeString(text), name) || strings.Contains(text, url.QueryEscape(name)) {
			found = append(found, name)
		}
	}
	return found
}

// everyRow is all that a table has, in all of its columns.
func everyRow(t *testing.T, s dbtest.Store, table string) string {
	t.Helper()
	db := s.DB.Read
	if table == "ledger_entries" {
		db = s.Ledger.Read
	}
	var rows []map[string]any
	if err := db.Table(table).Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(rows)
}

// looksAround is every page and download that a person may get, by its address.
func looksAround(g *guest) map[string]answer {
	got := map[string]answer{}
	for _, l := range web.Routes() {
		if l.Method != http.MethodGet || strings.HasPrefix(l.Path, "/assets") {
			continue
		}
		for _, app := range []string{"amplify", "schoolinks", "alexandria"} {
			for _, run := range []string{"1", "2", "3"} {
				path := strings.NewReplacer(":app", app, ":run", run, ":version", "1").Replace(l.Path)
				paths := []string{regexp.MustCompile(`:\w+`).ReplaceAllString(path, "nothing")}
				switch {
				case strings.HasSuffix(path, "/dataguard"):
					paths = append(paths, path+"?entity=demographics", path+"?entity=orgs")
				case strings.HasPrefix(path, "/audit"):
					paths = append(paths, path+"?kind=change", path+"?kind=refusal", path+"?kind=disclosure")
				}
				for _, path := range paths {
					if _, been := got[path]; !been {
						got[path] = g.get(path)
					}
				}
			}
		}
	}
	return got
}

func TestNamesThatARosterBringsAreValuesUntilAnAdminAcceptsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		auditor := h.signedIn("auditor@example.org", people.Auditor)
		taken := h.admin.upload(wrongWayRound(t).zip(t), false)
		ended := h.admin.ended(taken)
		ended.shows(t, "Stored", typeOfJane, keyOfJane)
		if found := has(ended.body, columnOfJane); len(found) > 0 {
			t.Errorf("the page of the import tells the header %q", found)
		}
		h.admin.ended(h.admin.upload(district(t, 60).zip(t), true)).shows(t, "Keys that are gone", typeOfJane)

		// An admin does everything but accept them.
		guard := h.admin.get("/apps/schoolinks/dataguard?entity=users")
		guard.shows(t, typeOfJane, keyOfJane)
		h.admin.get("/apps/schoolinks/scope").shows(t, gradeOfJane)
		try := guard.form()
		try.Add("type", typeOfJane)
		try.Add("key", keyOfJane)
		try.Set("metadata", "on")
		panel := url.Values{}
		for name, values := range try {
			panel[name] = values
		}
		panel.Set("of", "users")
		panel.Set("record", pupil(t, d).ID())
		h.admin.post("/apps/schoolinks/dataguard", panel).shows(t, "Once saved", "200 OK", typeOfJane)
		h.admin.post("/apps/schoolinks/preview/record", url.Values{"of": {"users"}, "record": {pupil(t, d).ID()}}).shows(t, typeOfJane)
		if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "second", Preset: "schoolinks"}, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		tickedElsewhere(t, h)
		d.As("schoolinks").Get("/users?limit=5")
		d.As("alexandria").Get("/users?limit=5&filter=" + url.QueryEscape("metadata."+keyOfJane+"='x'"))

		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		silent(t, h, d.Log.String(), s, auditor, namesOfJane()...)
		namesAreOnRecord(t, s)
		for path, page := range looksAround(h.admin) {
			marked := strings.Contains(path, "/dataguard") || strings.Contains(path, "/scope") || strings.HasPrefix(path, "/imports/") || strings.HasSuffix(path, "/enable") || strings.Contains(path, "/history/") || strings.HasSuffix(path, "/explain")
			if found := has(page.body, namesOfJane()...); len(found) > 0 && !marked {
				t.Errorf("%s tells an admin %q, and does not say so\n%s", path, found, words(page.body))
			}
		}

		// Now an admin accepts the type, the key and the grade.
		if a := h.admin.post("/apps/schoolinks/dataguard/save", ticked(try, "knows", "on")); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, words(a.body))
		}
		scope := h.admin.get("/apps/schoolinks/scope").form()
		scope.Set("grades", "only")
		scope.Add("grade", gradeOfJane)
		if a := h.admin.post("/apps/schoolinks/scope/save", scope); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, words(a.body))
		}
		if _, err := h.Ledger.Sequence(ctx); err != nil {
			t.Fatal(err)
		}
		auditor.get("/apps/schoolinks/dataguard?entity=users").shows(t, typeOfJane, keyOfJane)
		auditor.get("/apps/schoolinks/history").shows(t, " userIds."+typeOfJane, " metadata."+keyOfJane)
		auditor.get("/apps/schoolinks/scope").shows(t, gradeOfJane)
		auditor.get(taken.location).shows(t, typeOfJane, keyOfJane, "has a header that OneRoster does not know")
		last, err := h.Ledger.Latest(ctx, audit.KindChange, audit.Question{App: "schoolinks", Action: "grant.save"}, 2)
		if err != nil || len(last) != 2 || len(has(last[1].After, typeOfJane, keyOfJane)) != 2 || len(has(last[0].After, gradeOfJane)) != 1 {
			t.Errorf("the ledger has %+v, %v", last, err)
		}
		silent(t, h, d.Log.String(), s, auditor, columnOfJane)
	})
}

// tickedElsewhere lets a grant tick a type that nobody was shown for its app, as
// copies of grants and earlier builds do, and copies it.
func tickedElsewhere(t *testing.T, h *house) {
	t.Helper()
	saved, err := h.Apps.Grant(ctx, "alexandria")
	if err != nil {
		t.Fatal(err)
	}
	users := saved.Grant.Entities["users"]
	users.Types, users.Keys, users.Metadata = append(users.Types, typeOfJane), append(users.Keys, keyOfJane), true
	saved.Grant.Entities["users"] = users
	if _, err := h.Apps.SaveGrant(ctx, "alexandria", saved.Version, saved.Grant, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Apps.CopyGrant(ctx, apps.Copying{From: "alexandria", To: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
}

// silent fails where a name is in the ledger, on its way there, in a log, or on
// anything that an auditor gets.
func silent(t *testing.T, h *house, log string, s dbtest.Store, auditor *guest, names ...string) {
	t.Helper()
	for place, text := range map[string]string{
		"the ledger": everyRow(t, s, "ledger_entries"), "the outbox": everyRow(t, s, "outbox"), "the rooms' log": h.log.String(), "the gateway's log": log,
	} {
		if found := has(text, names...); len(found) > 0 {
			t.Errorf("%s has %q", place, found)
		}
	}
	pages := 0
	for path, page := range looksAround(auditor) {
		if page.status == http.StatusOK {
			pages++
		}
		if found := has(page.body, names...); len(found) > 0 {
			t.Errorf("%s tells an auditor %q\n%s", path, found, words(page.body))
		}
	}
	if pages < 25 {
		t.Errorf("an auditor looked at %d pages only", pages)
	}
}

// namesAreOnRecord fails where it is not on record that an admin was told names.
func namesAreOnRecord(t *testing.T, s dbtest.Store) {
	t.Helper()
	told := map[string]bool{}
	entries, _ := shown(t, s, 0)
	for _, e := range entries {
		if e.Reason == "names that nobody has accepted" {
			told[e.Route+" "+e.Entity+" "+strings.Join(e.Fields, ",")] = e.Count == 0
		}
	}
	for _, want := range []string{
		"/apps/:app/dataguard users metadata,userIds", "/apps/:app/scope users grades", "/imports/:run users metadata,userIds", "/apps/:app/preview/record users metadata,userIds",
	} {
		if !told[want] {
			t.Errorf("%s is not on record, but %v", want, told)
		}
	}
}

// A grant that stands on a page under other names cannot be saved from there.
func TestWhatStandsInThePlaceOfANameIsNotSaved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, _ := full(t, s)
		form := h.admin.get("/apps/schoolinks/dataguard?entity=users").form()
		form.Add("type", "unaccepted type 1")
		before := version(t, h, "schoolinks")
		if a := h.admin.post("/apps/schoolinks/dataguard/save", form); a.status == http.StatusSeeOther || version(t, h, "schoolinks") != before {
			t.Errorf("%d\n%s", a.status, words(a.body))
		}
	})
}
