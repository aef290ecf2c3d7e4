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

// BenchmarkDisclose is pages of a hundred records, asked for by so many callers
// at a time. The test server of PostgreSQL does not wait for its disk.
func BenchmarkDisclose(b *testing.B) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/callers=%d", dialect, callers), func(b *testing.B) {
				s := dbtest.New(b, dialect)
				url, _ := urls(s)
				db, err := database.Open(context.Background(), url, database.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = db.Close() }()
				l := audit.Open(db, db, time.Now)
				defer l.Close()
				together(b, l, callers)
			})
		}
	}
}

// together shares b.N disclosures among callers.
func together(b *testing.B, l *audit.Ledger, callers int) {
	d := users("3f0c8a52-0d57-4c0b-9a55-7b3f1f0f6a10")
	d.Records = roaring.New()
	d.Records.AddRange(40_000, 40_100)
	next := make(chan struct{}, callers)
	var running sync.WaitGroup
	b.ResetTimer()
	for range callers {
		running.Go(func() {
			for range next {
				if err := l.Disclose(context.Background(), d); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for range b.N {
		next <- struct{}{}
	}
	close(next)
	running.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "disclosures/s")
}
