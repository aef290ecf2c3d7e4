package gateway_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// Who would be let through within the second waits for that, and goes on at the rate.
func TestWhoComesALittleTooEarlyWaits(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c, began := d.As("amplify"), d.Clock.Now() // one request of ten
		for range 9 {
			want(t, c.Get("/orgs?limit=1"), 200)
		}
		if passed := d.Clock.Now().Sub(began); passed != 0 {
			t.Errorf("what may be asked at once takes %v", passed)
		}
		for range 10 {
			want(t, c.Get("/orgs?limit=1"), 200)
		}
		want(t, basic(d, "amplify").send(d), 200)
		if passed := d.Clock.Now().Sub(began); passed < 2200*time.Millisecond || passed > 2300*time.Millisecond {
			t.Errorf("eleven more, of five a second, take %v", passed)
		}
	}, gatewaytest.Rate(5), gatewaytest.Patient(time.Second), standstill())
}

// Who would have to wait longer is refused.
func TestWhoComesMuchTooEarlyIsRefused(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c, began := d.As("amplify"), d.Clock.Now() // the one request of a burst
		if got := want(t, c.Get("/orgs"), 429).Header.Get("Retry-After"); got != "4" {
			t.Errorf("Retry-After is %q", got)
		}
		if passed := d.Clock.Now().Sub(began); passed != 0 {
			t.Errorf("the refusal takes %v", passed)
		}
	}, gatewaytest.Rate(0.25), gatewaytest.Patient(time.Second), standstill())
}
