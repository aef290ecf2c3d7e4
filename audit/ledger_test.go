package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestADisclosureIsThereForEverybodyWhenDiscloseReturns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		url, _ := urls(s)
		other, _ := again(t, url)
		for i := range 20 {
			request := fmt.Sprint("r", i)
			disclose(t, l, users(request, 7))
			var n int64
			err := other.Read.Model(&audit.Entry{}).Where("request_id = ?", request).Count(&n).Error
			if err != nil || n != 1 {
				t.Fatalf("another process sees %d entries of %s, err %v; want 1", n, request, err)
			}
		}
	})
}

func TestAnEntryHoldsWhatItWasGivenAndNothingElse(t *testing.T) {
	records := roaring.New()
	records.AddRange(100, 5000)
	compact := records.Clone()
	compact.RunOptimize()
	bytes, err := compact.ToBytes()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		disclose(t, l, audit.Disclosure{
			RequestID: "r1", App: "library", Door: "csv-1.2", Route: "/users", Entity: "users",
			Fields: []string{"sourcedId", "familyName"}, Metadata: []string{"a.b", "é<\""}, Types: []string{"StateID"},
			Masked: []string{"familyName"}, Filter: []string{"givenName ~"}, Records: records, Permission: 4, Generation: 2,
		})
		refusal := audit.Refusal{RequestID: "r2", Door: "rest-1.1", Route: "/users/{id}", Entity: "users", Status: 401, Reason: "unknown_key"}
		if err := l.Refuse(context.Background(), refusal); err != nil {
			t.Fatal(err)
		}
		empty := map[string]any{
			"app": "", "request_id": "", "door": "", "route": "", "entity": "", "fields": "[]", "metadata": "[]", "types": "[]",
			"masked": "[]", "filter": "[]", "records": "", "count": "0", "permission": "0", "generation": "0", "status": "0", "reason": "",
			"actor": "", "action": "", "subject": "", "before": "", "after": "", "outbox_key": "<nil>",
			"last_request_id": "", "address": "", "time": "2026-03-02T12:00:00.123Z",
		}
		want := []map[string]any{
			with(empty, map[string]any{
				"id": "1", "kind": "disclosure", "app": "library", "request_id": "r1", "door": "csv-1.2", "route": "/users", "entity": "users",
				"fields": `["sourcedId","familyName"]`, "metadata": `["a.b","é\u003c\""]`, "types": `["StateID"]`, "masked": `["familyName"]`, "filter": `["givenName ~"]`,
				"records": string(bytes), "count": "4900", "permission": "4", "generation": "2",
			}),
			with(empty, map[string]any{
				"id": "2", "kind": "refusal", "request_id": "r2", "door": "rest-1.1", "route": "/users/{id}", "entity": "users",
				"status": "401", "reason": "unknown_key",
			}),
		}
		if diff := cmp.Diff(want, stored(t, s.Ledger)); diff != "" {
			t.Error(diff)
		}
	})
}

// stored is every column of every row, as text.
func stored(t *testing.T, db *database.Database) []map[string]any {
	t.Helper()
	var rows []map[string]any
	if err := db.Read.Raw("SELECT * FROM ledger_entries ORDER BY id").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for column, value := range row {
			if bytes, is := value.([]byte); is {
				value = string(bytes)
			}
			row[column] = fmt.Sprint(value)
		}
	}
	return rows
}

func with(base, own map[string]any) map[string]any {
	all := map[string]any{}
	for _, m := range []map[string]any{base, own} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

func TestTheGivenRecordsAreNotTouched(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	l := open(t, s, noon)
	shared := roaring.New()
	for id := range uint32(1000) {
		shared.Add(id)
	}
	var callers sync.WaitGroup
	for range 8 {
		d := users("r")
		d.Records = shared
		callers.Go(func() {
			if err := l.Disclose(context.Background(), d); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	if shared.HasRunCompression() || shared.GetCardinality() != 1000 {
		t.Error("the caller's bitmap was changed")
	}
}

func TestAnswersThatWaitTogetherShareACommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		url, _ := urls(s)
		counted, seen := again(t, url)
		const callers = 200
		var ready, finished sync.WaitGroup
		ready.Add(callers)
		l := audit.Open(counted, s.DB, func() time.Time {
			ready.Wait() // the first commit begins when all are on their way
			return noon()
		})
		defer l.Close()
		for i := range callers {
			finished.Go(func() {
				ready.Done()
				if err := l.Disclose(context.Background(), users(fmt.Sprint("r", i), uint32(i))); err != nil {
					t.Error(err)
				}
			})
		}
		finished.Wait()
		if n := len(seen.with("INSERT")); n > callers/4 {
			t.Errorf("%d callers took %d commits", callers, n)
		}
		count := map[string]int{}
		for _, e := range ask(t, l.Disclosures, audit.Question{}) {
			count[e.RequestID]++
		}
		for i := range callers {
			if n := count[fmt.Sprint("r", i)]; n != 1 {
				t.Errorf("request %d is in the ledger %d times", i, n)
			}
		}
	})
}

func TestTimesNeverRunBackwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		minutes := []int{0, 5, -60, 4, 6}
		l := open(t, s, func() time.Time {
			now := noon().Add(time.Duration(minutes[0]) * time.Minute).In(time.FixedZone("west", -8*3600))
			minutes = minutes[1:]
			return now
		})
		for range 5 {
			disclose(t, l, users("r", 1))
		}
		var got []string
		for _, e := range ask(t, l.Disclosures, audit.Question{}) {
			got = append(got, string(e.Time[11:]))
		}
		want := []string{"12:00:00.123Z", "12:05:00.123Z", "12:05:00.123Z", "12:05:00.123Z", "12:06:00.123Z"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTimesDoNotRunBackwardsOverARestartEither(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, minutes := range []time.Duration{5, -60, 6} {
			l := audit.Open(s.Ledger, s.DB, func() time.Time { return noon().Add(minutes * time.Minute) })
			disclose(t, l, users("r", 1))
			l.Close()
		}
		var got []string
		for _, e := range ask(t, open(t, s, noon).Disclosures, audit.Question{}) {
			got = append(got, string(e.Time[11:]))
		}
		want := []string{"12:05:00.123Z", "12:05:00.123Z", "12:06:00.123Z"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNothingUpdatesOrDeletesAnEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		ledgerURL, _ := urls(s)
		db, seen := again(t, ledgerURL)
		store := s
		store.Ledger = db
		if db.Dialect == database.Postgres {
			store.DB = db
		}
		l := open(t, store, noon)
		disclose(t, l, users("r", 1))
		record(t, store.DB, numbered("c", 3)...)
		sequence(t, l)
		ask(t, l.Changes, audit.Question{})
		about := seen.with("LEDGER_ENTRIES")
		if len(about) < 4 {
			t.Errorf("saw only %q", about)
		}
		for _, statement := range about {
			if verb, _, _ := strings.Cut(statement, " "); verb != "INSERT" && verb != "SELECT" {
				t.Errorf("ran %s", statement)
			}
		}
	})
}
