package sample

import (
	"fmt"
	"strings"
)

// roles writes what OneRoster 1.2 says of the role and the orgs of each user: a primary
// role at each org, as what 1.2 calls it there.
func (l *layout) roles(t *table) error {
	return l.users(&table{each: func(user map[string]string) error {
		for n, org := range strings.Split(user["orgs"], ",") {
			err := t.row("sourcedId", fmt.Sprintf("rol-%s-%d", user["sourcedId"], n), "user", user["sourcedId"], "roleType", "primary",
				"role", roleAt(user["role"], org), "org", org, "userProfile", profileOf(user))
			if err != nil {
				return err
			}
		}
		return nil
	}})
}

// roleAt is the word of 1.2 for a role: of administrators it tells two.
func roleAt(role, org string) string {
	switch {
	case role != "administrator":
		return role
	case org == districtID:
		return "districtAdministrator"
	}
	return "principal"
}

// profileOf is the profile of a user who has one: of those of whom the roster holds a password.
func profileOf(user map[string]string) string {
	if user["password"] == "" {
		return ""
	}
	return "pro-" + user["sourcedId"]
}

// userProfiles writes how some users sign in, with credentials, which nobody should keep.
func (l *layout) userProfiles(t *table) error {
	return l.users(&table{each: func(user map[string]string) error {
		id := profileOf(user)
		if id == "" {
			return nil
		}
		return t.row("sourcedId", id, "user", user["sourcedId"], "profileType", "https://profiles.example.org/sso", "vendorId", "vendor-lantern",
			"applicationId", "reader", "credentialType", "password", "username", user["username"], "password", user["password"])
	}})
}

// userResources gives the district office the first resource of the shelf.
func (l *layout) userResources(t *table) error {
	return l.users(&table{each: func(user map[string]string) error {
		if user["orgs"] != districtID {
			return nil
		}
		return t.row("sourcedId", "usr-"+user["sourcedId"], "user", user["sourcedId"], "org", districtID, "resource", shelf()[0].id)
	}})
}

// preferred is the name by which one student in eleven is called: the initial.
func preferred(n int, p person) string {
	if n%11 != 5 {
		return ""
	}
	return string([]rune(p.given.text)[:1]) + "."
}

// pronouns are those of one student in nine.
func pronouns(n int) string {
	return map[int]string{2: "she/her", 4: "he/him", 6: "they/them"}[n%27]
}
