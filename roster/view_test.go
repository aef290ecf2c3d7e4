package roster_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/view"
)

// everybody is the scope that leaves nobody out.
func everybody() view.Scope {
	all := view.Among{All: true}
	return view.Scope{Orgs: all, Courses: all, Classes: all, Roles: all, Grades: all, Unenrolled: true, Guardians: true, Former: true}
}

// narrowed is everybody but for what change leaves out.
func narrowed(change func(s *view.Scope)) view.Scope {
	s := everybody()
	change(&s)
	return s
}

func only(ids ...string) view.Among { return view.Among{Only: ids} }

// town is a small district in which every rule of the closure has a case:
//
//	district
//	  oak    reading-a (Ana, 03; her mother Rosa; teacher Lin), art-a without pupils
//	    annex
//	  elm    algebra-a (Ben, 09, whose father Otto names him; teacher Lin)
//	  Cleo, 03, is enrolled nowhere; Dan, of the annex, is a guest in algebra-a
func town(t testing.TB) parcel {
	t.Helper()
	p := base(t)
	add := func(file string, lines ...string) { p[file] += strings.Join(lines, "\n") + "\n" }
	add("orgs.csv", "annex,,,Oak Annex,school,103,oak")
	add("courses.csv", "art,,,year,Art,ART,03,oak,Art,05001")
	add("classes.csv", "art-a,,,Art A,03,art,ART-A,scheduled,,oak,spring,Art,05001,3")
	add("users.csv",
		"otto,,,true,elm,parent,ocole,,Otto,Cole,,,,,,ben,,",
		"cleo,,,true,oak,student,cday,,Cleo,Day,,,,,,,03,",
		"dan,,,true,annex,student,dfox,,Dan,Fox,,,,,,,09,")
	add("enrollments.csv",
		"e-lin-2,,,algebra-a,elm,t-lin,teacher,true,2025-08-18,2025-12-19",
		"e-dan,,,algebra-a,elm,dan,student,false,2025-08-18,2025-12-19")
	add("demographics.csv", "dan,,,2011-01-01,male,false,false,false,false,false,false,false,,,,")
	p["manifest.csv"] = strings.NewReplacer("resources,absent", "resources,bulk", "Resources,absent", "Resources,bulk").Replace(p["manifest.csv"])
	p["resources.csv"] = "sourcedId,status,dateLastModified,vendorResourceId,title,roles,importance,vendorId,applicationId\n" +
		"primer,,,v-1,Primer,student,primary,,\natlas,,,v-2,Atlas,student,primary,,\nshelved,,,v-3,Shelved,,,,\n"
	p["classResources.csv"] = "sourcedId,status,dateLastModified,title,classSourcedId,resourceSourcedId\ncr-1,,,,reading-a,primer\n"
	p["courseResources.csv"] = "sourcedId,status,dateLastModified,title,courseSourcedId,resourceSourcedId\nkr-1,,,,algebra,atlas\n"
	return p
}

// settled is a snapshot of the imported packages, and who is who in it.
func settled(t *testing.T, s dbtest.Store, packages ...parcel) (*view.Snapshot, register) {
	t.Helper()
	r := rostertest.Open(s.DB, s.Ledger, time.Now)
	for _, p := range packages {
		restore(t, r, p)
	}
	snapshot, err := r.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot, registered(t, s.DB)
}

// inside lists the sourcedIds of a set of the view, sorted.
func (who register) inside(v *view.View, entity string) []string {
	ids := []string{}
	for _, id := range v.Set(entity).ToArray() {
		ids = append(ids, who[entity][id])
	}
	slices.Sort(ids)
	return ids
}

