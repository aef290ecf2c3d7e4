package roster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// in12 is a crowd as OneRoster 1.2 has it: each user with the roles of a row, u000 student oak
// for one of u000. Without rows there is no file of roles.
func in12(t *testing.T, users int, rows func(n int) []string) parcel {
	t.Helper()
	p := crowd(t, users)
	p["users.csv"] = strings.ReplaceAll(strings.Replace(p["users.csv"], "orgSourcedIds,role,", "", 1), ",true,oak,student,", ",true,")
	p["manifest.csv"] = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n"
	for _, e := range catalog.Tables(catalog.V12) {
		mode := "absent"
		if _, there := p[e.File()]; there || e.Plural == "roles" && rows != nil {
			mode = "bulk"
		}
		p["manifest.csv"] += "file." + e.Plural + "," + mode + "\n"
	}
	if rows == nil {
		return p
	}
	p["roles.csv"] = headers(catalog.V12)["roles"] + "\n"
	for n := range users {
		for i, row := range rows(n) {
			role, org, _ := strings.Cut(row, " ")
			kind := "secondary"
			if i == 0 {
				kind = "primary"
			}
			p["roles.csv"] += fmt.Sprintf("r%03d-%d,,,u%03d,%s,%s,,,%s,\n", n, i, n, kind, role, org)
		}
	}
	return p
}

// but are the rows of all but the last so many of a hundred users, who have others.
func but(last int, others ...string) func(n int) []string {
	return func(n int) []string {
		if n >= 100-last {
			return others
		}
		return []string{"student oak"}
	}
}

func TestUsersWhoWouldBeServedToNobodyAreHeldByTheLimitsOfWhatIsLost(t *testing.T) {
	const unserved = " of 100 stored users would have no role, and be served to nobody: the package leaves them none that OneRoster 1.1 has a word for"
	// of whom half have three roles
	several := func(last int) func(n int) []string {
		return func(n int) []string {
			if rows := but(last)(n); n >= 50 {
				return rows
			}
			return []string{"student oak", "aide elm", "aide district"}
		}
	}
	came11, came12 := crowd(t, 100), in12(t, 100, several(0))
	cases := []struct {
		name          string
		first, second parcel
		holds         []string
	}{
		{"10 % of those of 1.1 have no role", came11, in12(t, 100, but(10)), nil},
		{"more than 10 %", came11, in12(t, 100, but(11)), []string{"11" + unserved}},
		{"more than 10 % have roles of the district's own alone", came11, in12(t, 100, but(11, "ext:coach oak")), []string{"11" + unserved}},
		{"they have another role", came11, in12(t, 100, but(11, "aide elm")), nil},
		{"nobody has one", came11, in12(t, 100, but(100)), []string{"100" + unserved, "no stored users of 1 school would be left: orgs.csv line 3"}},
		{"more than 10 % of those of 1.2, with less than 10 % of the roles", came12, in12(t, 100, several(15)), []string{"15" + unserved}},
		{"10 % of those of 1.2", came12, in12(t, 100, several(10)), nil},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, c := range cases {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			restore(t, r, c.first)
			report := imported(t, r, c.second, intake.Options{})
			if !slices.Equal(report.Holds, c.holds) {
				t.Errorf("%s: %s with holds %q, want %q", c.name, report.Verdict, report.Holds, c.holds)
			}
			if report := imported(t, r, c.second, intake.Options{AcceptHold: true}); len(report.AcceptedHolds) != len(c.holds) {
				t.Errorf("%s, accepted: %s, %q", c.name, report.Verdict, report.AcceptedHolds)
			}
			if report := imported(t, r, c.second, intake.Options{}); report.Verdict != intake.Unchanged {
				t.Errorf("%s, the night after: %s with holds %q", c.name, report.Verdict, report.Holds)
			}
		}
	})
}
