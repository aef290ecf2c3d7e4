package gateway_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// BenchmarkBesideAFlood measures how long an app waits for a small page, alone and
// while another app asks for large ones on many connections at once. It states the
// 95th percentile of both and their ratio:
//
//	go test ./gateway -run '^$' -bench BesideAFlood -benchtime 200x
func BenchmarkBesideAFlood(b *testing.B) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		b.Run(string(dialect), func(b *testing.B) {
			d := large(b, dbtest.New(b, dialect))
			handler, quiet, loud := d.Server.Handler(), d.Token("eduready360"), d.Token("amplify")
			took := func(n int) time.Duration {
				all := make([]time.Duration, n)
				for i := range all {
					begun := time.Now()
					page(b, handler, quiet, 100)
					all[i] = time.Since(begun)
				}
				slices.Sort(all)
				return all[n*95/100]
			}
			took(20)
			alone := took(max(b.N, 40))
			end, flood := make(chan struct{}), sync.WaitGroup{}
			for range 64 {
				flood.Go(func() { ask(handler, loud, end) })
			}
			took(20)
			b.ResetTimer()
			beside := took(max(b.N, 40))
			b.StopTimer()
			close(end)
			flood.Wait()
			b.ReportMetric(float64(alone.Microseconds())/1000, "p95-alone-ms")
			b.ReportMetric(float64(beside.Microseconds())/1000, "p95-beside-ms")
			b.ReportMetric(float64(beside)/float64(alone), "p95-ratio")
		})
	}
}

// ask asks for large pages until it is told to end.
func ask(handler http.Handler, token string, end <-chan struct{}) {
	for {
		select {
		case <-end:
			return
		default:
		}
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("%s/users?limit=%d", gatewaytest.Base, 2000), nil)
		r.Header.Set("Authorization", "Bearer "+token)
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
}

// BenchmarkOneAppOnManyConnections measures pages of an app that is alone and asks on
// sixteen connections at once: what the others' share costs it.
func BenchmarkOneAppOnManyConnections(b *testing.B) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		b.Run(string(dialect), func(b *testing.B) {
			d := large(b, dbtest.New(b, dialect))
			handler, token := d.Server.Handler(), d.Token("amplify")
			page(b, handler, token, 100)
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					page(b, handler, token, 100)
				}
			})
		})
	}
}