func TestAScopeReachesWhatItSaysAndNothingElse(t *testing.T) {
	cases := map[string]struct {
		scope view.Scope
		want  string // "entity id id; entity id"; an entity that is not named may hold anything
	}{
		"nothing asked, nothing reached": {
			view.Scope{},
			"orgs; courses; classes; users; enrollments; demographics; academicSessions; resources; classResources; courseResources",
		},
		"everybody": {
			everybody(),
			"orgs annex district elm oak; courses algebra art reading; classes algebra-a art-a reading-a;" +
				"users ana ben cleo dan otto rosa t-lin; demographics ana ben dan; resources atlas primer shelved;" +
				"academicSessions fall spring year",
		},
		"one school brings what is below it, its ancestors, and not its neighbour": {
			narrowed(func(s *view.Scope) { s.Orgs = only("oak") }),
			"orgs annex district oak; courses art reading; classes art-a reading-a; users ana cleo rosa t-lin;" +
				"enrollments e-ana e-lin; demographics ana; resources primer; classResources cr-1; courseResources;" +
				"academicSessions fall spring year",
		},
		"a class brings its guests with an org of theirs": {
			narrowed(func(s *view.Scope) { s.Orgs = only("elm") }),
			"orgs annex district elm oak; classes algebra-a; users ben dan otto t-lin; courses algebra; resources atlas;" +
				"enrollments e-ben e-dan e-lin-2; academicSessions fall year",
		},
		"one course": {
			narrowed(func(s *view.Scope) { s.Courses = only("reading"); s.Unenrolled = false }),
			"courses reading; classes reading-a; users ana rosa t-lin; orgs annex district elm oak; resources primer",
		},
		"one course, and whoever of the orgs is enrolled nowhere": {
			narrowed(func(s *view.Scope) { s.Courses = only("reading") }),
			"courses reading; classes reading-a; users ana cleo rosa t-lin; enrollments e-ana e-lin",
		},
		"one course of one school, and whoever of that is enrolled nowhere": {
			narrowed(func(s *view.Scope) { s.Courses = only("algebra"); s.Orgs = only("oak") }),
			"courses; classes; users cleo; enrollments",
		},
		"students only": {
			narrowed(func(s *view.Scope) { s.Roles = only("student") }),
			"users ana ben cleo dan otto rosa; enrollments e-ana e-ben e-dan; classes algebra-a art-a reading-a",
		},
		"staff only has nobody's guardians": {
			narrowed(func(s *view.Scope) { s.Roles = only("teacher") }),
			"users t-lin; enrollments e-lin e-lin-2; demographics",
		},
		"one grade leaves staff alone": {
			narrowed(func(s *view.Scope) { s.Grades = only("03") }),
			"users ana cleo rosa t-lin; demographics ana",
		},
		"without the unenrolled": {
			narrowed(func(s *view.Scope) { s.Unenrolled = false }),
			"users ana ben dan otto rosa t-lin",
		},
		"without guardians": {
			narrowed(func(s *view.Scope) { s.Guardians = false }),
			"users ana ben cleo dan t-lin",
		},
		"a guardian's role among the roles does not stand for guardians": {
			narrowed(func(s *view.Scope) { s.Guardians = false; s.Roles = only("student", "guardian", "parent") }),
			"users ana ben cleo dan",
		},
		"one class, and its course's others not": {
			narrowed(func(s *view.Scope) { s.Classes = only("algebra-a"); s.Unenrolled = false }),
			"classes algebra-a; users ben dan otto t-lin; enrollments e-ben e-dan e-lin-2; courses algebra art reading;" +
				"resources atlas; classResources; academicSessions fall year",
		},
		"a class is in where its school, its course and itself are chosen": {
			narrowed(func(s *view.Scope) {
				s.Classes, s.Courses, s.Unenrolled = only("algebra-a", "reading-a"), only("algebra", "art"), false
			}),
			"classes algebra-a; courses algebra art; users ben dan otto t-lin",
		},
		"a class that does not exist": {
			narrowed(func(s *view.Scope) { s.Classes = only("nowhere"); s.Unenrolled = false }),
			"classes; users; enrollments; demographics; academicSessions",
		},
		"a grade however it is written": {
			narrowed(func(s *view.Scope) { s.Grades = only("3", "k") }),
			"users ana cleo rosa t-lin; demographics ana",
		},
		"former enrollments keep nobody": {
			narrowed(func(s *view.Scope) { s.Former, s.Unenrolled, s.Day = false, false, "2025-12-20" }),
			"classes algebra-a art-a reading-a; users ana rosa t-lin; enrollments e-ana e-lin; demographics ana",
		},
		"an enrollment counts on the day on which it ends": {
			narrowed(func(s *view.Scope) { s.Former, s.Unenrolled, s.Day = false, false, "2025-12-19" }),
			"users ana ben dan otto rosa t-lin; enrollments e-ana e-ben e-dan e-lin e-lin-2",
		},
		"an enrollment that has yet to begin is not former": {
			narrowed(func(s *view.Scope) { s.Former, s.Unenrolled, s.Day = false, false, "2025-08-01" }),
			"users ana ben dan otto rosa t-lin; enrollments e-ana e-ben e-dan e-lin e-lin-2",
		},
		"whoever has former enrollments alone is enrolled nowhere": {
			narrowed(func(s *view.Scope) { s.Former, s.Day = false, "2025-12-20" }),
			"users ana ben cleo dan otto rosa t-lin; enrollments e-ana e-lin; demographics ana ben dan",
		},
		"without a day whatever has an end has ended": {
			narrowed(func(s *view.Scope) { s.Former, s.Unenrolled = false, false }),
			"users; enrollments; classes algebra-a art-a reading-a",
		},
		"an org that does not exist": {
			narrowed(func(s *view.Scope) { s.Orgs = only("nowhere") }),
			"orgs; users; classes; courses; enrollments; academicSessions; resources",
		},
	}
	s := dbtest.New(t, database.SQLite)
	snapshot, who := settled(t, s, town(t))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			view := snapshot.View(c.scope)
			for part := range strings.SplitSeq(c.want, ";") {
				words := strings.Fields(part)
				if got := who.inside(view, words[0]); !slices.Equal(got, words[1:]) {
					t.Errorf("%s: %q, not %q", words[0], got, words[1:])
				}
			}
		})
	}
}

