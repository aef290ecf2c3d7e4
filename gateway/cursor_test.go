package gateway_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

func TestACursorOfAnotherListIsABadRequest(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(crowd(t, false).Folder(t))
		c := d.As("eduready360")
		_, query, _ := strings.Cut(c.Get("/users?limit=5").Links()["next"], "?")
		want(t, c.Get("/users?"+query), 200)
		want(t, c.Get("/students?"+query), 400)
		want(t, c.Get("/users?other=1&"+query), 400)
		want(t, d.As("amplify").Get("/users?"+query), 400)
		want(t, c.Get("/users?limit=5&offset=5&cursor=AAAA"), 400)
		want(t, c.Get("/users?limit=5&offset=5&cursor="), 400)
		want(t, c.Get("/users?"+query+"&cursor="+cursorOf(t, query)), 400)
		// A sorted list has none, and does not pass over one that is not its own.
		for _, cursor := range []string{cursorOf(t, query), "AAAA", ""} {
			want(t, c.Get("/users?limit=5&offset=5&sort=role&cursor="+cursor), 400)
		}
		// Where the app cannot sort, the list is in its own order, and has cursors.
		for _, name := range []string{"nothing", "phone"} {
			_, query, _ := strings.Cut(c.Get("/users?limit=5&sort=" + name).Links()["next"], "?")
			cursorOf(t, query)
			want(t, c.Get("/users?"+query), 200)
		}
	})
}

// cursorOf is the cursor of a query, which must have one.
func cursorOf(t *testing.T, query string) string {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil || values.Get("cursor") == "" {
		t.Fatalf("%q has no cursor (%v)", query, err)
	}
	return values.Get("cursor")
}
