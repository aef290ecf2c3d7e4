package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/revision"
)

// A store of before there were marks: what apps noticed by its numbers stays what it
// was, and what they hold still leads on.
func TestAStoreWithoutMarksIsMarkedWithoutAnAppNoticing(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(crowd(t, false).Folder(t))
		unmark(t, d)
		old := d.Replica().As("eduready360")
		before := want(t, old.Get("/users?limit=10"), http.StatusOK)
		if err := d.Store.Ledger.Write.Exec("UPDATE horizons SET permission_mark = 0, generation_mark = 0, mark = 0").Error; err != nil {
			t.Fatal(err)
		}
		if err := d.DB.Write.Transaction(revision.Begin); err != nil {
			t.Fatal(err)
		}
		if now := stampOf(t, d.Gateway); now.Marks.Permission == 0 || now.Marks.Generation == 0 {
			t.Fatalf("the numbers have no marks: %+v", now)
		}
		c := d.Replica().As("eduready360")
		after := want(t, c.Get("/users?limit=10"), http.StatusOK)
		if string(after.Raw) != string(before.Raw) && strings.ReplaceAll(string(after.Raw), host(after), host(before)) != string(before.Raw) {
			t.Errorf("the app sees another answer:\n%.300s\nwanted\n%.300s", after.Raw, before.Raw)
		}
		if a, b := after.Header.Get("X-Perm-Rev"), before.Header.Get("X-Perm-Rev"); a != b {
			t.Errorf("X-Perm-Rev is %s, and was %s", a, b)
		}

		d.Import(crowd(t, true).Folder(t)) // which has a mark
		_, query, _ := strings.Cut(before.Links()["next"], "?")
		if next := want(t, c.Get("/users?"+query), http.StatusOK); len(next.Records()) == 0 {
			t.Error("the next link of before leads nowhere")
		}
		if moved := want(t, c.Get("/users?limit=10"), http.StatusOK); moved.Header.Get("X-Perm-Rev") == before.Header.Get("X-Perm-Rev") {
			t.Error("X-Perm-Rev is the same after an import that changed what the app sees")
		}
	})
}

// unmark takes every mark away.
func unmark(t *testing.T, d *gatewaytest.District) {
	t.Helper()
	for _, table := range []string{"numbers", "generations", "grants", "imports"} {
		if err := d.DB.Write.Exec("UPDATE " + table + " SET mark = 0").Error; err != nil {
			t.Fatal(err)
		}
	}
}

// host is where the hrefs of an answer lead.
func host(a gatewaytest.Answer) string {
	_, rest, _ := strings.Cut(string(a.Raw), `"href":"http://`)
	name, _, _ := strings.Cut(rest, "/")
	return name
}
