package gateway_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// How a sort treats what it finds.
func TestASortGoesByCodePointsWithMissingValuesLast(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("alexandria")
		for query, order := range map[string]string{
			"sort=phone":                        "lin ana rosa carl ben jo",
			"sort=phone&orderBy=asc":            "lin ana rosa carl ben jo",
			"sort=phone&orderBy=desc":           "carl rosa ana lin ben jo",
			"sort=phone&orderBy=DESC":           "carl rosa ana lin ben jo",
			"sort=phone&orderBy=sideways":       "lin ana rosa carl ben jo",
			"sort=familyName":                   "ben carl lin jo ana rosa",
			"sort=familyName&orderBy=desc":      "ana rosa jo lin ben carl",
			"sort=role":                         "jo rosa carl ana ben lin",
			"sort=sourcedId&orderBy=desc":       "rosa lin jo carl ben ana",
			"sort=enabledUser":                  "ben ana carl jo lin rosa",
			"orderBy=asc":                       people,
			"orderBy=desc":                      people,
			"sort=":                             people,
			"sort=status&orderBy=desc":          "ana ben carl jo lin rosa",
			"sort=phone&limit=2&offset=3":       "carl ben",
			"sort=phone&filter=role%3D'parent'": "carl",
			"sort=phone&fields=sourcedId,role":  "lin ana rosa carl ben jo",
			"sort=orgs":                         people,
			"sort=grades":                       people,
		} {
			if got := idsOf(dataOf(t, want(t, c.Get("/users?"+query), 200))); !slices.Equal(got, strings.Fields(order)) {
				t.Errorf("%s: %q, wanted %q", query, got, order)
			}
		}
	})
}
