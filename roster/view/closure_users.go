package view

import (
	"encoding/json"
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

func (g *growth) users() {
	enrolled, anywhere := g.enrolled()
	l, suits, set := g.links["users"], g.suitable(), g.none("users")
	orgs := l.many["orgs"]
	for id := range l.alive.all() {
		if !suits(id) {
			continue
		}
		reached := enrolled.has(id) || g.scope.Unenrolled && !anywhere.has(id) && slices.ContainsFunc(orgs.of(id), g.chosen.has)
		if reached && g.admits(id) {
			set.add(id)
		}
	}
	g.sets["users"] = set
}

// enrolled finds who is enrolled in a class of the view, and who is enrolled in
// any class.
func (g *growth) enrolled() (here, anywhere bits) {
	here, anywhere = g.none("users"), g.none("users")
	l, live := g.links["enrollments"], g.live("classes")
	in, schools := g.sets["classes"], g.live("orgs")
	class, user, school := l.one["class"], l.one["user"], l.one["school"]
	for id := range l.alive.all() {
		if live.has(class[id]) {
			anywhere.add(user[id])
		}
		if in.has(class[id]) && schools.has(school[id]) {
			here.add(user[id])
		}
	}
	return here, anywhere
}

// suitable tells the users whose role is chosen and, of students, whose grade is.
func (g *growth) suitable() func(user uint32) bool {
	l := g.links["users"]
	role, grades := l.words["role"], l.words["grades"]
	gradeFits := make([]bool, len(grades.Values))
	for i, word := range grades.Values {
		gradeFits[i] = g.gradeFits(word)
	}
	roleFits := make([]bool, len(role.Values))
	for i, word := range role.Values {
		roleFits[i] = !slices.Contains(guardianRoles(), word) && g.scope.Roles.has(word)
	}
	pupil := slices.Index(role.Values, catalog.Student)
	return func(user uint32) bool {
		is := int(role.At[user])
		return roleFits[is] && (is != pupil || gradeFits[grades.At[user]])
	}
}

// gradeFits reports whether a list of grades, as stored, has a chosen one.
func (g *growth) gradeFits(stored string) bool {
	if g.scope.Grades.All {
		return true
	}
	var list []string
	// An empty or unreadable list has no grade, so it fits nothing.
	_ = json.Unmarshal([]byte(stored), &list)
	return slices.ContainsFunc(list, g.scope.Grades.has)
}

// belongs reports whether a user has an active org.
func (g *growth) belongs(user uint32) bool {
	return slices.ContainsFunc(g.links["users"].many["orgs"].of(user), g.live("orgs").has)
}

func (g *growth) guardians() {
	if !g.scope.Guardians {
		return
	}
	l, users, found := g.links["users"], g.sets["users"], g.none("users")
	role := l.words["role"]
	guards := make([]bool, len(role.Values))
	for i, word := range role.Values {
		guards[i] = slices.Contains(guardianRoles(), word)
	}
	pupil := slices.Index(role.Values, catalog.Student)
	add := func(from, to uint32) {
		if users.has(from) && int(role.At[from]) == pupil && guards[role.At[to]] && l.alive.has(to) && g.admits(to) {
			found.add(to)
		}
	}
	l.each("agents", func(from, to uint32) {
		add(from, to)
		add(to, from)
	})
	users.or(found)
}
