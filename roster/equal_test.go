package roster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// pupil is what a test says of one user of a crowd.
type pupil struct{ username, ids, given, middle, identifier, email, key, flag, other string }

// school is a package of so many users, each as the test says.
func school(t *testing.T, users int, says func(n int) pupil) parcel {
	t.Helper()
	p := crowd(t, 0)
	p["users.csv"] = strings.TrimSpace(p["users.csv"]) + ",metadata.login,metadata.flag,metadata.other\n"
	for n := range users {
		u := says(n)
		p["users.csv"] += fmt.Sprintf("u%04d,,,true,oak,student,%s,%s,%s,Family,%s,%s,%s,,,,,,%s,%s,%s\n",
			n, u.username, u.ids, u.given, u.middle, u.identifier, u.email, u.key, u.flag, u.other)
	}
	return p
}

// alike is a district in which the email is the username and the identifier the
// state's.
func alike(n int) pupil {
	login := fmt.Sprintf("User%d@Example.org", n)
	return pupil{
		username: strings.ToLower(login), email: login, key: strings.ToUpper(login), given: fmt.Sprintf("Given%d", n%7),
		ids: fmt.Sprintf("{State:%d}", 1000+n), identifier: fmt.Sprint(1000 + n), flag: "No", other: "No",
	}
}

func sameOf(t *testing.T, r *rostertest.Rooms, entity string) map[string][]roster.Equal {
	t.Helper()
	fill, err := r.Fill(context.Background(), entity)
	if err != nil {
		t.Fatal(err)
	}
	return fill.Same
}

func expectSame(t *testing.T, r *rostertest.Rooms, said string, want map[string][]roster.Equal) {
	t.Helper()
	if diff := cmp.Diff(want, sameOf(t, r, "users"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", said, diff)
	}
}

// mutual are pairs of columns that are equal in so many of the records.
func mutual(records, equal int64, columns ...string) map[string][]roster.Equal {
	pairs := map[string][]roster.Equal{}
	for _, column := range columns {
		for _, other := range columns {
			if other != column {
				pairs[column] = append(pairs[column], roster.Equal{Name: other, Records: records, Equal: equal})
			}
		}
	}
	return pairs
}

func TestEqualColumnsAreNoticedWhateverTheirCaseAndNoOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, school(t, 60, alike))
		want := mutual(60, 60, "email", "metadata.login", "username")
		for column, pairs := range mutual(60, 60, "identifier", "userIds.State") {
			want[column] = pairs
		}
		expectSame(t, r, "at first", want)
		if found := sameOf(t, r, "orgs"); len(found) > 0 {
			t.Errorf("of few records: %v", found)
		}
	})
}

func TestEqualColumnsAreExactAfterAnImportThatChangesAFewRows(t *testing.T) {
	pair := func(n int) pupil { u := alike(n); u.key, u.ids = "", ""; return u }
	other := func(changed int) func(int) pupil {
		return func(n int) pupil {
			u := pair(n)
			if n < changed {
				u.email = "someone@example.net"
			}
			return u
		}
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, school(t, 200, pair))
		expectSame(t, r, "at first", mutual(200, 200, "email", "username"))
		restore(t, r, school(t, 200, other(20)))
		expectSame(t, r, "with 10 % changed", mutual(200, 180, "email", "username"))
		restore(t, r, school(t, 200, other(20)))
		expectSame(t, r, "the same once more", mutual(200, 180, "email", "username"))
		restore(t, r, school(t, 200, other(21)))
		expectSame(t, r, "with more than 10 % changed", nil)
		restore(t, r, school(t, 190, pair))
		expectSame(t, r, "once they are equal again, of fewer", mutual(190, 190, "email", "username"))
		refused := school(t, 190, pair)
		refused["users.csv"] = strings.ReplaceAll(refused["users.csv"], "u0007,,,true", "u0007,,,maybe")
		refused["users.csv"] = strings.ReplaceAll(refused["users.csv"], "User8@Example.org", "other@example.org")
		restore(t, r, refused)
		expectSame(t, r, "with a row that is refused, of which the stored version stays", mutual(190, 189, "email", "username"))
		away := school(t, 190, pair)
		away["users.csv"] = strings.ReplaceAll(away["users.csv"], "User9@Example.org", "")
		restore(t, r, away)
		expectSame(t, r, "with a value that is gone", mutual(189, 189, "email", "username"))
	})
}

func TestStoredVersionsThatStayAreCountedWithTheirBags(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, school(t, 60, alike))
		p := school(t, 60, alike)
		p["users.csv"] = strings.NewReplacer("u0007,,,true", "u0007,,,maybe", "u0008,,,true", "u0008,,,false").Replace(p["users.csv"])
		before := sameOf(t, r, "users")
		restore(t, r, p)
		expectSame(t, r, "afterwards", before)
	})
}

func TestColumnsThatAgreeByChanceAreNotCalledEqual(t *testing.T) {
	for said, c := range map[string]struct {
		users int
		says  func(n int) pupil
		want  map[string][]roster.Equal
	}{
		"too few records": {19, func(n int) pupil { u := alike(n); u.ids, u.key = "", ""; return u }, nil},
		"both say No nearly always, of different people": {1000, func(n int) pupil {
			u := pupil{username: fmt.Sprint("u", n), given: "Given", flag: "No", other: "No"}
			if n%30 == 0 {
				u.flag = "Yes"
			}
			if n%30 == 1 {
				u.other = "Yes"
			}
			return u
		}, nil},
		"both say No nearly always, of the same people": {1000, func(n int) pupil {
			u := pupil{username: fmt.Sprint("u", n), given: "Given", flag: "No", other: "no"}
			if n%30 == 0 {
				u.flag, u.other = "Yes", "YES"
			}
			return u
		}, mutual(1000, 1000, "metadata.flag", "metadata.other")},
		"one value for everybody": {60, func(n int) pupil {
			return pupil{username: fmt.Sprint("u", n), given: "Given", flag: "Yes", other: "Yes"}
		}, nil},
		"equal where there is one, in half of the records": {100, func(n int) pupil {
			u := pupil{username: fmt.Sprint("u", n), given: "Given"}
			if n%2 == 0 {
				u.middle, u.other = fmt.Sprintf("ÄÖ \"M%d\\", n), fmt.Sprintf("äö \"m%d\\", n)
				u.middle, u.other = quoted(u.middle), quoted(u.other)
			}
			return u
		}, mutual(50, 50, "metadata.other", "middleName")},
	} {
		t.Run(said, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
				r := rostertest.Open(s.DB, s.Ledger, time.Now)
				restore(t, r, school(t, c.users, c.says))
				expectSame(t, r, said, c.want)
			})
		})
	}
}

// quoted is a text as a cell of CSV.
func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
