package web_test

import (
	"errors"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/web"
)

// visited is how a page is made to show values.
type visited struct {
	path  string
	form  url.Values
	shows []string // entities of which it shows any
}

// sights says, of each route that shows values, how it is made to. The grant of
// amplify has changed twice meanwhile, so that what is saved shows a collision.
func sights(student string) map[string]visited {
	text := "version=2&entity=users&orgs=all&courses=all&roles=all&grades=all&of=users"
	form := func(more string) url.Values {
		values, _ := url.ParseQuery(text + "&" + more)
		return values
	}
	now := func(more string) url.Values {
		values := form(more)
		values.Set("version", "3")
		return values
	}
	one, search := "record="+url.QueryEscape(student), "look=search&find="+url.QueryEscape(student)
	users, orgs := []string{"users"}, []string{"orgs"}
	rules := url.Values{"version": {"1"}, "of": {"users"}, "record": {student}, "reason": {strings.Repeat("x", 1001)}}
	maps.Copy(rules, policyFiles("users.phone"))
	return map[string]visited{
		"POST /apps/:app/dataguard":                {"/apps/amplify/dataguard", now(search), users},
		"POST /apps/:app/dataguard/save":           {"/apps/amplify/dataguard/save", form(""), orgs},
		"GET /apps/:app/scope":                     {"/apps/amplify/scope", nil, []string{"orgs", "courses", "classes"}},
		"POST /apps/:app/scope":                    {"/apps/amplify/scope", now(one), users},
		"POST /apps/:app/scope/edit":               {"/apps/amplify/scope/edit", now(""), []string{"orgs", "courses", "classes"}},
		"POST /apps/:app/scope/save":               {"/apps/amplify/scope/save", form(""), orgs},
		"POST /apps/:app/agreement":                {"/apps/amplify/agreement", now(one), users},
		"POST /apps/:app/agreement/save":           {"/apps/amplify/agreement/save", form(""), orgs},
		"POST /apps/:app/preview":                  {"/apps/amplify/preview", form(search), users},
		"POST /apps/:app/preview/record":           {"/apps/amplify/preview/record", form(one), []string{"users", "classes", "enrollments", "demographics"}},
		"GET /apps/:app/history":                   {"/apps/amplify/history", nil, orgs},
		"GET /apps/:app/history/:version":          {"/apps/amplify/history/2", nil, orgs},
		"POST /apps/:app/history/:version":         {"/apps/amplify/history/2", form(""), orgs},
		"POST /apps/:app/history/:version/compare": {"/apps/amplify/history/2/compare", now(one), []string{"users", "orgs"}},
		"POST /apps/:app/lift":                     {"/apps/amplify/lift", now("name=users.phone&" + one), users},
		"POST /apps/:app/lift/save":                {"/apps/amplify/lift/save", form("name=users.phone"), orgs},
		"POST /apps/:app/policy":                   {"/apps/amplify/policy", rules, users},
		"POST /apps/:app/policy/save":              {"/apps/amplify/policy/save", rules, users},
		"POST /apps/:app/policy/:version/back":     {"/apps/amplify/policy/0/back", form(one), users},
		"POST /apps/:app/policy/:version/compare":  {"/apps/amplify/policy/0/compare", form(one), users},
		"GET /apps/:app/explain/record":            {"/apps/amplify/explain/record?entity=users&record=1", nil, users},
		"GET /apps/opt-outs":                       {"/apps/opt-outs", nil, users},
		"POST /apps/opt-outs/find":                 {"/apps/opt-outs/find", form(search), users},
		"POST /apps/opt-outs/student":              {"/apps/opt-outs/student", form(one), users},
		"POST /apps/opt-outs/add":                  {"/apps/opt-outs/add", form(one + "&which=some"), users},
		"POST /apps/opt-outs/remove":               {"/apps/opt-outs/remove", form(one + "&reason=a%0ab"), users},
		"POST /apps/opt-outs/file":                 {"/apps/opt-outs/file", form(""), users},
		"GET /approvals/:change":                   {"/approvals/1", nil, orgs},
		"GET /apps/:app/enable":                    {"/apps/waiting/enable", nil, orgs},
		"POST /apps/:app/enable":                   {"/apps/waiting/enable", form(""), orgs},
		"POST /apps/:app/enable/edit":              {"/apps/waiting/enable/edit", form(""), orgs},
		"POST /apps/:app/copy":                     {"/apps/schoolinks/copy", form("from=amplify&" + one), []string{"users", "orgs"}},
		"POST /apps/:app/copy/save":                {"/apps/schoolinks/copy/save", form("from=amplify&from_version=2"), orgs},
	}
}

