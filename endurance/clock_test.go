package endurance_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

func TestAClockThatIsSetBackTurnsNothingBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.Start(t, s)
		app := d.As("eduready360")
		before := app.Walk("/users")
		d.Clock.Pass(-30 * time.Minute)
		second := d.Import(district(t, gatewaytest.Students, 2))
		third := d.Import(district(t, gatewaytest.Students, 3))
		if third.CommittedAt <= second.CommittedAt || second.CommittedAt <= before[0]["dateLastModified"].(string) {
			t.Errorf("the imports are dated %s and %s, behind one that served %v", second.CommittedAt, third.CommittedAt, before[0]["dateLastModified"])
		}
		for _, c := range []*gatewaytest.Client{app, d.As("eduready360")} {
			if a := c.Get("/users?limit=1"); a.Status != http.StatusOK {
				t.Errorf("the status is %d: %s", a.Status, a.Raw)
			}
		}
		var times []string
		if err := s.Ledger.Read.Raw("SELECT time FROM ledger_entries ORDER BY id").Scan(&times).Error; err != nil {
			t.Fatal(err)
		}
		last := ""
		for _, at := range times {
			if at < last {
				t.Errorf("the ledger has %s behind %s", at, last)
			}
			last = at
		}
		if len(times) < 3 {
			t.Errorf("the ledger has %d entries", len(times))
		}
	})
}
