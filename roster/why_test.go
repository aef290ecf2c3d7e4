package roster_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/sample"
)

// checkWhy wants a reason for every record that ever was, and the right one of
// the two kinds.
func checkWhy(t testing.TB, e catalog.Entity, view *view.View, who register) {
	t.Helper()
	for id, sourcedID := range who[e.Plural] {
		why := view.Why(e.Plural, id)
		if why.In != view.Set(e.Plural).Contains(id) {
			t.Fatalf("%s %s: in the view is %t, because of %q", e.Plural, sourcedID, !why.In, why.Code)
		}
		if why.Code == "" || !strings.HasSuffix(why.Says, ".") {
			t.Fatalf("%s %s: the reason is %+v", e.Plural, sourcedID, why)
		}
	}
}

// why is a few records, as "users ana", and the code of the rule that decides
// over each, with a minus before it where that rule leaves the record out.
type why map[string]string

func TestTheFirstRuleThatDecidedOverARecordIsNamed(t *testing.T) {
	ghosts := town(t)
	ghosts["orgs.csv"] += "mill,,,Mill School,school,104,district\n"
	ghosts["courses.csv"] += "yoga,,,year,Yoga,YO,03,mill,Yoga,05002\n"
	ghosts["academicSessions.csv"] += "summer,,,Summer,term,2026-07-01,2026-07-31,year,2026\n"
	for _, line := range []string{"yoga-a,,,Yoga A,03,yoga,Y-A,scheduled,,oak,fall,Yoga,05002,4", "camp-a,,,Camp A,03,art,C-A,scheduled,,oak,summer,Art,05001,5", "mill-a,,,Mill A,03,art,M-A,scheduled,,mill,fall,Art,05001,5"} {
		ghosts["classes.csv"] += line + "\n"
	}
	ghosts["users.csv"] += "mia,,,true,mill,student,mia,,Mia,Mo,,,,,,,03,\n"
	// What these need goes, and their own rows are refused for what never was or is no word,
	// so that they stay as they were.
	refused := strings.NewReplacer("yoga,,,", "yoga,perhaps,,", ",mill,", ",lost,", ",summer,", ",lost,", ",03,yoga,", ",03,lost,")
	now := town(t)
	for file, ids := range map[string][]string{"classes.csv": {"yoga-a", "camp-a", "mill-a"}, "courses.csv": {"yoga"}, "users.csv": {"mia"}} {
		for line := range strings.Lines(ghosts[file]) {
			if id, _, _ := strings.Cut(line, ","); slices.Contains(ids, id) {
				now[file] += refused.Replace(line)
			}
		}
	}
	oak := func(s *view.Scope) { s.Orgs = only("oak") }
	cases := map[string]struct {
		scope view.Scope
		why   why
	}{
		"everybody": {everybody(), why{
			"orgs oak": "chosen", "orgs mill": "-gone", "academicSessions spring": "everything", "courses reading": "taught", "courses yoga": "-no_org",
			"classes art-a": "chosen", "classes mill-a": "-no_school", "classes yoga-a": "-no_org", "classes camp-a": "-no_term",
			"users ana": "enrolled", "users cleo": "unenrolled", "users rosa": "guardian", "users otto": "guardian", "users mia": "-no_org",
			"enrollments e-ana": "reached", "demographics ana": "person", "resources shelved": "everything",
			"classResources cr-1": "reached", "courseResources kr-1": "reached",
		}},
		"nothing": {view.Scope{}, why{
			"orgs oak": "-org", "academicSessions year": "-session", "courses reading": "-course", "classes reading-a": "-org", "users ana": "-role",
			"users rosa": "-guardians_off", "enrollments e-ana": "-class", "demographics ana": "-user", "resources atlas": "-unused",
			"classResources cr-1": "-class", "courseResources kr-1": "-course",
		}},
		"one school": {narrowed(oak), why{
			"orgs annex": "chosen", "orgs district": "org_of_course", "orgs elm": "-org", "courses algebra": "-org", "courses art": "taught",
			"classes algebra-a": "-org", "users ben": "-enrolled_elsewhere", "users otto": "-no_student", "users dan": "-enrolled_elsewhere",
			"academicSessions year": "above", "academicSessions spring": "term", "resources primer": "class", "resources atlas": "-unused",
		}},
		"the other school": {narrowed(func(s *view.Scope) { s.Orgs = only("elm") }), why{
			"orgs annex": "home", "orgs oak": "above", "users dan": "enrolled", "users cleo": "-org", "resources atlas": "course", "courses art": "-org",
		}},
		"one course": {narrowed(func(s *view.Scope) { s.Courses = only("reading") }), why{
			"courses art": "-course", "classes art-a": "-course", "users ben": "-enrolled_elsewhere", "courses reading": "taught",
		}},
		"one grade": {narrowed(func(s *view.Scope) { s.Grades = only("03") }), why{
			"users ben": "-grade", "users t-lin": "enrolled", "enrollments e-ben": "-user", "users cleo": "unenrolled",
		}},
		"without the unenrolled": {narrowed(func(s *view.Scope) { s.Unenrolled = false }), why{"users cleo": "-unenrolled_off"}},
		"one class": {narrowed(func(s *view.Scope) { s.Classes = only("reading-a") }), why{
			"classes art-a": "-class", "classes reading-a": "chosen", "users ben": "-enrolled_elsewhere", "courses art": "chosen", "resources shelved": "-unused",
		}},
		"without former enrollments": {narrowed(func(s *view.Scope) { s.Former, s.Unenrolled, s.Day = false, false, "2025-12-20" }), why{
			"users ben": "-former", "users dan": "-former", "users t-lin": "enrolled", "users cleo": "-unenrolled_off",
			"enrollments e-ben": "-former", "enrollments e-ana": "reached", "demographics ben": "-user",
		}},
		"without former enrollments, and whoever is enrolled nowhere": {narrowed(func(s *view.Scope) { s.Former, s.Day = false, "2025-12-20" }), why{
			"users ben": "unenrolled", "enrollments e-ben": "-former", "users t-lin": "enrolled",
		}},
		"a course that nobody teaches": {narrowed(func(s *view.Scope) { s.Courses = only("art", "reading"); s.Orgs = only("elm", "oak") }), why{
			"courses art": "taught", "orgs elm": "chosen",
		}},
	}
	snapshot, who := settled(t, dbtest.New(t, database.SQLite), ghosts, now)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			view := snapshot.View(c.scope)
			for _, e := range catalog.Tables(catalog.V11) {
				checkWhy(t, e, view, who)
			}
			for record, code := range c.why {
				entity, sourcedID, _ := strings.Cut(record, " ")
				got := view.Why(entity, who.id(entity, sourcedID))
				if wanted := (code[0] != '-'); got.In != wanted || got.Code != strings.TrimPrefix(code, "-") {
					t.Errorf("%s: %+v, not %q", record, got, code)
				}
			}
		})
	}
}

