package audit_test

import (
	"maps"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestTheHighestIDsAreThoseOfLaterGenerations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		l := open(t, s, noon)
		disclosed := func(generation int64, entity string, records ...uint32) audit.Disclosure {
			d := users("r", records...)
			d.Entity, d.Generation = entity, generation
			return d
		}
		disclose(t, l, disclosed(3, "users", 900), disclosed(4, "users", 7, 12), disclosed(5, "users", 3),
			disclosed(5, "orgs", 2), disclosed(5, "classes"))
		for generation, want := range map[int64]map[string]uint32{
			2: {"users": 900, "orgs": 2}, 3: {"users": 12, "orgs": 2}, 4: {"users": 3, "orgs": 2}, 5: {},
		} {
			if got, err := l.HighestIDs(t.Context(), generation); err != nil || !maps.Equal(got, want) {
				t.Errorf("after generation %d: %v, %v; wanted %v", generation, got, err, want)
			}
		}
	})
}
