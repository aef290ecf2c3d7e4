package gateway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// scans is how many statements read the telephone numbers of users since it was
// last asked. Pages that send ids alone read none, so what is left are the scans.
func scans(d *gatewaytest.District) int {
	n := 0
	for _, s := range statements(d) {
		if names(s.sql, "phone") {
			n++
		}
	}
	return n
}

// byOffsets reads a list page by page, as a client that counts offsets itself.
func byOffsets(t *testing.T, c *gatewaytest.Client, path string) []string {
	t.Helper()
	var ids []string
	for {
		page := want(t, c.Get(fmt.Sprintf("%s&offset=%d", path, len(ids))), 200).Records()
		if len(page) == 0 {
			return ids
		}
		ids = append(ids, idsOf(page)...)
	}
}

// A list is scanned for a filter or an order once, in however many pages it is
// read, and once more when an import may have changed what the scan would find.
func TestAListIsScannedOnceHoweverManyPagesItIsReadIn(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("alexandria")
		walked := func(query string, times int, met string) {
			t.Helper()
			path := "/users?fields=sourcedId&limit=1&" + query
			scans(d)
			if ids := idsOf(c.Walk(path)); !slices.Equal(ids, strings.Fields(met)) {
				t.Errorf("%s by next: %q, wanted %q", query, ids, met)
			}
			if ids := byOffsets(t, c, path); !slices.Equal(ids, strings.Fields(met)) {
				t.Errorf("%s by offset: %q, wanted %q", query, ids, met)
			}
			if n := scans(d); n != times {
				t.Errorf("%s: the list was scanned %d times, wanted %d", query, n, times)
			}
		}
		walked("filter=phone~%27555%27", 1, "lin ana rosa carl")
		walked("sort=phone", 1, "lin ana rosa carl ben jo")
		walked("filter=phone~%27-01%27&sort=phone&orderBy=desc", 2, "carl rosa ana lin")
		p := cedar(t)
		p.Edit(t, "users.csv", "~ 555-0131 => 555-0199")
		d.Import(p.Folder(t))
		walked("filter=phone~%27555%27", 1, "lin ana rosa carl")
		walked("sort=phone", 1, "lin rosa carl ana ben jo")
	})
}