// id finds the record with a sourcedId, 0 where there is none.
func (who register) id(entity, sourcedID string) uint32 {
	for id, is := range who[entity] {
		if is == sourcedID {
			return id
		}
	}
	return 0
}

func TestWhyAgreesWithTheViewForEveryRecordOfADistrict(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	dir := t.TempDir()
	if err := (sample.District{Students: 120, Seed: 3}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	r := rostertest.Open(s.DB, s.Ledger, time.Now)
	if _, err := r.Import(t.Context(), dir, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	snapshot, err := r.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who := registered(t, s.DB)
	some := func(entity string, n int) view.Among {
		set := snapshot.Live(entity).ToArray()
		return only(who[entity][set[n*7%len(set)]], who[entity][set[n*3%len(set)]])
	}
	for n := range 6 {
		for _, scope := range []view.Scope{
			narrowed(func(s *view.Scope) { s.Orgs = some("orgs", n) }),
			narrowed(func(s *view.Scope) { s.Courses = some("courses", n); s.Unenrolled = n%2 == 0 }),
			narrowed(func(s *view.Scope) { s.Roles = only([]string{"student", "aide"}[n%2]) }),
			narrowed(func(s *view.Scope) { s.Classes = some("classes", n); s.Unenrolled = n%2 == 0 }),
			narrowed(func(s *view.Scope) { s.Former, s.Day, s.Unenrolled = false, "2026-11-30", n%2 == 0 }),
		} {
			for _, e := range catalog.Tables(catalog.V11) {
				checkWhy(t, e, snapshot.View(scope), who)
			}
		}
	}
}

func TestARecordThatNeverWasIsOut(t *testing.T) {
	snapshot, _ := settled(t, dbtest.New(t, database.SQLite), base(t))
	for _, e := range catalog.Tables(catalog.V11) {
		for _, id := range []uint32{0, 1 << 30} {
			if why := snapshot.View(everybody()).Why(e.Plural, id); why.In || why.Code != "gone" {
				t.Errorf("%s %d: %+v", e.Plural, id, why)
			}
		}
	}
}
