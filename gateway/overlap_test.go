package gateway_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// An app's old secret works beside the new one until the overlap is over, on every replica, as
// a token and as a signature.
func TestAnOverlapEndsAtItsInstantOnEveryReplica(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		ctx, old := context.Background(), d.Credentials["schoolinks"]
		replica := d.Replica()
		token := d.Token("schoolinks")
		asked := func() (all []int) {
			for _, g := range []*gatewaytest.Gateway{d.Gateway, replica} {
				d.Credentials["schoolinks"] = old
				r := g.Request(http.MethodGet, "/api/me", nil)
				r.Header.Set("Authorization", "Bearer "+token)
				all = append(all, g.Bearer(token).Get("/users?limit=1").Status, sign(d, "schoolinks", "/users").send(t, d, g).Status, g.Do(r).Status)
			}
			return all
		}
		fresh, err := d.Apps.RotateFrom(ctx, "schoolinks", old.ClientID, 10*time.Minute, apps.By{Actor: "cli:ada"})
		if err != nil {
			t.Fatal(err)
		}
		for _, status := range asked() {
			if status != http.StatusOK {
				t.Errorf("in the overlap the old one is answered %d", status)
			}
		}
		d.Clock.Pass(10 * time.Minute)
		for _, status := range asked() {
			if status != http.StatusUnauthorized {
				t.Errorf("after the overlap the old one is answered %d", status)
			}
		}
		d.Credentials["schoolinks"] = fresh
		want(t, d.As("schoolinks").Get("/users?limit=1"), http.StatusOK)
	}, gatewaytest.PublicURL(public), gatewaytest.Still(time.Date(2026, 9, 1, 8, 0, 30, 0, time.UTC)))
}

func TestWhatWasUsedIsNotedAndWhatWasRefusedIsNot(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		ctx := context.Background()
		used := func(app string) string {
			t.Helper()
			if err := d.Server.Uses.Write(ctx); err != nil {
				t.Fatal(err)
			}
			o, err := d.Apps.Show(ctx, app)
			if err != nil {
				t.Fatal(err)
			}
			return string(o.Credentials[0].UsedAt)
		}
		wrong := sign(d, "schoolinks", "/users")
		wrong.secret += "x"
		want(t, wrong.send(t, d, d.Gateway), http.StatusUnauthorized)
		if got := used("schoolinks"); got != "" {
			t.Errorf("a signature that does not hold counts as used at %s", got)
		}
		want(t, sign(d, "schoolinks", "/users").send(t, d, d.Gateway), http.StatusOK)
		if got := used("schoolinks"); got != "2026-09-01T08:00:00.000Z" {
			t.Errorf("signed, last used at %q", got)
		}
		c := d.As("amplify")
		if got := used("amplify"); got != "2026-09-01T08:00:00.000Z" {
			t.Errorf("by a token that was asked for, last used at %q", got)
		}
		d.Clock.Pass(5 * time.Minute)
		want(t, c.Get("/users?limit=1"), http.StatusOK)
		if got := used("amplify"); got != "2026-09-01T08:05:00.000Z" {
			t.Errorf("by a token, last used at %q", got)
		}
		if err := d.Apps.Suspend(ctx, "amplify", apps.By{Actor: "cli:ada"}); err != nil {
			t.Fatal(err)
		}
		d.Clock.Pass(5 * time.Minute)
		want(t, c.Get("/users?limit=1"), http.StatusUnauthorized)
		if got := used("amplify"); got != "2026-09-01T08:05:00.000Z" {
			t.Errorf("what a suspended app asks counts as used at %q", got)
		}
	}, gatewaytest.PublicURL(public), gatewaytest.Still(time.Date(2026, 9, 1, 8, 0, 30, 0, time.UTC)))
}
