package roster_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// problemsOf are all problems of an attempt, with how many are not kept.
func problemsOf(t rapid.TB, r *rostertest.Rooms, a intake.Attempt) (all []bundle.Problem, missing int) {
	t.Helper()
	missing, err := r.EachProblem(context.Background(), a, a.Report, func(p bundle.Problem) error {
		all = append(all, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, missing
}

func TestAllLinesOfAReportAreKeptAlsoWhereThePackageComesAgain(t *testing.T) {
	p := crowd(t, 300)
	p["users.csv"] = strings.ReplaceAll(p["users.csv"], ",oak,", ",lost-school,")
	p["users.csv"] += "w,,,TRUE,oak,student,w,,W,W,,,,,,,,\n"
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		place := p.Folder(t)
		for _, want := range []intake.Verdict{intake.Stored, intake.Unchanged, intake.Unchanged} {
			a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}, place)
			if a.Verdict != want || len(a.Report.Problems) != 101 || a.Report.LeftOut() != 200 {
				t.Fatalf("it is %s, lists %d and leaves out %d", a.Verdict, len(a.Report.Problems), a.Report.LeftOut())
			}
			all, missing := problemsOf(t, r, a)
			if len(all) != 301 || missing != 0 {
				t.Fatalf("%d lines, and %d are missing", len(all), missing)
			}
			for i, p := range all[:300] {
				if p.Severity != bundle.Refused || p.Line != i+2 || p.Remedy == "" {
					t.Errorf("line %d is %+v", i, p)
				}
			}
			if last := all[300]; last.Severity != bundle.Warning || last.Line != 302 {
				t.Errorf("the last is %+v", last)
			}
		}
		if n := len(rows(t, s.DB, "import_lines")); n != 1 {
			t.Errorf("the same lines are stored %d times", n)
		}
	})
}

func TestAReportThatListsAllKeepsNoLines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}, refuse(crowd(t, 100), 100, 100).Folder(t))
		if all, _ := problemsOf(t, r, a); len(all) != 100 || len(rows(t, s.DB, "import_lines")) != 0 {
			t.Errorf("%d lines", len(all))
		}
	})
}

func TestLinesOfOldImportsAreLetGo(t *testing.T) {
	p := crowd(t, 150)
	p["users.csv"] = strings.ReplaceAll(p["users.csv"], ",oak,", ",lost-school,")
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		attempt := intake.Attempt{Actor: "cli:ada", Origin: intake.Command, DryRun: true}
		old := tried(t, r, attempt, p.Folder(t))
		for range 101 {
			if _, err := r.Begin(t.Context(), attempt); err != nil {
				t.Fatal(err)
			}
		}
		tried(t, r, attempt, p.Folder(t))
		if all, missing := problemsOf(t, r, old); len(all) != 100 || missing != 50 {
			t.Errorf("%d lines of an old import, and %d are missing", len(all), missing)
		}
	})
}

// A school of 50,000 students that has a wrong type.
func TestOneWrongOrgAboveAHundredThousandRowsIsOneCause(t *testing.T) {
	const students = 50_000
	p := base(t)
	p.Edit(t, "orgs.csv", "~ Oak Elementary,school => Oak Elementary,elementary\n+ ash,,,Ash,school,103,district")
	var users, enrollments strings.Builder
	for n := range students {
		fmt.Fprintf(&users, "s-%05d,,,true,ash,student,s%05d,,Given,Family,,,,,,,03,\n", n, n)
		fmt.Fprintf(&enrollments, "x-%05d,,,reading-a,oak,s-%05d,student,,,\n", n, n)
	}
	p["users.csv"] += strings.ReplaceAll(users.String(), ",ash,", ",oak,")
	p["enrollments.csv"] += enrollments.String()
	place := p.Folder(t)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		a, err := r.Begin(t.Context(), intake.Attempt{Actor: "cli:ada", Origin: intake.Command})
		if err != nil {
			t.Fatal(err)
		}
		var most uint64
		report, err := r.Carry(t.Context(), a, place, intake.Options{Progress: func(intake.Step) error {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if a, err = r.Attempt(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		first := report.Causes[0]
		if first.File != "orgs.csv" || first.Column != "type" || first.Count != 1 || first.Cost() != 100_007 || report.Verdict != intake.Held {
			t.Errorf("%s, and first is %+v", report.Verdict, first)
		}
		if len(report.Roots()) != 1 || len(report.Problems) > 100*len(report.Causes) || most > 200<<20 {
			t.Errorf("%d roots, %d problems, %d MiB", len(report.Roots()), len(report.Problems), most>>20)
		}
		accounted(t, r, a)
	})
}

// accounted wants the lines of a report to tell each row that is refused, and no other, and
// each that goes with another one.
func accounted(t rapid.TB, r *rostertest.Rooms, a intake.Attempt) {
	t.Helper()
	refused, went := map[string]map[int]bool{}, map[string]map[int]bool{}
	all, _ := problemsOf(t, r, a)
	for _, p := range all {
		into := refused
		if p.Problem == cell.Went.Problem {
			into = went
		} else if p.Severity != bundle.Refused {
			continue
		}
		if into[p.File] == nil {
			into[p.File] = map[int]bool{}
		}
		into[p.File][p.Line] = true
	}
	falls := map[string]bundle.Fall{}
	for _, c := range a.Report.Causes {
		for _, f := range c.Falls {
			sum := falls[f.File]
			falls[f.File] = bundle.Fall{Refused: sum.Refused + f.Refused, Removed: sum.Removed + f.Removed}
		}
	}
	for _, c := range a.Report.Files {
		file := c.Entity + ".csv"
		if len(refused[file]) != c.Refused || len(went[file]) > c.Deleted || falls[file].Removed != len(went[file]) || falls[file].Refused > c.Refused {
			t.Errorf("of %s %d lines are refused and %d went, with %+v: %+v", file, len(refused[file]), len(went[file]), falls[file], c)
		}
	}
}

func TestEveryRefusedRowHasItsLine(t *testing.T) {
	p := base(t)
	p.Edit(t, "orgs.csv", "~ Oak Elementary,school => Oak Elementary,elementary\n+ elm,,,Elm again,school,104,district\n+ ,,,Nameless,school,105,district\n+ short,,,Short,school")
	p.Edit(t, "classes.csv", "~ algebra-a,,, => algebra-a,tobedeleted,,")
	p.Edit(t, "enrollments.csv", "+ e-x,,,algebra-a,elm,ben,pupil,,,\n+ e-y,,,algebra-a,elm,lost,student,,,\n+ e-z,,,reading-a,elm,ben,student\n+ e-q,,,algebra-a,elm,ana,student,,,\n")
	p.Edit(t, "demographics.csv", "+ lost,,,,,,,,,,,,,,,\n+ rosa,,,2011-01\n")
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		a := tried(t, r, intake.Attempt{Actor: "cli:ada", Origin: intake.Command, AcceptHold: true}, p.Folder(t))
		if a.Verdict != intake.Stored {
			t.Fatalf("it is %s: %+v", a.Verdict, a.Report)
		}
		accounted(t, r, a)
	})
}
