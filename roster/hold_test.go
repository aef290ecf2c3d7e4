package roster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// crowd is the base package with so many users and nobody else.
func crowd(t *testing.T, users int) parcel {
	t.Helper()
	p := base(t)
	for _, name := range []string{"users.csv", "enrollments.csv", "demographics.csv"} {
		header, _, _ := strings.Cut(p[name], "\n")
		p[name] = header + "\n"
	}
	for n := range users {
		p["users.csv"] += fmt.Sprintf("u%03d,,,true,oak,student,user%03d,,Given,Family,,,,,,,,\n", n, n)
	}
	return p
}

// refuse makes the last n users unacceptable.
func refuse(p parcel, users, n int) parcel {
	for i := users - n; i < users; i++ {
		p["users.csv"] = strings.Replace(p["users.csv"], fmt.Sprintf("u%03d,,,true", i), fmt.Sprintf("u%03d,,,maybe", i), 1)
	}
	return p
}

func TestAnImportIsHeldAboveItsThresholdsAndNotAtThem(t *testing.T) {
	const users = 200
	cases := []struct {
		name   string
		second parcel
		want   intake.Verdict
	}{
		{"1 % of the rows refused", refuse(crowd(t, users), users, 2), intake.Unchanged},
		{"more than 1 % refused", refuse(crowd(t, users), users, 3), intake.Held},
		{"10 % of the records removed", crowd(t, users-20), intake.Stored},
		{"more than 10 % removed", crowd(t, users-21), intake.Held},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		for _, c := range cases {
			restore(t, r, crowd(t, users))
			before := take(t, s.DB)
			report, err := r.Import(context.Background(), c.second.Folder(t), intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if report.Verdict != c.want || (c.want == intake.Held) != (len(report.Holds) == 1) {
				t.Errorf("%s: %s with holds %q, want %s", c.name, report.Verdict, report.Holds, c.want)
			}
			take(t, s.DB).succeeds(t, before, c.want == intake.Stored)
		}
	})
}

// restore imports a package, whatever the roster holds.
func restore(t testing.TB, r *rostertest.Rooms, p parcel) {
	t.Helper()
	report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
	if err != nil || report.Verdict != intake.Stored && report.Verdict != intake.Unchanged {
		t.Fatalf("%+v, %v", report, err)
	}
}

func TestIdentifiersInThePlaceOfTypesDoNotBecomeTypes(t *testing.T) {
	p := crowd(t, 51)
	for n := range 51 {
		p["users.csv"] = strings.Replace(p["users.csv"], fmt.Sprintf("user%03d,,", n), fmt.Sprintf("user%03d,{9900%03d:SSN},", n, n), 1)
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(context.Background(), p.Folder(t), intake.Options{})
		if err != nil || report.Verdict != intake.Stored {
			t.Fatalf("%+v, %v", report, err)
		}
		if text := fmt.Sprintf("%+v", report); strings.Contains(text, "9900") || fmt.Sprint(report.NewKeys) != "[users.userIds.unknown]" {
			t.Errorf("the report names people's ids: %s", text)
		}
		if len(report.Problems) != 1 || report.Problems[0].Column != "userIds" {
			t.Errorf("problems: %+v", report.Problems)
		}
		if got := cellOf(t, take(t, s.DB), "users", "u050", "userIds.unknown"); got != "[9900050:SSN]" {
			t.Errorf("stored %q", got)
		}
	})
}

func TestAReportListsTheFirstOfManyProblemsAndCountsAll(t *testing.T) {
	p := crowd(t, 300)
	p["users.csv"] = strings.ReplaceAll(p["users.csv"], ",oak,", ",lost-school,")
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(context.Background(), p.Folder(t), intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Causes) != 1 || report.Causes[0].Count != 300 || report.Causes[0].Line != 0 {
			t.Errorf("causes: %+v", report.Causes)
		}
		if n := len(report.Problems); n != 100 || report.Problems[0].Line != 2 || report.Problems[99].Line != 101 {
			t.Errorf("%d problems are listed", n)
		}
	})
}
