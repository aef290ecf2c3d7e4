// Package roles says what OneRoster 1.1 makes of the roles of a user of 1.2, and 1.2 of the
// role and the orgs of a user of 1.1. It is the one place that knows.
//
// Its main type is Role.
//
//	role, orgs := roles.Before12([]roles.Role{{Org: oak, Word: "principal", Primary: true}}, 0, byName)
//
// It knows no database and no file, and judges nothing.
package roles

import (
	"cmp"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// Role is what a user is at an org, as OneRoster 1.2 says it.
type Role struct {
	Org     uint32 // its id
	Line    uint32 // of its row, 0 where the package has none
	Word    string // of 1.2, such as principal, or a district's own that begins with ext:
	Primary bool
}

// Before12 is how 1.1 has a user: the role is the primary one at the primary org, else the
// first primary one, else the first; the orgs are those of all roles, the role's own first.
// First is what byName orders first, so that neither files nor ids decide; it compares
// orgs, and roles at one org go by their words. A role that 1.1 has no word for counts
// only as long as no other does: a user of such roles alone has no role in 1.1, and none of
// the orgs either, so that nobody is served as what they may not be.
func Before12(held []Role, primaryOrg uint32, byName func(a, b uint32) int) (role string, orgs []uint32) {
	held = slices.Clone(held)
	slices.SortFunc(held, func(a, b Role) int {
		return cmp.Or(first(a.Primary, b.Primary), first(a.Org == primaryOrg, b.Org == primaryOrg), byName(a.Org, b.Org), cmp.Compare(a.Word, b.Word))
	})
	at := slices.IndexFunc(held, func(r Role) bool { return Word(r.Word) != "" })
	if at < 0 {
		return "", nil
	}
	role, orgs = Word(held[at].Word), []uint32{held[at].Org}
	for _, r := range held {
		if !slices.Contains(orgs, r.Org) {
			orgs = append(orgs, r.Org)
		}
	}
	return role, orgs
}

// first orders what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Word is the word of 1.1 for a role of 1.2, empty where it has none. All administrators
// are one there, and a counselor is an aide.
func Word(role string) string {
	switch role {
	case "districtAdministrator", "principal", "siteAdministrator", "systemAdministrator":
		return administrator
	case "counselor":
		return "aide"
	}
	users, _ := catalog.Find("users")
	if f, _ := users.Field("role"); slices.Contains(f.Values, role) {
		return role
	}
	return ""
}

const administrator = "administrator"

// Since12 is how 1.2 has a user of 1.1: a primary role at each of the orgs. An
// administrator is one of the site where the org is a school, and else of the district.
func Since12(role string, orgs []uint32, isSchool func(org uint32) bool) []Role {
	held := make([]Role, 0, len(orgs))
	for _, org := range orgs {
		r := Role{Org: org, Word: role, Primary: true}
		switch {
		case role != administrator:
		case isSchool(org):
			r.Word = "siteAdministrator"
		default:
			r.Word = "districtAdministrator"
		}
		held = append(held, r)
	}
	return held
}

// Varies reports whether what Since12 makes of a role of 1.1 depends on the org.
func Varies(role string) bool { return role == administrator }