// What a district is like must decide over a view, not the order in which it came
// to be: here two guests, one of whom has a second school, need an org each.
func TestHowADistrictCameToBeDoesNotChangeItsViews(t *testing.T) {
	both := base(t)
	both["orgs.csv"] += "annex,,,Elm Annex,school,103,district\n"
	both["users.csv"] += "gia,,,true,elm,student,ggil,,Gia,Gil,,,,,,,03,\n" +
		"hal,,,true,\"annex,elm\",student,hhay,,Hal,Hay,,,,,,,03,\n"
	both["enrollments.csv"] += "e-gia,,,reading-a,oak,gia,student,false,,\ne-hal,,,reading-a,oak,hal,student,false,,\n"
	var views [][]string
	for _, later := range []string{"gia", "hal"} {
		before := maps.Clone(both)
		before.Edit(t, "users.csv", "- "+later)
		before.Edit(t, "enrollments.csv", "- e-"+later)
		snapshot, who := settled(t, dbtest.New(t, database.SQLite), before, both)
		views = append(views, who.inside(snapshot.View(narrowed(func(s *view.Scope) { s.Orgs = only("oak") })), "orgs"))
	}
	if !slices.Equal(views[0], views[1]) {
		t.Errorf("where Gia came later the orgs are %q, where Hal did %q", views[0], views[1])
	}
}

// An org above a chosen one is in the view, so nobody who has it is without one.
func TestAnAncestorIsOrgEnough(t *testing.T) {
	p := base(t)
	p.Edit(t, "courses.csv", "~ 03,district => 03,oak")
	p["users.csv"] += "ida,,,true,\"elm,district\",student,iirk,,Ida,Irk,,,,,,,03,\n"
	p["enrollments.csv"] += "e-ida,,,reading-a,oak,ida,student,false,,\n"
	snapshot, who := settled(t, dbtest.New(t, database.SQLite), p)
	view := snapshot.View(narrowed(func(s *view.Scope) { s.Orgs = only("oak") }))
	if got := who.inside(view, "orgs"); !slices.Equal(got, []string{"district", "oak"}) {
		t.Errorf("the orgs are %q", got)
	}
	if !slices.Contains(who.inside(view, "users"), "ida") {
		t.Error("Ida is not in the view")
	}
}

func TestEqualScopesShareOneView(t *testing.T) {
	snapshot, _ := settled(t, dbtest.New(t, database.SQLite), town(t))
	one := narrowed(func(s *view.Scope) { s.Orgs = only("oak", "elm") })
	same := narrowed(func(s *view.Scope) { s.Orgs = only("elm", "oak", "oak") })
	others := []view.Scope{
		narrowed(func(s *view.Scope) { s.Orgs = only("elm", "oak"); s.Guardians = false }),
		narrowed(func(s *view.Scope) { s.Orgs = only("elm", "oak"); s.Classes = only("elm", "oak") }),
		narrowed(func(s *view.Scope) { s.Orgs = only("elm", "oak"); s.Former, s.Day = false, "2025-12-19" }),
		narrowed(func(s *view.Scope) { s.Orgs = only("elm", "oak"); s.Former, s.Day = false, "2025-12-20" }),
	}
	distinct := map[*view.View]bool{}
	var views [8]*view.View
	var asking sync.WaitGroup
	for i := range views {
		asking.Go(func() { views[i] = snapshot.View([]view.Scope{one, same}[i%2]) })
	}
	asking.Wait()
	for _, v := range views {
		if v != views[0] {
			t.Fatal("two equal scopes have two views")
		}
	}
	for _, other := range others {
		distinct[snapshot.View(other)] = true
	}
	if distinct[views[0]] || len(distinct) != len(others) {
		t.Error("two scopes share a view")
	}
	if one.Day = "2025-12-19"; snapshot.View(one) != views[0] {
		t.Error("the day tells scopes apart that have former enrollments")
	}
}

// A snapshot goes on as it was, whatever is imported meanwhile.
func TestAViewStaysOfItsGeneration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p := rostertest.Open(s.DB, s.Ledger, time.Now), town(t)
		restore(t, r, p)
		before, err := r.Snapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		p.Edit(t, "users.csv", "- dan")
		p.Edit(t, "enrollments.csv", "- e-dan")
		p.Edit(t, "demographics.csv", "- dan")
		restore(t, r, p)
		after, err := r.Snapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		who := registered(t, s.DB)
		for _, e := range catalog.Tables(catalog.V11) {
			had, has := who.inside(before.View(everybody()), e.Plural), who.inside(after.View(everybody()), e.Plural)
			gone := slices.DeleteFunc(slices.Clone(had), func(id string) bool { return slices.Contains(has, id) })
			want := map[string][]string{"users": {"dan"}, "enrollments": {"e-dan"}, "demographics": {"dan"}}[e.Plural]
			if !slices.Equal(gone, want) && len(gone)+len(want) > 0 {
				t.Errorf("%s: gone are %q, not %q", e.Plural, gone, want)
			}
		}
		if before.Generation+1 != after.Generation {
			t.Errorf("the generations are %d and %d", before.Generation, after.Generation)
		}
	})
}
