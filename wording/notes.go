package wording

import (
	"slices"
	"time"

	"github.com/rostergate/rostergate/policy"
)

// NoteEnd tells of a grant that is over.
func NoteEnd(g policy.Grant, now time.Time) []string {
	if g.Until.IsZero() || now.Before(g.Until) {
		return nil
	}
	return []string{"the grant ended at " + g.Until.Format(time.RFC3339) + ": nothing is shared until --until names a later day, or never"}
}

// NoteGuardians tells of roles that --roles does not reach.
func NoteGuardians(g policy.Grant) []string {
	only := g.Scope.Roles.Only
	if !g.Scope.Guardians && slices.ContainsFunc(policy.GuardianRoles(), func(role string) bool { return slices.Contains(only, role) }) {
		return []string{"guardians, parents and relatives are not reached by their roles: use --guardians on"}
	}
	return nil
}
