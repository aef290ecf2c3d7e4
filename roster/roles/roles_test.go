package roles_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/roles"
)

const (
	district uint32 = 1
	elm      uint32 = 2
	oak      uint32 = 3
)

func primary(word string, org uint32) roles.Role {
	return roles.Role{Org: org, Word: word, Primary: true}
}

func secondary(word string, org uint32) roles.Role { return roles.Role{Org: org, Word: word} }

func TestAUserOf12HasOneRoleIn11(t *testing.T) {
	for _, c := range []struct {
		name string
		held []roles.Role
		home uint32
		role string
		orgs []uint32
	}{
		{"the only role", []roles.Role{primary("student", oak)}, 0, "student", []uint32{oak}},
		{"the primary one at the primary org", []roles.Role{primary("teacher", elm), primary("principal", oak)}, oak, "administrator", []uint32{oak, elm}},
		{"the first primary one where the primary org has none", []roles.Role{primary("teacher", oak), primary("aide", elm), secondary("proctor", district)}, district, "aide", []uint32{elm, oak, district}},
		{"the first primary one where there is no primary org", []roles.Role{secondary("aide", district), primary("teacher", oak)}, 0, "teacher", []uint32{oak, district}},
		{"a secondary one where no other is", []roles.Role{secondary("guardian", oak)}, 0, "guardian", []uint32{oak}},
		{"a counselor is an aide", []roles.Role{primary("counselor", oak)}, 0, "aide", []uint32{oak}},
		{"two roles at one org", []roles.Role{primary("teacher", oak), secondary("guardian", oak)}, 0, "teacher", []uint32{oak}},
		{"another role than one that 1.1 has no word for", []roles.Role{primary("ext:coach", oak), secondary("teacher", elm)}, oak, "teacher", []uint32{elm, oak}},
		{"nothing of a role that 1.1 has no word for", []roles.Role{primary("ext:coach", oak)}, oak, "", nil},
		{"nothing without roles", nil, oak, "", nil},
	} {
		for range 2 { // whatever the order in which they stand
			role, orgs := roles.Before12(c.held, c.home, cmp.Compare[uint32])
			if role != c.role || !slices.Equal(orgs, c.orgs) {
				t.Errorf("%s: %s at %v, want %s at %v", c.name, role, orgs, c.role, c.orgs)
			}
			slices.Reverse(c.held)
		}
	}
}

func TestAUserOf11HasAPrimaryRoleAtEachOrgIn12(t *testing.T) {
	school := func(org uint32) bool { return org != district }
	for _, c := range []struct {
		role string
		orgs []uint32
		want []roles.Role
	}{
		{"student", []uint32{oak}, []roles.Role{primary("student", oak)}},
		{"teacher", []uint32{oak, elm}, []roles.Role{primary("teacher", oak), primary("teacher", elm)}},
		{"administrator", []uint32{district, oak}, []roles.Role{primary("districtAdministrator", district), primary("siteAdministrator", oak)}},
		{"", nil, []roles.Role{}},
	} {
		if got := roles.Since12(c.role, c.orgs, school); !slices.Equal(got, c.want) {
			t.Errorf("%s at %v: %v, want %v", c.role, c.orgs, got, c.want)
		}
	}
}

func TestEveryRoleOf12HasAWordOf11AndTheOtherWayRound(t *testing.T) {
	of11, of12 := words(t, "users"), words(t, "roles")
	for _, word := range of12 {
		if !slices.Contains(of11, roles.Word(word)) {
			t.Errorf("%s is %q in 1.1", word, roles.Word(word))
		}
	}
	for _, word := range of11 {
		for _, isSchool := range []bool{true, false} {
			held := roles.Since12(word, []uint32{oak}, func(uint32) bool { return isSchool })
			if back, _ := roles.Before12(held, 0, cmp.Compare[uint32]); back != word || !slices.Contains(of12, held[0].Word) {
				t.Errorf("%s is %s in 1.2, and that is %s", word, held[0].Word, back)
			}
		}
	}
}

func words(t *testing.T, entity string) []string {
	t.Helper()
	e, _ := catalog.Find(entity)
	f, known := e.Field("role")
	if !known || len(f.Values) == 0 {
		t.Fatalf("%s have no role", entity)
	}
	return f.Values
}

func TestTwoPrimaryRolesAtOneOrgAreToldByTheirRows(t *testing.T) {
	at := func(line uint32, r roles.Role) roles.Role {
		r.Line = line
		return r
	}
	for _, c := range []struct {
		name string
		held []roles.Role
		want []roles.Double
	}{
		{"one at each org", []roles.Role{at(2, primary("teacher", oak)), at(3, primary("teacher", elm))}, nil},
		{"one is secondary", []roles.Role{at(2, primary("teacher", oak)), at(3, secondary("aide", oak))}, nil},
		{"whatever their order", []roles.Role{at(9, primary("aide", oak)), at(4, primary("teacher", oak)), at(2, primary("aide", elm))}, []roles.Double{{Line: 9, First: 4}}},
		{"three", []roles.Role{at(2, primary("aide", oak)), at(3, primary("teacher", oak)), at(4, primary("proctor", oak))}, []roles.Double{{Line: 3, First: 2}, {Line: 4, First: 2}}},
		{"one has no row", []roles.Role{at(2, primary("aide", oak)), primary("teacher", oak)}, []roles.Double{{Line: 2}}},
		{"two have no row", []roles.Role{at(2, primary("aide", oak)), primary("teacher", oak), primary("aide", oak)}, []roles.Double{{Line: 2}}},
		{"none has a row", []roles.Role{primary("aide", oak), primary("teacher", oak)}, []roles.Double{{}}},
	} {
		if got := roles.Doubles(c.held); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
