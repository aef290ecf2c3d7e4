package roster_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/rostertest"
)

func TestFillCountsWhatActiveRecordsHave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		settled(t, s, town(t))
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		for _, e := range catalog.Tables(catalog.V11) {
			fill, err := r.Fill(context.Background(), e.Plural)
			if err != nil {
				t.Fatal(err)
			}
			snapshot, err := r.Snapshot(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if live := int64(snapshot.Live(e.Plural).GetCardinality()); fill.Records != live || fill.Filled["sourcedId"] != live {
				t.Errorf("%s: %d records, %d with an id; %d are active", e.Plural, fill.Records, fill.Filled["sourcedId"], live)
			}
		}
		users, err := r.Fill(context.Background(), "users")
		if err != nil {
			t.Fatal(err)
		}
		if percent, known := users.Percent("givenName"); !known || percent == 0 {
			t.Errorf("given names: %d %%, %t", percent, known)
		}
		if percent, known := users.Percent("middleName"); !known || percent == 0 || percent == 100 {
			t.Errorf("middle names: %d %%, %t", percent, known)
		}
		if _, known := users.Percent("password"); known {
			t.Error("a credential is counted")
		}
		if _, err := r.Fill(context.Background(), "nothing"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown entity: %v", err)
		}
	})
}

func TestValuesThatAreNoCodesAreCountedAndNotKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		counted := func(entity string) map[string]int64 {
			t.Helper()
			fill, err := r.Fill(context.Background(), entity)
			if err != nil {
				t.Fatal(err)
			}
			return fill.Outside
		}
		p := town(t)
		restore(t, r, p)
		if diff := cmp.Diff(map[string]int64{}, counted("users"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("of codes alone: %s", diff)
		}
		lines := strings.Split(strings.TrimSpace(p["demographics.csv"]), "\n")
		for i, cells := range []string{",metadata.homeLanguage,metadata.other", ",Klingonish,Klingonish", ",spa,x"} {
			lines[i] += cells
		}
		for i := range lines[3:] {
			lines[3+i] += ",,"
		}
		p["demographics.csv"] = strings.Join(lines, "\n") + "\n"
		p["users.csv"] = strings.Replace(p["users.csv"], ",03,", ",gifted,", 1)
		restore(t, r, p)
		if diff := cmp.Diff(map[string]int64{"metadata.homeLanguage": 1}, counted("demographics")); diff != "" {
			t.Errorf("demographics: %s", diff)
		}
		if diff := cmp.Diff(map[string]int64{"grades": 1}, counted("users")); diff != "" {
			t.Errorf("users: %s", diff)
		}
		p["users.csv"] = strings.Replace(p["users.csv"], ",gifted,", ",03,", 1)
		restore(t, r, p)
		if diff := cmp.Diff(map[string]int64{}, counted("users"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("once they are codes again: %s", diff)
		}
	})
}

func TestOnlyAnEmptyFieldIsZeroPercentFull(t *testing.T) {
	fill := roster.Fill{Records: 1000, Filled: map[string]int64{"none": 0, "one": 1, "most": 999, "all": 1000}}
	for field, want := range map[string]int{"none": 0, "one": 1, "most": 99, "all": 100} {
		if percent, known := fill.Percent(field); !known || percent != want {
			t.Errorf("%s: %d %%, %t", field, percent, known)
		}
	}
	for field, fill := range map[string]roster.Fill{"computed": fill, "none": {Filled: map[string]int64{"none": 0}}} {
		if _, known := fill.Percent(field); known {
			t.Errorf("%s can be told", field)
		}
	}
}
