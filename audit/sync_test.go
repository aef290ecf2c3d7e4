package audit_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// sends lets an app receive so many records.
func sends(tb testing.TB, l *audit.Ledger, app string, records uint64) {
	tb.Helper()
	d := users("request")
	d.App, d.Records = app, roaring.New()
	d.Records.AddRange(1, 1+records)
	if err := l.Disclose(context.Background(), d); err != nil {
		tb.Fatal(err)
	}
}

func TestASyncIsWhatAnAppReceivedSinceItsLastPause(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		l := audit.Open(s.Ledger, s.DB, func() time.Time { return now })
		t.Cleanup(l.Close)
		want := func(app string, answers, records int64) {
			t.Helper()
			got, err := l.LastSync(t.Context(), app)
			if err != nil || got.Answers != answers || got.Records != records || got.More {
				t.Errorf("%s at %s: %+v, %v; want %d answers, %d records", app, now, got, err, answers, records)
			}
		}
		want("sports", 0, 0)
		for i, after := range []time.Duration{0, audit.Pause, audit.Pause, time.Second} {
			now = now.Add(after)
			sends(t, l, "sports", 10)
			sends(t, l, "library", 1)
			want("sports", int64(i+1), int64(10*(i+1)))
		}
		want("sports", 4, 40)
		if err := l.Refuse(t.Context(), audit.Refusal{App: "sports", Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		want("sports", 4, 40)
		now = now.Add(audit.Pause + time.Millisecond)
		want("sports", 4, 40)
		sends(t, l, "sports", 0)
		want("sports", 4, 40) // an answer without a record is no sync
		sends(t, l, "sports", 1)
		sends(t, l, "sports", 0)
		want("sports", 1, 1)
		want("library", 4, 4)
		sends(t, l, "museum", 0)
		want("museum", 0, 0)
	})
}

func TestASyncIsCountedOnAsAnswersComeAndAnewByAnotherServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		clock := func() time.Time { return now }
		l := audit.Open(s.Ledger, s.DB, clock)
		t.Cleanup(l.Close)
		for i, pause := range []time.Duration{0, time.Minute, audit.Pause, time.Hour, time.Minute, 20 * time.Minute, 29 * time.Minute, 25 * time.Hour, 0} {
			now = now.Add(pause)
			for range i + 1 {
				sends(t, l, "sports", uint64(i))
			}
			other := audit.Open(s.Ledger, s.DB, clock)
			anew, err := other.LastSync(t.Context(), "sports")
			other.Close()
			if err != nil {
				t.Fatal(err)
			}
			if on, err := l.LastSync(t.Context(), "sports"); err != nil || on != anew || on.End < on.Start {
				t.Errorf("after %d: %+v, %v; another server counts %+v", i, on, err, anew)
			}
		}
	})
}

func TestASyncOfManyPagesIsCountedWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := audit.Open(s.Ledger, s.DB, time.Now)
		t.Cleanup(l.Close)
		const answers = 4100
		var sending sync.WaitGroup
		for range 41 {
			sending.Go(func() {
				for range answers / 41 {
					sends(t, l, "sports", 3)
				}
			})
		}
		sending.Wait()
		if got, err := l.LastSync(t.Context(), "sports"); err != nil || got.Answers != answers || got.Records != 3*answers {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestASyncThatNeverPausesIsThatOfOneDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		l := audit.Open(s.Ledger, s.DB, func() time.Time { return now })
		t.Cleanup(l.Close)
		for range 100 {
			now = now.Add(audit.Pause)
			sends(t, l, "sports", 2)
		}
		if got, err := l.LastSync(t.Context(), "sports"); err != nil || got.Answers != 49 || got.Records != 98 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// BenchmarkLastSync is the last syncs of sixty apps with so many answers each,
// counted for the first time and while nothing is new.
func BenchmarkLastSync(b *testing.B) {
	const apps, answers = 60, 2000
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		s := dbtest.New(b, dialect)
		l := audit.Open(s.Ledger, s.DB, time.Now)
		defer l.Close()
		queue := make(chan int)
		done := make(chan bool)
		for range 64 {
			go func() {
				for app := range queue {
					sends(b, l, fmt.Sprint("app-", app), 100)
				}
				done <- true
			}()
		}
		for n := range apps * answers {
			queue <- n % apps
		}
		close(queue)
		for range 64 {
			<-done
		}
		if err := s.Ledger.Write.Exec("ANALYZE").Error; err != nil { // as a server does by itself, after a while
			b.Fatal(err)
		}
		count := func(l *audit.Ledger) {
			for app := range apps {
				got, err := l.LastSync(b.Context(), fmt.Sprint("app-", app))
				if err != nil || got.Answers != answers {
					b.Fatalf("%+v, %v", got, err)
				}
			}
		}
		b.Run(string(dialect)+"/first", func(b *testing.B) {
			for b.Loop() {
				fresh := audit.Open(s.Ledger, s.DB, time.Now)
				count(fresh)
				fresh.Close()
			}
		})
		count(l)
		b.Run(string(dialect)+"/again", func(b *testing.B) {
			for b.Loop() {
				count(l)
			}
		})
	}
}