// moved changes the scope of amplify twice, and gives it to an app that is not enabled.
func moved(t *testing.T, h *house, s dbtest.Store) {
	t.Helper()
	var schools []string
	if err := s.DB.Read.Raw("SELECT sourced_id FROM orgs WHERE type = 'school' ORDER BY id").Scan(&schools).Error; err != nil || len(schools) < 2 {
		t.Fatal(schools, err)
	}
	for version, one := range schools[:2] {
		saved, err := h.Apps.Grant(ctx, "amplify")
		if err != nil || saved.Version != int64(version)+1 {
			t.Fatal(saved.Version, err)
		}
		saved.Grant.Scope.Orgs = policy.Among{Only: []string{one}}
		if _, err := h.Apps.SaveGrant(ctx, "amplify", saved.Version, saved.Grant, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
	}
	savedPolicy(t, h, "amplify", 0, "users.email")
	if _, _, err := h.Apps.Create(ctx, apps.NewApp{ID: "waiting", Preset: "amplify"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Apps.CopyGrant(ctx, apps.Copying{From: "amplify", To: "waiting"}, apps.By{Actor: "cli:test"}); err != nil {
		t.Fatal(err)
	}
	asked(t, h, s, schools[:2])
}

// asked lets a change wait by which amplify would reach more schools. Nothing else waits.
func asked(t *testing.T, h *house, s dbtest.Store, schools []string) {
	t.Helper()
	if err := s.DB.Write.Create(&waiting.SavedMarks{Version: 1, Marks: waiting.Marks{Apps: []string{"amplify"}}}).Error; err != nil {
		t.Fatal(err)
	}
	saved, err := h.Apps.Grant(ctx, "amplify")
	if err != nil {
		t.Fatal(err)
	}
	saved.Grant.Scope.Orgs = policy.Among{Only: schools}
	_, err = h.Apps.SaveGrant(ctx, "amplify", saved.Version, saved.Grant, apps.By{Actor: "cli:test"})
	if _, waits := errors.AsType[*apps.Waits](err); !waits {
		t.Fatal(err)
	}
	if err := s.DB.Write.Where("version = 1").Delete(&waiting.SavedMarks{}).Error; err != nil {
		t.Fatal(err)
	}
}

// told are values by which a record is known, by entity and id.
func told(t *testing.T, s dbtest.Store) map[string]map[string]*roaring.Bitmap {
	t.Helper()
	all := map[string]map[string]*roaring.Bitmap{}
	for entity, columns := range map[string][]string{
		"users": {"sourced_id", "email", "username"}, "orgs": {"name"}, "courses": {"title"}, "classes": {"title"}, "enrollments": {"sourced_id"},
	} {
		all[entity] = map[string]*roaring.Bitmap{}
		for _, column := range columns {
			var rows []struct {
				ID    uint32
				Value string
			}
			if err := s.DB.Read.Raw("SELECT id, " + column + " AS value FROM " + entity + " WHERE " + column + " IS NOT NULL").Scan(&rows).Error; err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if all[entity][row.Value] == nil {
					all[entity][row.Value] = roaring.New()
				}
				all[entity][row.Value].Add(row.ID)
			}
		}
	}
	return all
}

// shown are the entries that were made of what was shown to people, after one.
func shown(t *testing.T, s dbtest.Store, after int64) (entries []audit.Entry, last int64) {
	t.Helper()
	last = after
	if err := s.Ledger.Read.Where("id > ? AND door IN ?", after, []string{audit.DoorPage, audit.DoorPreview}).Order("id").Find(&entries).Error; err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		last = e.ID
	}
	return entries, last
}

func TestWhateverPageShowsValuesHasPutOnRecordWhoseAndWhichFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d).ID()
		moved(t, h, s)
		d.OptOut("schoolinks", student)
		known, ways := told(t, s), sights(student)
		last := int64(0)
		for _, l := range web.Routes() {
			name := l.Method + " " + l.Path
			way, there := ways[name]
			if shows := l.Values || l.Titles || l.People; there != shows {
				t.Errorf("%s shows values: its line says %v, the test %v", name, shows, there)
			}
			if !there {
				continue
			}
			a := h.admin.send(l.Method, way.path, way.form, nil)
			refused := (strings.HasPrefix(l.Path, "/apps/opt-outs") || strings.HasSuffix(l.Path, "/policy/save")) && a.status == http.StatusUnprocessableEntity
			if a.status != http.StatusOK && a.status != http.StatusConflict && !refused {
				t.Errorf("%s: %d\n%s", name, a.status, words(a.body))
			}
			var entries []audit.Entry
			entries, last = shown(t, s, last)
			onRecord(t, name, a, way, entries, known)
		}
	})
}

