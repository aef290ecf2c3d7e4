package gateway_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

func TestARequestThatCrashesIsAnsweredLoggedAndCounted(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		const secret = "Harlow"
		c := d.As("amplify")
		well, asked := d.Server.Ready, d.Server.Clock
		d.Server.Ready = func(context.Context) error { panic(secret) }
		d.Server.Clock = func() time.Time { var none []time.Time; return none[len(secret)] }
		crashes := []gatewaytest.Answer{want(t, d.Do(d.Request("GET", "/readyz", nil)), 500), want(t, c.Get("/users"), 500)}
		for _, a := range crashes {
			if p := problem(t, a); p.CodeMinor != "internal_server_error" {
				t.Errorf("the answer is %+v", p)
			}
		}
		log := d.Log.String()
		for _, word := range []string{
			"a value of type string", "index out of range [6]", "panic_test.go", "/readyz", crashes[0].RequestID(), crashes[1].RequestID(),
		} {
			if !strings.Contains(log, word) {
				t.Errorf("the log does not say %q: %s", word, log)
			}
		}
		if strings.Contains(log, secret) || strings.Contains(log, c.Token) {
			t.Errorf("the log repeats what the panic was made of: %s", log)
		}
		if n := d.Server.Panics.Count(); n != 2 {
			t.Errorf("%d panics were counted", n)
		}
		d.Server.Ready, d.Server.Clock = well, asked
		want(t, c.Get("/users"), 200)
	})
}

func TestWhatCrashesBeforeARequestIsLeftToTheRequests(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		well := d.Server.Clock
		d.Server.Clock = func() time.Time { panic("x") }
		ctx, stop := context.WithCancel(context.Background())
		tick, ended := make(chan time.Time), make(chan struct{})
		go func() { defer close(ended); d.Server.Warm(ctx, tick) }()
		tick <- time.Time{}
		tick <- time.Time{} // the first round is over, and did not take the server with it
		stop()
		<-ended
		d.Server.Clock = well
		if n := d.Server.Panics.Count(); n != 1 || !strings.Contains(d.Log.String(), "not ready for the new generation") {
			t.Errorf("%d panics were counted, the log has %s", n, d.Log)
		}
		want(t, d.As("amplify").Get("/users"), 200)
	})
}
