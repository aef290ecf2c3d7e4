package roles

import (
	"cmp"
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

	TwoPrimary = cell.Flaw{Problem: "the user has more than one primary role at one org", Remedy: "Mark one of them as primary."}
)

// Flaws are what is wrong with the roles of a user of whom 1.1 has that role and those orgs;
// the primary org may be 0. Doubles are told beside them.
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
	return flaws
}

// Double is the row of a primary role at an org where the user has another one, and that of
// the first; 0 for one that the package has no row of.
type Double struct{ Line, First int }

// Doubles are those of a user. Where the package has no row of any, there is one without lines.
func Doubles(held []Role) []Double {
	held = slices.Clone(held)
	slices.SortFunc(held, func(a, b Role) int { return cmp.Compare(a.Line, b.Line) })
	var rows []Double
	stored := false
	for i, r := range held {
		at := slices.IndexFunc(held[:i], func(other Role) bool { return other.Primary && other.Org == r.Org })
		switch {
		case !r.Primary || at < 0:
		case r.Line == 0:
			stored = true
		default:
			rows = append(rows, Double{int(r.Line), int(held[at].Line)})
		}
	}
	if len(rows) == 0 && stored {
		return []Double{{}}
	}
	return rows
}
