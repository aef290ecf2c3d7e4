package gateway_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// BenchmarkARequestUnderAPolicy measures pages of a hundred users of an app with a policy
// beside those of one with the same permissions and none, in slices that take turns. One
// policy hides nothing of what the app gets; the other hides a field, masks one and keeps
// rows, and is compared with permissions that give the same without it:
//
//	go test ./gateway -run '^$' -bench ARequestUnderAPolicy -benchtime 40x
func BenchmarkARequestUnderAPolicy(b *testing.B) {
	for _, dialect := range []database.Dialect{database.SQLite, database.Postgres} {
		b.Run(string(dialect), func(b *testing.B) {
			d := large(b, dbtest.New(b, dialect))
			for _, id := range []string{"plain", "idle", "ticked", "governed"} {
				d.Register(id, "alexandria")
			}
			govern(b, d, "idle", `hide contains "demographics.sex"`)
			d.Edit("ticked", apps.Edit{Hide: []string{"users.email"}, Mask: []string{"users.familyName"}})
			govern(b, d, "governed", `hide contains "users.email"

mask["users.familyName"] := "pseudonym"

keep_rows contains {"field": "users.username", "op": "ne", "value": "nobody"}`)
			handler := d.Server.Handler()
			b.Run("hides-nothing", func(b *testing.B) { beside(b, handler, d.Token("plain"), d.Token("idle")) })
			b.Run("hides-masks-and-keeps", func(b *testing.B) { beside(b, handler, d.Token("ticked"), d.Token("governed")) })
		})
	}
}

// beside asks for pages by two tokens, in slices of twenty that take turns, and reports what
// the second costs beside the first: the ratio of the medians of all slices.
func beside(b *testing.B, handler http.Handler, without, with string) {
	b.Helper()
	slice := func(token string) time.Duration {
		begun := time.Now()
		for range 20 {
			page(b, handler, token, 100)
		}
		return time.Since(begun)
	}
	if a, c := page(b, handler, without, 100).Body.Len(), page(b, handler, with, 100).Body.Len(); a != c {
		b.Fatalf("pages of %d and %d bytes are compared", a, c)
	}
	slice(without)
	slice(with)
	var a, c []time.Duration
	turn := false
	for b.Loop() {
		if turn = !turn; turn {
			a, c = append(a, slice(without)), append(c, slice(with))
		} else {
			c, a = append(c, slice(with)), append(a, slice(without))
		}
	}
	b.ReportMetric(float64(median(a).Microseconds())/20, "µs/page-without")
	b.ReportMetric(float64(median(c).Microseconds())/20, "µs/page-with")
	b.ReportMetric(float64(median(c))/float64(median(a)), "ratio")
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
