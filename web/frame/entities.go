package frame

import (
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
)

// FirstTab is the tab that DataGuard opens with.
const FirstTab = "users"

// GuardedEntities lists the entities that have a tab.
func GuardedEntities() []catalog.Entity {
	return slices.DeleteFunc(catalog.Tables(catalog.V11), func(e catalog.Entity) bool { return !e.Served })
}

func FindGuardedEntity(plural string) (catalog.Entity, error) {
	for _, e := range GuardedEntities() {
		if e.Plural == plural {
			return e, nil
		}
	}
	return catalog.Entity{}, fault.New(fault.NotFound, "DataGuard has no such tab.")
}

func MemberNames(all map[string]policy.MemberDecision) []string { return slices.Sorted(maps.Keys(all)) }

func KeyLabel(entity, key string) string {
	for _, k := range catalog.KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k.Label
		}
	}
	return ""
}
