package gateway_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/secret"
)

var owner = apps.By{Actor: "cli:ada"}

func newKey(t *testing.T) secret.Key {
	t.Helper()
	key, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// askToken asks for a token as an app.
func askToken(g *gatewaytest.Gateway, c apps.Credentials) gatewaytest.Answer {
	r := g.Request(http.MethodPost, "/oauth/token", strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(c.ClientID, c.Secret)
	return g.Do(r)
}

func TestAServerThatHoldsTheOldKeyAnswersNothingAndAppsNoticeNothingAtOneWithTheNew(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		ctx := context.Background()
		must(t, d.Apps.CheckKey(ctx))
		d.Edit("amplify", masking("users.familyName=pseudonym"))
		client := d.As("amplify")
		first := want(t, client.Get("/users?limit=5"), http.StatusOK)
		second := want(t, client.Get(rest(t, first, d.URL)), http.StatusOK)

		elsewhere, next := d.Replica(), newKey(t)
		must(t, elsewhere.Apps.Rekey(ctx, next, owner))
		elsewhere.Apps.Key = next
		work, err := elsewhere.Apps.WorkKey(ctx)
		if err != nil || work.ID() != d.Apps.Key.ID() {
			t.Errorf("the work key is %s, %v", work.ID(), err)
		}

		for _, path := range []string{"/users?limit=5", "/orgs", rest(t, first, d.URL)} {
			if answer := want(t, client.Get(path), http.StatusServiceUnavailable); bytes.Contains(answer.Raw, []byte("sourcedId")) {
				t.Errorf("%s answers %s", path, answer.Raw)
			}
		}
		want(t, askToken(d.Gateway, d.Credentials["amplify"]), http.StatusServiceUnavailable)
		_, err = d.Server.Preview(ctx, gateway.PreviewRequest{App: "amplify", Actor: "ada", Entity: "users", Record: first.Records()[0].ID()})
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("a preview: %v", err)
		}

		there := elsewhere.Bearer(client.Token)
		for path, before := range map[string]gatewaytest.Answer{"/users?limit=5": first, rest(t, first, d.URL): second} {
			after := want(t, there.Get(path), http.StatusOK)
			if !bytes.Equal(after.Raw, bytes.ReplaceAll(before.Raw, []byte(d.URL), []byte(elsewhere.URL))) {
				t.Errorf("%s answers other than before", path)
			}
			if now, was := after.Header.Get("X-Perm-Rev"), before.Header.Get("X-Perm-Rev"); now != was {
				t.Errorf("%s: X-Perm-Rev went from %s to %s", path, was, now)
			}
		}
		want(t, askToken(elsewhere, d.Credentials["amplify"]), http.StatusOK)
	})
}

// rest is the path of the page behind an answer.
func rest(t *testing.T, a gatewaytest.Answer, base string) string {
	t.Helper()
	next := a.Links()["next"]
	if next == "" {
		t.Fatal("there is no next page")
	}
	return strings.TrimPrefix(next, base+gatewaytest.Base)
}

func TestWhoLostTheKeyGivesEveryAppOtherPseudonymsAndEndsItsTokensAndCursors(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		ctx := context.Background()
		must(t, d.Apps.CheckKey(ctx))
		d.Edit("amplify", masking("users.familyName=pseudonym"))
		client := d.As("amplify")
		first := want(t, client.Get("/users?limit=5"), http.StatusOK)
		old := rest(t, first, d.URL)

		elsewhere := d.ReplicaWith(newKey(t))
		made, err := elsewhere.Apps.RekeyLost(ctx, owner)
		must(t, err)
		want(t, client.Get("/users?limit=5"), http.StatusUnauthorized)
		want(t, elsewhere.Bearer(client.Token).Get("/users?limit=5"), http.StatusUnauthorized)
		want(t, askToken(elsewhere, d.Credentials["amplify"]), http.StatusUnauthorized)

		given := want(t, askToken(elsewhere, made["amplify"]), http.StatusOK)
		token, _ := given.JSON()["access_token"].(string)
		want(t, d.Bearer(token).Get("/users?limit=5"), http.StatusServiceUnavailable)
		there := elsewhere.Bearer(token)
		after := want(t, there.Get("/users?limit=5"), http.StatusOK)
		for i, record := range after.Records() {
			was := first.Records()[i]
			if record["familyName"] == was["familyName"] || record["givenName"] != was["givenName"] {
				t.Errorf("%v %v became %v %v", was["givenName"], was["familyName"], record["givenName"], record["familyName"])
			}
		}
		if now, was := after.Header.Get("X-Perm-Rev"), first.Header.Get("X-Perm-Rev"); now == was {
			t.Errorf("X-Perm-Rev is %s still", now)
		}
		want(t, there.Get(old), http.StatusBadRequest)
	})
}
