package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// self is what an app is told of itself.
func self(t *testing.T, d *gatewaytest.District, c *gatewaytest.Client, status int) (map[string]any, gatewaytest.Answer) {
	t.Helper()
	r := d.Request(http.MethodGet, "/api/me", nil)
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	answer := want(t, d.Do(r), status)
	return answer.JSON(), answer
}

// toldOf is what is told of one entity.
func toldOf(t *testing.T, told map[string]any, plural string) map[string]any {
	t.Helper()
	all, _ := told["entities"].([]any)
	i := slices.IndexFunc(all, func(e any) bool { return e.(map[string]any)["entity"] == plural })
	if i < 0 {
		t.Fatalf("nothing is told of %s: %v", plural, told)
	}
	return all[i].(map[string]any)
}

func TestAnAppIsToldWhatItMaySeeAndWhyNotMore(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", apps.Edit{Mask: []string{"users.familyName=initial"}})
		c := d.As("amplify")
		told, answer := self(t, d, c, 200)
		users, resources := toldOf(t, told, "users"), toldOf(t, told, "resources")
		if total := c.Get("/users").Header.Get("X-Total-Count"); total == "" || users["count"] != float64(len(c.Walk("/users"))) {
			t.Errorf("users are %v of %s", users["count"], total)
		}
		if users["masked"].(map[string]any)["familyName"] != "initial" || users["not_shared"].(map[string]any)["phone"] != "not granted" || resources["shared"] != true {
			t.Errorf("told of users: %v", users)
		}
		if answer.Header.Get("X-Perm-Rev") != c.Get("/orgs").Header.Get("X-Perm-Rev") || told["revision"] != answer.Header.Get("X-Perm-Rev") {
			t.Error("the revision is another than that of lists")
		}
		if entries := d.Entries(answer.Header.Get("X-Request-Id")); len(entries) != 1 || entries[0].Door != "me" || entries[0].Count != 0 {
			t.Errorf("on record: %+v", entries)
		}
		for _, hidden := range []string{"counselorNote", "lunchPin", "SSN", "password", "Ana", "Ruiz"} {
			if strings.Contains(string(answer.Raw), hidden) {
				t.Errorf("the answer holds %s: %s", hidden, answer.Raw)
			}
		}
		before := told["permissions_changed"]
		d.Clock.Pass(time.Minute)
		d.Edit("alexandria", apps.Edit{Share: []string{"users.sms"}})
		if told, _ := self(t, d, c, 200); told["permissions_changed"] != before {
			t.Error("a change of another app counts as one of this app")
		}
		d.Edit("amplify", apps.Edit{Share: []string{"users.sms"}})
		if told, _ := self(t, d, c, 200); told["permissions_changed"] == before {
			t.Error("a change of this app does not count")
		}
	})
}

// Not shared, not asked for, over, and suspended are told apart.
func TestAnAppIsToldWhetherItsPermissionsEndedOrItIsSuspended(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		narrow, _ := self(t, d, d.As("amplify", catalog.DemographicsScope), 200)
		if got := toldOf(t, narrow, "users"); got["shared"] != false || got["reason"] != "not in the scopes of the token" {
			t.Errorf("users, by a token for demographics: %v", got)
		}
		none, _ := self(t, d, d.As("eduready360"), 200)
		if got := toldOf(t, none, "demographics"); got["shared"] != false || got["reason"] != "not granted" {
			t.Errorf("demographics of an app that has none: %v", got)
		}
		c := d.As("amplify")
		end := d.Clock.Now().Add(10 * time.Minute)
		d.Edit("amplify", apps.Edit{Until: &end})
		d.Clock.Pass(11 * time.Minute)
		over, _ := self(t, d, c, 200)
		if got := toldOf(t, over, "users"); got["shared"] != false || got["reason"] != "ended on "+end.UTC().Format(time.DateOnly) {
			t.Errorf("users, once the permissions ended: %v", got)
		}
		if err := d.Apps.Suspend(t.Context(), "amplify", apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		suspended, _ := self(t, d, c, 200)
		if suspended["app"].(map[string]any)["state"] != string(policy.Suspended) || suspended["entities"] != nil || suspended["scope"] != nil {
			t.Errorf("suspended: %v", suspended)
		}
		self(t, d, d.Bearer("unknown"), 401)
		self(t, d, d.Bearer(""), 401)
	})
}