// onRecord fails where a page shows what its entries do not have.
func onRecord(t *testing.T, name string, a answer, way visited, entries []audit.Entry, known map[string]map[string]*roaring.Bitmap) {
	t.Helper()
	sent := map[string]*roaring.Bitmap{}
	for _, e := range entries {
		set, err := e.Sent()
		if err != nil {
			t.Fatal(err)
		}
		if sent[e.Entity] == nil {
			sent[e.Entity] = roaring.New()
		}
		sent[e.Entity].Or(set)
		if e.Door != audit.DoorPage {
			continue
		}
		_, path, _ := strings.Cut(name, " ")
		app := ""
		if strings.Contains(path, ":app") {
			app = strings.Split(way.path, "/")[2]
		}
		if e.Actor != "admin@example.org" || e.App != app || e.Route != path || len(e.Fields) == 0 || e.RequestID != a.header.Get("X-Request-Id") || e.Generation == 0 {
			t.Errorf("%s: on record is %+v", name, e)
		}
	}
	for _, entity := range way.shows {
		if sent[entity] == nil || sent[entity].IsEmpty() {
			t.Errorf("%s: nothing of the %s is on record", name, entity)
		}
	}
	page := html.UnescapeString(a.body)
	for entity, values := range known {
		for value, ids := range values {
			shows := strings.Contains(page, ">"+value+"<") || strings.Contains(page, ">"+value+" ·") || strings.Contains(page, "· "+value)
			if shows && (sent[entity] == nil || !sent[entity].Intersects(ids)) {
				t.Errorf("%s shows a value of one of the %s that is not on record", name, entity)
			}
		}
	}
}

// A search shows twenty people, the page of one outside the view that one.
func TestASearchAndAPageOfWhoeverTheAppDoesNotReachAreOnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h, d := full(t, s)
		student := pupil(t, d)
		h.admin.post("/apps/amplify/preview", url.Values{"of": {"users"}, "find": {"st-"}}).shows(t, "These are the first 20")
		entries, last := shown(t, s, 0)
		if len(entries) != 1 || entries[0].Count != 20 || !slices.Contains(entries[0].Fields, "email") || len(previews(t, d)) != 0 {
			t.Errorf("a search: %+v", entries)
		}
		h.admin.get("/audit?app=amplify&kind=shown").shows(t, ">Page<br>shown to admin@example.org")

		d.Edit("amplify", apps.Edit{Roles: &policy.Among{Only: []string{"teacher"}}})
		h.admin.post("/apps/amplify/preview/record", url.Values{"of": {"users"}, "record": {student.ID()}}).shows(t, "404 Not Found", text(student, "familyName"))
		entries, last = shown(t, s, last)
		about := map[string]bool{}
		for _, e := range entries {
			if e.Door == audit.DoorPage && e.Count > 0 {
				about[e.Entity] = e.Entity != "users" || slices.Contains(d.Sent(e), student.ID())
			}
		}
		if !about["users"] || !about["enrollments"] || !about["demographics"] {
			t.Errorf("whoever the app does not reach: %v, %+v", about, entries)
		}
		h.admin.post("/apps/amplify/preview", url.Values{"of": {"users"}, "find": {"no such person"}}).shows(t, "The roster has no such record")
		if entries, _ = shown(t, s, last); len(entries) != 0 {
			t.Errorf("nothing found: %+v", entries)
		}
	})
}

func TestWithoutALedgerNoPageShowsAValue(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h, d := full(t, s)
	student := pupil(t, d).ID()
	moved(t, h, s)
	d.OptOut("schoolinks", student)
	ways, known := sights(student), told(t, s)
	h.Ledger.Close()
	for _, name := range slices.Sorted(maps.Keys(ways)) {
		method, _, _ := strings.Cut(name, " ")
		a := h.admin.send(method, ways[name].path, ways[name].form, nil)
		if a.status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d\n%s", name, a.status, words(a.body))
		}
		onRecord(t, name, a, visited{path: ways[name].path}, nil, known)
	}
	h.admin.get("/apps").shows(t, "Amplify Enrollment")
}
