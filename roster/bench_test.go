package roster_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/sample"
)

// benchStudents make a district of more than 200,000 users.
const benchStudents = 82_000

// BenchmarkDistrict measures what answers are made of, on PostgreSQL, in a
// district that is imported once for the run:
//
//	go test ./roster -run '^$' -bench District -benchtime 200x -timeout 60m
func BenchmarkDistrict(b *testing.B) {
	s := dbtest.New(b, database.Postgres)
	dir := b.TempDir()
	if err := (sample.District{Students: benchStudents, Seed: 1}).WriteDir(dir); err != nil {
		b.Fatal(err)
	}
	r := rostertest.Open(s.DB, s.Ledger, time.Now)
	began := time.Now()
	if _, err := r.Import(b.Context(), dir, intake.Options{}); err != nil {
		b.Fatal(err)
	}
	b.Logf("imported in %v", time.Since(began).Round(time.Second))
	if err := s.DB.Write.Exec("ANALYZE").Error; err != nil {
		b.Fatal(err)
	}
	before := held()
	began = time.Now()
	snapshot, err := r.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	b.Run("snapshot", func(b *testing.B) { // once is enough
		b.ReportMetric(float64(took.Milliseconds()), "ms/snapshot")
		b.ReportMetric(held()-before, "MB/snapshot")
		b.ReportMetric(float64(snapshot.Live("users").GetCardinality()), "users")
		b.ReportMetric(float64(snapshot.Live("enrollments").GetCardinality()), "enrollments")
	})
	for _, size := range []int{100, 1000} {
		b.Run(fmt.Sprintf("page/%d", size), func(b *testing.B) { benchPages(b, r, snapshot.View(everybody()), size) })
		b.Run(fmt.Sprintf("page/%d/scattered", size), func(b *testing.B) { benchPages(b, r, snapshot.View(third(snapshot, 0)), size) })
	}
	b.Run("view/everybody", func(b *testing.B) { benchViews(b, snapshot, 1, func(int) view.Scope { return everybody() }) })
	b.Run("view/everybody/opted-out", func(b *testing.B) {
		without := everybody()
		without.OptOuts = view.OptOuts{Users: every(snapshot.Live("users"), 20), Print: "every twentieth"}
		b.ReportMetric(float64(len(without.OptOuts.Users)), "opt-outs")
		benchViews(b, snapshot, 1, func(int) view.Scope { return without })
	})
	b.Run("view/third", func(b *testing.B) {
		benchViews(b, snapshot, 1, func(n int) view.Scope { return third(snapshot, n) })
	})
	b.Run("view/thirty", func(b *testing.B) {
		benchViews(b, snapshot, 30, func(n int) view.Scope { return third(snapshot, n) })
	})
}

// every is every nth of a set.
func every(set *roaring.Bitmap, n int) []uint32 {
	var some []uint32
	for i, id := range set.ToArray() {
		if i%n == 0 {
			some = append(some, id)
		}
	}
	return some
}

// held is how many MB are in use.
func held() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// third is a scope of every third school, beginning with one of the first three,
// and of half the grades.
func third(s *view.Snapshot, n int) view.Scope {
	var schools []string
	i := 0
	s.Subset("orgs", catalog.Subset{Field: "type", Values: []string{"school"}}).Iterate(func(id uint32) bool {
		if i++; (i+n)%3 == 0 {
			schools = append(schools, s.SourcedID("orgs", id))
		}
		return true
	})
	return narrowed(func(scope *view.Scope) {
		scope.Orgs = only(schools...)
		scope.Grades = only("KG", "01", "02", "03", "04", "05", "09")
		scope.Guardians = n%2 == 0
	})
}

// benchPages reads a page at the beginning and one at nine tenths of the way, in
// turn, and reports how the one compares with the other.
func benchPages(b *testing.B, r *rostertest.Rooms, view *view.View, size int) {
	users, _ := catalog.Find("users")
	selection := roster.Selection{Entity: users}
	for _, name := range []string{"sourcedId", "status", "enabledUser", "orgs", "role", "username", "givenName", "familyName", "email", "grades"} {
		f, _ := users.Field(name)
		selection.Fields = append(selection.Fields, f)
	}
	set := view.Set("users")
	deep := set.GetCardinality() * 9 / 10
	var spent [2][]time.Duration
	for b.Loop() {
		for i, offset := range []uint64{0, deep} {
			began := time.Now()
			ids := window(b, set, offset, size)
			read := 0
			_, err := r.Read(context.Background(), selection, ids, func(uint32, [][]byte) error { read++; return nil })
			if err != nil || read != size {
				b.Fatalf("%d records, %v", read, err)
			}
			spent[i] = append(spent[i], time.Since(began))
		}
	}
	first, last := median(spent[0]), median(spent[1])
	b.ReportMetric(float64(first.Microseconds()), "us/first")
	b.ReportMetric(float64(last.Microseconds()), "us/deep")
	b.ReportMetric(float64(last)/float64(first), "deep/first")
	b.ReportMetric(float64(set.GetCardinality()), "users")
}

// median is robust against what else the machine does.
func median(spent []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(spent))[len(spent)/2]
}

// window selects a page of ids.
func window(b *testing.B, set *roaring.Bitmap, offset uint64, size int) []uint32 {
	first, err := set.Select(uint32(offset))
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]uint32, 0, size)
	for it := set.Iterator(); len(ids) < size; {
		if len(ids) == 0 {
			it.AdvanceIfNeeded(first)
		}
		ids = append(ids, it.Next())
	}
	return ids
}

// benchViews grows views, each of a scope that nobody asked for before.
func benchViews(b *testing.B, snapshot *view.Snapshot, views int, scope func(n int) view.Scope) {
	asked, bytes := 0, uint64(0)
	for b.Loop() {
		for n := range views {
			asked++
			one := scope(n)
			one.Roles.Only = append(one.Roles.Only, fmt.Sprint("nobody-", b.N, "-", asked)) // another scope, alike
			view := snapshot.View(one)
			for _, e := range catalog.Tables(catalog.V11) {
				bytes += view.Set(e.Plural).GetSizeInBytes()
			}
		}
	}
	b.ReportMetric(float64(bytes)/float64(asked)/1024, "kB/view")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(asked), "ms/view")
}
