package roles

import (
	"slices"

	"github.com/rostergate/rostergate/roster/cell"
)

// What can be wrong with a user of whom a package has rows of different versions.
var (
	FewerOrgs = cell.Flaw{Problem: "the user came by OneRoster 1.1, and the roles of the delta leave out some of the user's orgs", Remedy: "Give the user a row in roles.csv for each org, or import a bulk set of OneRoster 1.2."}
	MovedAway = cell.Flaw{Problem: "the primary org of OneRoster 1.2 is none of the user's orgs any longer, and was left out", Remedy: "Send OneRoster 1.2 for the user, with a new primary org."}
)

// What can be wrong with the roles of a user.
var (
	noRole     = cell.Flaw{Problem: "the user has no role, and is served to nobody", Remedy: "Give each user a row in roles.csv."}
	strangeOne = cell.Flaw{Problem: "the user has only roles that OneRoster 1.1 has no word for, and is served to nobody", Remedy: "Give the user a role of OneRoster's, too."}
	elsewhere  = cell.Flaw{Problem: "the user has no role at the primary org", Remedy: "Name an org at which the user has a role."}
	twoPrimary = cell.Flaw{Problem: "the user has more than one primary role at one org", Remedy: "Mark one of them as primary."}
)

// Flaws are what is wrong with the roles of a user of whom 1.1 has that role and those orgs;
// the primary org may be 0.
func Flaws(held []Role, role string, orgs []uint32, primaryOrg uint32) []cell.Flaw {
	var flaws []cell.Flaw
	switch {
	case len(held) == 0:
		flaws = append(flaws, noRole)
	case role == "":
		flaws = append(flaws, strangeOne)
	case primaryOrg > 0 && !slices.Contains(orgs, primaryOrg):
		flaws = append(flaws, elsewhere)
	}
	if twice(held) {
		flaws = append(flaws, twoPrimary)
	}
	return flaws
}
