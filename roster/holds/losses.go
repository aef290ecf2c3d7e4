package holds

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// Losses are how many stored records of a file would no longer have a value that they have,
// by what they lose: a field, or a member of a bag as bag.member.
type Losses map[string]int

// The fields that users lose in ways of their own: who is disabled, and who has no role any
// longer, and with it no orgs.
const (
	Enabled = "enabledUser"
	Orgs    = "orgs"

	role = "role"
)

// Unserves reports whether who loses a field is served to nobody.
func Unserves(e catalog.Entity, name string) bool { return e.Plural == "users" && name == role }

// Passed are those that are too many of the stored records of a kind, or that all have of
// those that stay, sorted. Where a bag is among them, its members are not.
func (l Losses) Passed(limit Limit, stored, stay int) []string {
	var passed []string
	for _, name := range slices.Sorted(maps.Keys(l)) {
		bag, _, member := strings.Cut(name, ".")
		if member && slices.Contains(passed, bag) {
			continue
		}
		if n := l[name]; n == stay || limit.Passed(n, stored) {
			passed = append(passed, name)
		}
	}
	return passed
}

// Say is a hold: that so many of the stored records of a kind would lose a field, or a
// member of a bag, of which the file lacks the column, or only the values. A member is named
// where somebody has accepted its name. What is lacked for the role of users is the whole file
// of roles.
func (l Losses) Say(e catalog.Entity, name string, stored int, lacked, accepted bool) string {
	n, what, whose := l[name], name, "their "
	switch bag, member, is := strings.Cut(name, "."); {
	case name == Enabled:
		return fmt.Sprintf("%d of %d stored %s would be disabled", n, stored, e.Plural)
	case Unserves(e, name):
		why := "the package leaves them none that OneRoster 1.1 has a word for"
		if lacked {
			why = "the package has no roles.csv"
		}
		return fmt.Sprintf("%d of %d stored %s would have no role, and be served to nobody: %s", n, stored, e.Plural, why)
	case !is:
		f, _ := e.Field(name)
		what = f.Header()
	case !accepted && bag == string(catalog.UserIDs):
		what, whose = "a type of user IDs that nobody has accepted", ""
	case !accepted:
		what, whose = "a metadata key that nobody has accepted", ""
	case bag == string(catalog.UserIDs):
		what = "user IDs of type " + member
	}
	if !lacked {
		return fmt.Sprintf("%d of %d stored %s would lose %s", n, stored, e.Plural, whose+what)
	}
	if whose == "" {
		what = "of " + what
	}
	return fmt.Sprintf("%s has no column %s, which would be cleared in %d of %d stored %s", e.File(), what, n, stored, e.Plural)
}
