package roster_test

import (
	"context"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster"
)

func TestFillCountsWhatActiveRecordsHave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		settled(t, s, town(t))
		r := roster.New(s.DB, time.Now)
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
		if percent, known := users.Percent("sms"); !known || percent != 0 {
			t.Errorf("sms: %d %%, %t", percent, known)
		}
		if _, known := users.Percent("password"); known {
			t.Error("a credential is counted")
		}
		if _, err := r.Fill(context.Background(), "nothing"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown entity: %v", err)
		}
	})
}
