package catalog

import "slices"

// TokenScope is the last part of an OAuth scope; the version's prefix stands before it.
type TokenScope string

// TokenScopePrefix is what stands before the names of a version's scopes.
func TokenScopePrefix(v Version) string {
	name := "v1p1"
	if v == V12 {
		name = "v1p2"
	}
	return "https://purl.imsglobal.org/spec/or/" + name + "/scope/"
}

// The scopes that rostering and resources know. RosterScope opens everything that CoreScope
// does, and never demographics; ResourceScope everything that ResourceCoreScope does.
const (
	CoreScope         TokenScope = "roster-core.readonly"
	RosterScope       TokenScope = "roster.readonly"
	DemographicsScope TokenScope = "roster-demographics.readonly"
	ResourceScope     TokenScope = "resource.readonly"
	ResourceCoreScope TokenScope = "resource-core.readonly" // of 1.2 alone
)

// TokenScopes lists the scopes of tokens that an app may ask for.
func TokenScopes() []TokenScope {
	return []TokenScope{CoreScope, RosterScope, DemographicsScope, ResourceScope, ResourceCoreScope}
}

// OpenedBy reports whether any of the held scopes opens what needs s.
func (s TokenScope) OpenedBy(held []TokenScope) bool {
	return slices.Contains(held, s) || s == CoreScope && slices.Contains(held, RosterScope) ||
		s == ResourceCoreScope && slices.Contains(held, ResourceScope)
}

// In reports whether a version knows the scope.
func (s TokenScope) In(v Version) bool { return s != ResourceCoreScope || v.Has(V12) }
