package roster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// equipped is a crowd of whom each has an address, a user ID of each of two types, a grade
// and a value of a metadata key.
func equipped(t *testing.T, users int) parcel {
	t.Helper()
	p := crowd(t, users)
	var b strings.Builder
	header, _, _ := strings.Cut(p["users.csv"], "\n")
	b.WriteString(strings.TrimSuffix(header, ",password") + ",metadata.shirt\n")
	for n := range users {
		fmt.Fprintf(&b, "u%03d,,,true,oak,student,user%03d,\"{LDAP:l%03d},{SIS:s%03d}\",Given,Family,,,u%03d@cedar.example,,,,03,M\n", n, n, n, n, n)
	}
	p["users.csv"] = b.String()
	return p
}

// emptied is a parcel of which the first so many users have other cells.
func emptied(p parcel, users int, old, now string) parcel {
	for n := range users {
		own := fmt.Sprintf("%03d", n)
		p["users.csv"] = strings.Replace(p["users.csv"], strings.ReplaceAll(old, "000", own), strings.ReplaceAll(now, "000", own), 1)
	}
	return p
}

func TestWhatManyRecordsWouldLoseIsHeld(t *testing.T) {
	const users = 200
	plain := func() parcel { return equipped(t, users) }
	dropped := func(column string) parcel {
		p := plain()
		p.Edit(t, "users.csv", "drop "+column)
		return p
	}
	fewer := plain()
	for n := range 20 {
		fewer.Edit(t, "users.csv", fmt.Sprintf("- u%03d", n))
	}
	cases := []struct {
		name string
		p    parcel
		hold string // none where it is empty
	}{
		{"a metadata column is not there", dropped("metadata.shirt"), "users.csv has no column of a metadata key that nobody has accepted, which would be cleared in 200 of 200 stored users"},
		{"a column is not there", dropped("grades"), "users.csv has no column grades, which would be cleared in 200 of 200 stored users"},
		{"a metadata column is empty", emptied(plain(), users, ",M\n", ",\n"), "200 of 200 stored users would lose a metadata key that nobody has accepted"},
		{"a type of user IDs is gone", emptied(plain(), users, ",{SIS:s000}", ""), "200 of 200 stored users would lose a type of user IDs that nobody has accepted"},
		{"all user IDs are gone", emptied(plain(), users, "{LDAP:l000},{SIS:s000}", ""), "200 of 200 stored users would lose their userIds"},
		{"a column is empty", emptied(plain(), users, "u000@cedar.example", ""), "200 of 200 stored users would lose their email"},
		{"a column has no usable value", emptied(plain(), users, ",03,M", ",03,"), "200 of 200 stored users would lose a metadata key that nobody has accepted"},
		{"10 % lose their addresses", emptied(plain(), 20, "u000@cedar.example", ""), ""},
		{"more than 10 % lose them", emptied(plain(), 21, "u000@cedar.example", ""), "21 of 200 stored users would lose their email"},
		{"others come in their place", emptied(plain(), users, "u000@cedar.example", "u000@elm.example"), ""},
		{"nobody is enabled", emptied(plain(), users, "u000,,,true", "u000,,,false"), "200 of 200 stored users would be disabled"},
		{"those who lose it are removed", fewer, ""},
		{"the row is refused", emptied(dropped("grades"), users, "u000,,,true", "u000,,,maybe"), "200 of 200 rows of users.csv are refused"},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, c := range cases {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			restore(t, r, plain())
			report := imported(t, r, c.p, intake.Options{})
			var want []string
			if c.hold != "" {
				want = append(want, c.hold)
			}
			if !slices.Equal(report.Holds, want) && len(report.Holds)+len(want) > 0 {
				t.Errorf("%s: %s with holds %q, want %q", c.name, report.Verdict, report.Holds, want)
			}
			if text := strings.Join(report.Holds, " "); strings.Contains(text, "shirt") || strings.Contains(text, "SIS") {
				t.Errorf("%s: a hold has a name that nobody accepted: %s", c.name, text)
			}
		}
	})
}

func TestWhatFewRecordsWouldLoseIsHeldWhereAllDo(t *testing.T) {
	cases := []struct {
		name  string
		users int // of whom
		lose  int
		want  intake.Verdict
	}{
		{"as many as the floor", 20, 5, intake.Stored},
		{"one more", 20, 6, intake.Held},
		{"all but one of few", 4, 3, intake.Stored},
		{"all of few", 4, 4, intake.Held},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, c := range cases {
			r := rostertest.Open(s.DB, s.Ledger, time.Now)
			restore(t, r, equipped(t, c.users))
			r.Removed = holds.Removed()
			for column, cells := range map[string][2]string{"a field": {"u000@cedar.example", ""}, "a key": {"u000@cedar.example,,,,03,M", "u000@cedar.example,,,,03,"}, "a type": {",{SIS:s000}", ""}} {
				report := imported(t, r, emptied(equipped(t, c.users), c.lose, cells[0], cells[1]), intake.Options{DryRun: true})
				if want := c.want; report.Verdict != want && (want != intake.Stored || report.Verdict != intake.Checked) {
					t.Errorf("%s lose %s: %s with holds %q, want %s", c.name, column, report.Verdict, report.Holds, want)
				}
			}
		}
	})
}

func TestWhatAPersonLetManyRecordsLoseIsNotHeldAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, equipped(t, 50))
		p := emptied(equipped(t, 50), 50, "u000@cedar.example", "")
		p.Edit(t, "users.csv", "drop metadata.shirt")
		if report := imported(t, r, p, intake.Options{}); report.Verdict != intake.Held || len(report.Holds) != 2 {
			t.Errorf("at first: %s with holds %q", report.Verdict, report.Holds)
		}
		if report := imported(t, r, p, intake.Options{AcceptHold: true}); report.Verdict != intake.Stored || len(report.AcceptedHolds) != 2 {
			t.Errorf("accepted: %s, %q", report.Verdict, report.AcceptedHolds)
		}
		if report := imported(t, r, p, intake.Options{}); report.Verdict != intake.Unchanged {
			t.Errorf("the night after: %s with holds %q", report.Verdict, report.Holds)
		}
	})
}
