package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

func TestFieldsTakesSoManyNamesAndNoMore(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		list := func(n int, name func(int) string) string {
			names := make([]string, n)
			for i := range names {
				names[i] = name(i)
			}
			return strings.Join(names, ",")
		}
		for what, name := range map[string]func(int) string{
			"unknown names": func(i int) string { return fmt.Sprint("x", i) },
			"one name":      func(int) string { return "sourcedId" },
			"keys":          func(i int) string { return fmt.Sprint("metadata.k", i) },
		} {
			if a := c.Get("/users?fields=" + list(gateway.MaxNames, name)); a.Status != http.StatusOK {
				t.Errorf("%d %s: %d %s", gateway.MaxNames, what, a.Status, a.Raw)
			}
			// Whether they stand in one parameter or in several.
			half := list(gateway.MaxNames/2, name)
			for _, fields := range []string{list(gateway.MaxNames+1, name), half + "&fields=" + half + ",one"} {
				a := want(t, c.Get("/users?fields="+fields), http.StatusBadRequest)
				if p := problem(t, a); p.CodeMinor != "invalid_selection_field" {
					t.Errorf("%d %s: %+v", gateway.MaxNames+1, what, p)
				}
				if e := entry(t, d, a, audit.KindRefusal); e.App != "amplify" || e.Reason != "invalid_selection_field" {
					t.Errorf("the ledger has %+v", e)
				}
			}
		}
		// Commas name nothing, however many there are.
		if a := c.Get("/users?fields=sourcedId" + strings.Repeat(",", 8000)); a.Status != http.StatusOK {
			t.Errorf("%d %s", a.Status, a.Raw)
		}
	})
	for _, e := range catalog.Entities() {
		if len(e.Fields) > gateway.MaxNames/2 {
			t.Errorf("%s have %d fields; fields takes %d names", e.Plural, len(e.Fields), gateway.MaxNames)
		}
	}
}

func TestMetadataAndItsKeysNameEachKeyOnce(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		all := want(t, c.Get("/demographics?fields=sourcedId,metadata"), 200)
		both := want(t, c.Get("/demographics?fields=metadata.homeLanguage,sourcedId,metadata,metadata.homeLanguage"), 200)
		if string(all.Raw) != string(both.Raw) {
			t.Errorf("%s\n%s", all.Raw, both.Raw)
		}
		keys := entry(t, d, both, audit.KindDisclosure).Metadata
		seen := map[string]bool{}
		for _, key := range keys {
			if seen[key] {
				t.Errorf("the ledger names %s twice", key)
			}
			seen[key] = true
		}
	})
}
