package roster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/sanity"
)

// counted are the checks that found something, by name, with the sourcedIds of what they found
// and the counts of the imports before.
func counted(t *testing.T, s dbtest.Store) map[string]string {
	t.Helper()
	counts, err := sanity.Load(s.DB.Read)
	if err != nil {
		t.Fatal(err)
	}
	if len(counts) != len(sanity.Checks()) {
		t.Errorf("%d of %d checks are counted", len(counts), len(sanity.Checks()))
	}
	is, found := take(t, s.DB), map[string]string{}
	for _, c := range counts {
		if int64(c.Members.GetCardinality()) != c.Records {
			t.Errorf("%s counts %d records and names %d", c.Name, c.Records, c.Members.GetCardinality())
		}
		var who []string
		for _, id := range c.Members.ToArray() {
			who = append(who, is.sourcedID(c.Entity, fmt.Sprint(id)))
		}
		var past []string
		for _, p := range c.Past {
			past = append(past, fmt.Sprint(p.Records))
		}
		if text := strings.TrimSpace(strings.Join(who, " ")); text != "" || strings.Trim(strings.Join(past, ""), "0") != "" {
			found[c.Name] = strings.TrimSpace(text + " | " + strings.Join(past, " "))
		}
	}
	return found
}

func takesIn(t *testing.T, r *rostertest.Rooms, p parcel) {
	t.Helper()
	report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
	if err != nil || report.Verdict != intake.Stored {
		t.Fatalf("%+v, %v", report, err)
	}
}

func TestEachImportCountsWhatASoundRosterHasNoneOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r, p := rostertest.Open(s.DB, s.Ledger, time.Now), base(t)
		p.Edit(t, "orgs.csv", "+ fir,,,Fir School,school,103,district")
		p.Edit(t, "courses.csv", "+ art,,,year,Art,AR,09,district,,")
		p.Edit(t, "classes.csv", strings.Join([]string{
			"+ empty,,,Empty,09,algebra,,scheduled,,elm,fall,,,4",
			"+ untimed,,,Untimed,09,algebra,,scheduled,,elm,fall,,,",
		}, "\n"))
		p.Edit(t, "users.csv", strings.Join([]string{
			"+ dan,,,true,elm,student,dvo,,Dan,Vo,,,ana@cedar.example,,,,,",
			"+ eve,,,true,elm,teacher,mlin,,Eve,Ode,,5001,,,,,,",
			"+ gil,,,true,elm,student,gil,{StateID:880011},Gil,Ode,,,,,,,09,",
		}, "\n"))
		p.Edit(t, "enrollments.csv", strings.Join([]string{
			"+ e-gil,,,untimed,elm,gil,student,,,",
			"+ e-gil2,,,untimed,elm,gil,student,,,",
		}, "\n"))
		p.Edit(t, "demographics.csv", "column metadata.homeLanguage ana=spa ben=Spanish\ncolumn metadata.iepStatus ana=maybe ben=TRUE\ncolumn metadata.primaryDisabilityType ana=AUT ben=Autism")
		takesIn(t, r, p)
		want := map[string]string{
			"students-without-enrollments": "dan |", "teachers-without-enrollments": "eve |", "students-without-grades": "dan |",
			"students-without-demographics": "dan gil |", "classes-without-students": "empty |", "classes-without-teachers": "algebra-a empty untimed |",
			"classes-without-periods": "untimed |", "courses-without-classes": "art |", "schools-without-classes": "fir |",
			"enrollments-sharing-user": "e-gil2 |", "users-sharing-username": "eve |", "users-sharing-email": "dan |",
			"users-sharing-identifier": "eve |", "users-sharing-userIds": "gil |", "demographics.metadata.homeLanguage": "ben |",
			"demographics.metadata.iepStatus": "ana |", "demographics.metadata.primaryDisabilityType": "ben |",
		}
		if diff := cmp.Diff(want, counted(t, s)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}

		// What a package does not bring stays as it was counted; a refused row counts as it is stored.
		p.Edit(t, "manifest.csv", "~ demographics,bulk => demographics,absent")
		p.Edit(t, "demographics.csv", "gone")
		p.Edit(t, "users.csv", "- eve,\n~ dan,,,true => dan,,,perhaps\n~ gil,,,true => gil,,,false")
		takesIn(t, r, p)
		delete(want, "users-sharing-username")
		for name, text := range want {
			want[name] = text + " 1"
		}
		want["students-without-demographics"], want["classes-without-teachers"] = "dan gil | 2", "algebra-a empty untimed | 3"
		for _, gone := range []string{"teachers-without-enrollments", "users-sharing-username", "users-sharing-email", "users-sharing-identifier"} {
			want[gone] = "| 1"
		}
		if diff := cmp.Diff(want, counted(t, s)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestClassesOfWhichTheTermsAreGoneAreCounted(t *testing.T) {
	g := sanity.NewGathering()
	note := func(entity string, id uint32, set map[string]string) {
		e, _ := catalog.Find(entity)
		row := make([]string, len(tableColumns(e)))
		for i, name := range tableColumns(e) {
			row[i] = set[name]
		}
		g.Of(e)(id, row)
	}
	note("academicSessions", 3, nil)
	note("classes", 1, map[string]string{"term_ids": "3,4", "terms": "3,4"})
	note("classes", 2, map[string]string{"term_ids": "4", "terms": "4"})
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		if err := g.Store(s.DB.Write, 1); err != nil {
			t.Fatal(err)
		}
		counts, err := sanity.Load(s.DB.Read)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range counts {
			if got := c.Members.ToArray(); c.Name == "classes-without-terms" && (len(got) != 1 || got[0] != 2) {
				t.Errorf("%v have no term", got)
			}
		}
	})
}

func TestCountsAreKeptOfTheLastImports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for generation := range int64(sanity.Kept + 5) {
			if err := sanity.NewGathering().Store(s.DB.Write, generation+1); err != nil {
				t.Fatal(err)
			}
		}
		counts, err := sanity.Load(s.DB.Read)
		if err != nil || len(counts) == 0 {
			t.Fatal(counts, err)
		}
		for _, c := range counts {
			if len(c.Past) != sanity.Kept-1 || c.Past[0].Generation != sanity.Kept+4 {
				t.Errorf("of %s %d imports are kept: %+v", c.Name, len(c.Past), c.Past)
			}
		}
	})
}
