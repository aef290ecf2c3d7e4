package gateway_test

import (
	"net/http"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// askIf reads a path as a client that has something already.
func askIf(d *gatewaytest.District, c *gatewaytest.Client, path, tag string) gatewaytest.Answer {
	r := d.Request(http.MethodGet, gatewaytest.Base+path, nil)
	r.Header.Set("Authorization", "Bearer "+c.Token)
	r.Header.Set("If-None-Match", tag)
	return d.Do(r)
}

func TestWhoHasTheBytesIsToldThatTheyAreTheSameAndItIsOnRecord(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		whole := want(t, c.Get("/users?limit=2"), 200)
		tag := whole.Header.Get("ETag")
		for _, sent := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
			same := want(t, askIf(d, c, "/users?limit=2", sent), http.StatusNotModified)
			if len(same.Raw) > 0 || same.Header.Get("ETag") != tag || same.Header.Get("X-Perm-Rev") != whole.Header.Get("X-Perm-Rev") || same.Header.Get("Link") == "" {
				t.Errorf("%s: %v %s", sent, same.Header, same.Raw)
			}
			entries := d.Entries(same.Header.Get("X-Request-Id"))
			if len(entries) != 1 || len(d.Sent(entries[0])) != 2 {
				t.Errorf("%s: on record are %+v", sent, entries)
			}
		}
		for _, sent := range []string{"", `"other"`, tag[:len(tag)-1], tag[1 : len(tag)-1]} {
			want(t, askIf(d, c, "/users?limit=2", sent), 200)
		}
		want(t, askIf(d, c, "/users?limit=3", tag), 200)

		// What the app does not see changes nothing; what it sees does.
		p := cedar(t)
		p.Edit(t, "users.csv", "~ 555-0131 => 555-0132")
		d.Import(p.Folder(t))
		want(t, askIf(d, c, "/users?limit=2", tag), http.StatusNotModified)
		p.Edit(t, "users.csv", "~ Ana,Ruiz => Anna,Ruiz")
		d.Import(p.Folder(t))
		anew := want(t, askIf(d, c, "/users?limit=2", tag), 200)
		if anew.Header.Get("ETag") == tag {
			t.Error("other bytes have the same tag")
		}
		d.Edit("amplify", apps.Edit{Hide: []string{"users.email"}})
		want(t, askIf(d, c, "/users?limit=2", anew.Header.Get("ETag")), 200)
		if warned := c.Get("/users?fields=sourcedId,nothing"); warned.Header.Get("ETag") != "" {
			t.Error("an answer with warnings has a tag")
		}
		if err := d.Apps.Suspend(t.Context(), "amplify", apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		want(t, askIf(d, c, "/users?limit=2", "*"), 401)
	})
}
