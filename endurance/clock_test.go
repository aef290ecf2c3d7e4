package endurance_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dghubble/oauth1"

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
		if third.CommittedAt <= second.CommittedAt || string(second.CommittedAt) <= before[0]["dateLastModified"].(string) {
			t.Errorf("the imports are dated %s and %s, behind one that served %v", second.CommittedAt, third.CommittedAt, before[0]["dateLastModified"])
		}
		restarted := d.Replica()
		for _, c := range []*gatewaytest.Client{app, d.As("eduready360"), restarted.As("eduready360")} {
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

// What was signed is answered once, though the clock comes back to the moment at
// which it was signed, and a request in between has let old nonces be forgotten.
func TestWhatWasSignedIsAnsweredOnceThoughTheClockIsSetBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.Start(t, s, gatewaytest.PublicURL(public))
		first := signed(d)
		answered := func(door *gatewaytest.Gateway, header string, want int) {
			t.Helper()
			r := door.Request(http.MethodGet, gatewaytest.Base+"/users?limit=1", nil)
			r.Header.Set("Authorization", header)
			if a := door.Do(r); a.Status != want {
				t.Errorf("the status is %d, wanted %d: %s", a.Status, want, a.Raw)
			}
		}
		answered(d.Gateway, first, http.StatusOK)
		d.Clock.Pass(11 * time.Minute)
		answered(d.Gateway, signed(d), http.StatusOK)
		d.Clock.Pass(-11 * time.Minute)
		for _, door := range []*gatewaytest.Gateway{d.Gateway, d.Replica()} {
			answered(door, first, http.StatusUnauthorized)
			answered(door, signed(d), http.StatusOK)
		}
	})
}

// signed is the Authorization header of a request for a user, signed by the
// district's clock: the library that signs elsewhere goes by the machine's.
func signed(d *gatewaytest.District) string {
	pairs := fmt.Sprintf("limit=1&oauth_consumer_key=%s&oauth_nonce=%s&oauth_signature_method=HMAC-SHA1&oauth_timestamp=%d",
		d.Credentials["eduready360"].ClientID, rand.Text(), d.Clock.Now().Unix())
	text := "GET&" + url.QueryEscape(base+"/users") + "&" + url.QueryEscape(pairs)
	signer := oauth1.HMACSigner{ConsumerSecret: d.Credentials["eduready360"].Secret}
	signature, _ := signer.Sign("", text) // it never fails
	own := strings.ReplaceAll(strings.TrimPrefix(pairs, "limit=1&"), "&", ",")
	return "OAuth " + own + ",oauth_signature=" + url.QueryEscape(signature)
}
