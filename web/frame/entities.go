package web

import (
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
)

// firstTab is the tab that DataGuard opens with.
const firstTab = "users"

// guarded lists the entities that have a tab.
func guarded() []catalog.Entity {
	return slices.DeleteFunc(catalog.Tables(catalog.V11), func(e catalog.Entity) bool { return !e.Served })
}

func guardedEntity(plural string) (catalog.Entity, error) {
	for _, e := range guarded() {
		if e.Plural == plural {
			return e, nil
		}
	}
	return catalog.Entity{}, fault.New(fault.NotFound, "DataGuard has no such tab.")
}

func members(all map[string]policy.MemberDecision) []string { return slices.Sorted(maps.Keys(all)) }

func keyLabel(entity, key string) string {
	for _, k := range catalog.KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k.Label
		}
	}
	return ""
}
