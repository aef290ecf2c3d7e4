package gateway_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// awkwardKeys read like several, or like something else, where they are written one after
// the other.
func awkwardKeys() []string { return []string{"a", "b", "a,b", "a b", "a.b", "a,metadata.b"} }

// keyed is the small district, each of whose keys says "yes" of one user alone.
func keyed(t *testing.T, users []string) parcel {
	t.Helper()
	p := cedar(t)
	header, rest, _ := strings.Cut(p["users.csv"], "\n")
	for _, key := range awkwardKeys() {
		header += `,"metadata.` + strings.ReplaceAll(key, `"`, `""`) + `"`
	}
	text := header + "\n"
	for line := range strings.Lines(rest) {
		id, _, _ := strings.Cut(line, ",")
		text += strings.TrimSuffix(line, "\n")
		for i := range awkwardKeys() {
			text += map[bool]string{true: ",yes", false: ",no"}[users[i] == id]
		}
		text += "\n"
	}
	p["users.csv"] = text
	return p
}

// What was worked out for one key is never given for another that reads like it: neither
// by what is remembered of filters nor by what is remembered of walks.
func TestKeysThatReadAlikeAreToldApart(t *testing.T) {
	users := []string{"lin", "jo", "ana", "ben", "rosa", "carl"}
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Import(keyed(t, users).Folder(t))
		edit := apps.Edit{Metadata: map[string]bool{"users": true}}
		for _, key := range awkwardKeys() {
			edit.Share = append(edit.Share, "users.metadata."+key)
		}
		d.Edit("alexandria", edit)
		c := d.As("alexandria")
		for _, round := range []string{"scanned", "remembered"} {
			for i, key := range awkwardKeys() {
				filter := url.QueryEscape("metadata." + key + "='yes'")
				if strings.Contains(key, " ") { // no filter can name it
					want(t, c.Get("/users?filter="+filter), http.StatusBadRequest)
					continue
				}
				for _, more := range []string{"", "&sort=familyName", "&limit=1"} {
					a := want(t, c.Get("/users?filter="+filter+more), http.StatusOK)
					if got := sorted(a.Records()); fmt.Sprint(got) != fmt.Sprint([]string{users[i]}) {
						t.Errorf("%s, by %q%s: %q, wanted %q", round, key, more, got, users[i])
					}
				}
			}
		}
		for i, id := range users {
			bag, _ := want(t, c.Get("/users/"+id), http.StatusOK).Records()[0]["metadata"].(map[string]any)
			for j, key := range awkwardKeys() {
				if said := bag[key] == "yes"; said != (i == j) {
					t.Errorf("%s: %q is %v", id, key, bag[key])
				}
			}
		}
	})
}
