package view

import (
	"encoding/json"
	"slices"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
)

func (g *growth) users() {
	enrolled, anywhere := g.enrolled()
	l, suits, set := g.links["users"], g.suitable(), g.none("users")
	orgs := l.many["orgs"]
	for id := range g.live("users").all() {
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

// counting finds the enrollments among some that count: without Former, those that did not
// end before the day. One that has yet to begin is not former.
func (g *growth) counting(some bits) bits {
	l := g.links["enrollments"]
	set, ends := slices.Clone(some), l.words["endDate"]
	over := make([]bool, len(ends.Values))
	for i, end := range ends.Values {
		over[i] = g.scope.over(end)
	}
	if !slices.Contains(over, true) {
		return set
	}
	for id := range some.all() {
		if over[ends.At[id]] {
			set.remove(id)
		}
	}
	return set
}

// over reports whether an enrollment that ends so is former, and left out for it.
func (s Scope) over(end string) bool {
	return !s.Former && end != "" && (s.Day == "" || end < s.Day)
}

// enrolled finds who is enrolled in a class of the view, and who is enrolled in
// any class. Conditions of policies make nobody unenrolled: whose classes or enrollments
// they all leave out is still enrolled in those.
func (g *growth) enrolled() (here, anywhere bits) {
	here, anywhere = g.none("users"), g.none("users")
	l, live := g.links["enrollments"], g.links["classes"].alive
	in, schools := g.sets["classes"], g.live("orgs")
	class, user, school := l.one["class"], l.one["user"], l.one["school"]
	for id := range g.counting(l.alive).all() {
		if live.has(class[id]) {
			anywhere.add(user[id])
		}
	}
	for id := range g.current.all() {
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
		roleFits[i] = !catalog.Guards(word) && g.scope.Roles.has(word)
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
	return slices.ContainsFunc(list, g.scope.Grades.hasGrade)
}

// hasGrade reports whether a grade is chosen, however it is written here and there.
func (a Among) hasGrade(grade string) bool {
	means := ceds.Grade(grade)
	return a.All || slices.ContainsFunc(a.Only, func(chosen string) bool { return ceds.Grade(chosen) == means })
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
		guards[i] = catalog.Guards(word)
	}
	pupil := slices.Index(role.Values, catalog.Student)
	add := func(from, to uint32) {
		if users.has(from) && int(role.At[from]) == pupil && guards[role.At[to]] && g.live("users").has(to) && g.admits(to) {
			found.add(to)
		}
	}
	l.each("agents", func(from, to uint32) {
		add(from, to)
		add(to, from)
	})
	users.or(found)
}
