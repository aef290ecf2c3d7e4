package frame

import (
	"maps"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
)

// FirstTab is the entity that DataGuard opens with and that people look for first: people.
const FirstTab = "users"

// GuardedEntities lists the entities that an app can be given, which have a tab of
// DataGuard each.
func GuardedEntities() []catalog.Entity {
	return slices.DeleteFunc(catalog.Tables(catalog.Both), func(e catalog.Entity) bool { return !e.Served })
}

// FindGuardedEntity finds one of them by its plural. One that there is not is a
// fault.NotFound.
func FindGuardedEntity(plural string) (catalog.Entity, error) {
	for _, e := range GuardedEntities() {
		if e.Plural == plural {
			return e, nil
		}
	}
	return catalog.Entity{}, fault.New(fault.NotFound, "DataGuard has no such tab.")
}

// FindTab finds the entity on whose tab something of another stands: itself, or the one in
// whose records its own appear. One that there is not is a fault.NotFound.
func FindTab(plural string) (catalog.Entity, error) {
	if whole, _, inside := catalog.WholeOf(plural); inside {
		plural = whole.Plural
	}
	return FindGuardedEntity(plural)
}

// OnlyIn is the one version of OneRoster that has a field, "" where there are several.
func OnlyIn(f catalog.Field) string {
	if names := f.Versions.Names(); len(names) == 1 {
		return names[0]
	}
	return ""
}

// MemberNames are the names of keys or types that were decided over, sorted.
func MemberNames(all map[string]policy.MemberDecision) []string { return slices.Sorted(maps.Keys(all)) }

// KeyLabel is what people call a metadata key that the catalog knows, "" for any other.
func KeyLabel(entity, key string) string {
	for _, k := range catalog.KnownKeys() {
		if k.Entity == entity && k.Key == key {
			return k.Label
		}
	}
	return ""
}

// KindLabel is what people call the records of an entity; what is none stays as it is.
func KindLabel(plural string) string {
	if e, known := catalog.Find(plural); known {
		return e.Label
	}
	return plural
}
