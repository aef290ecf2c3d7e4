package gateway_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// aWeek is how long a nonce is remembered at least.
const aWeek = 7 * 24 * time.Hour

func TestNoncesAreForgottenAWeekAfterTheirTime(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		kept := func(want int64) {
			t.Helper()
			var n int64
			if err := d.Store.Ledger.Read.Table("nonces").Count(&n).Error; err != nil || n != want {
				t.Errorf("%d nonces are kept, wanted %d (%v)", n, want, err)
			}
		}
		old := sign(d, "amplify", "/users")
		want(t, old.send(t, d, d.Gateway), 200)
		for range 3 {
			want(t, sign(d, "amplify", "/users").send(t, d, d.Gateway), 200)
		}
		for n, later := range []time.Duration{11 * time.Minute, aWeek - 12*time.Minute} {
			d.Clock.Pass(later)
			want(t, old.send(t, d, d.Gateway), 401) // too late, and still remembered
			want(t, sign(d, "amplify", "/users").send(t, d, d.Gateway), 200)
			kept(int64(5 + n))
		}
		d.Clock.Pass(12 * time.Minute)
		want(t, sign(d, "amplify", "/users").send(t, d, d.Gateway), 200)
		kept(3) // that of minute 11, that of the week's end, and this one
		want(t, old.send(t, d, d.Gateway), 401)
	}, gatewaytest.PublicURL(public))
}

func TestWhatWasSignedCannotBeSentAgainWhenTheClockIsSetBack(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		restarted := d.Replica()
		for _, ahead := range []time.Duration{11 * time.Minute, 26 * time.Hour, aWeek - time.Hour} {
			first := sign(d, "amplify", "/users")
			want(t, first.send(t, d, d.Gateway), 200)
			d.Clock.Pass(ahead)
			want(t, sign(d, "amplify", "/users").send(t, d, d.Gateway), 200)
			d.Clock.Pass(-ahead)
			for _, door := range []*gatewaytest.Gateway{d.Gateway, restarted} {
				if a := first.send(t, d, door); a.Status != 401 {
					t.Errorf("%s ahead and back again: the first request is answered %d", ahead, a.Status)
				}
			}
		}
	}, gatewaytest.PublicURL(public))
}

// The ledger's own time stays a year ahead then. Nonces must not go by it: they would
// be forgotten with the next request.
func TestWhenAClockThatWasFarAheadIsCorrectedClientsAreAnsweredAndOnce(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		const year = 365 * 24 * time.Hour
		d.Clock.Pass(year)
		want(t, sign(d, "amplify", "/users").send(t, d, d.Gateway), 200)
		d.Clock.Pass(-year)
		for _, door := range []*gatewaytest.Gateway{d.Gateway, d.Replica()} {
			first := sign(d, "amplify", "/users")
			want(t, first.send(t, d, door), 200)
			for range 3 {
				want(t, sign(d, "amplify", "/users").send(t, d, door), 200)
				want(t, first.send(t, d, door), 401)
			}
		}
	}, gatewaytest.PublicURL(public))
}
