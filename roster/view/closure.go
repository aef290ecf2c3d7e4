package view

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
)

// grow computes which records a scope reaches. Everything is active; each step
// uses only what the steps before it found, so that one pass is the fixed point.
// Without Former, an enrollment that ended before the day counts as if there were none:
//
//  1. Chosen orgs bring everything below them.
//  2. A class is in where it is chosen, its school is a chosen org and its course a
//     chosen course, and where it has a term.
//  3. A user is in whose role and grade are chosen, who has an org, and who is
//     enrolled in such a class; or, with Unenrolled, who belongs to a chosen org
//     and is enrolled nowhere, whichever courses are chosen.
//  4. With Guardians, a guardian is in who is linked with a student that is in,
//     whichever of the two names the other.
//     Nobody is in by 3 or 4 who is opted out, and so nobody whom only they bring.
//  5. An enrollment is in where its class and its user are; demographics are in
//     where the person is.
//  6. A course is in where it is chosen and its org too, or a class in the view
//     teaches it. One that came without an org is in by its classes alone.
//  7. The orgs are the chosen ones, those that classes, enrollments and courses
//     require, and their ancestors; then, for each user who has none of these,
//     the user's first one with its ancestors.
//  8. A role is in where its user and its org are, and a profile where its user is.
//  9. The sessions are those of the classes with their ancestors, the resources
//     those of classes, courses and users. A scope of all orgs, courses and classes has all
//     sessions and resources.
//
// What a record refers to outside the view is not sent.
func (s *Snapshot) grow(scope Scope) *View {
	if len(scope.Kept) > 0 {
		return s.growKept(scope)
	}
	g := growth{Snapshot: s, scope: scope, sets: map[string]bits{}}
	g.grow()
	v := &View{Snapshot: s, scope: scope, sets: map[string]*roaring.Bitmap{}}
	for entity, set := range g.sets {
		v.sets[entity] = set.bitmap()
	}
	return v
}

// grow takes the steps.
func (g *growth) grow() {
	g.choose()
	g.leaveOut()
	g.classes()
	g.users()
	g.guardians()
	g.enrollments()
	g.courses()
	g.orgs()
	g.nested()
	g.sessions()
	g.resources()
}

// growth is a view under construction.
type growth struct {
	*Snapshot
	scope    Scope
	chosen   bits // orgs
	selected bits // courses
	optedOut bits // users
	picked   bits // classes
	current  bits // enrollments that count
	sets     map[string]bits

	alive    map[string]bits // of entities of which not all active records count
	homeless []uint32        // users who are left out, for they would have no org
}

// live is the set of active records of an entity, as far as they count.
func (g *growth) live(entity string) bits {
	if some, ok := g.alive[entity]; ok {
		return some
	}
	return g.links[entity].alive
}

// none is a set for the records of an entity, without any.
func (g *growth) none(entity string) bits { return newBits(g.links[entity].size) }

// pick is the set of active records of entity that a names.
func (g *growth) pick(entity string, a Among) bits {
	if a.All {
		return slices.Clone(g.live(entity))
	}
	wanted := map[string]bool{}
	for _, id := range a.Only {
		wanted[id] = true
	}
	set := g.none(entity)
	for id := range g.live(entity).all() {
		if wanted[g.SourcedID(entity, id)] {
			set.add(id)
		}
	}
	return set
}

// choose finds the orgs, courses and classes that the scope names, and the enrollments
// that count.
func (g *growth) choose() {
	g.chosen = g.pick("orgs", g.scope.Orgs)
	g.selected = g.pick("courses", g.scope.Courses)
	g.picked = g.pick("classes", g.scope.Classes)
	g.current = g.counting(g.live("enrollments"))
	if g.scope.Orgs.All {
		return
	}
	below := slices.Collect(g.chosen.all())
	for len(below) > 0 {
		id := below[0]
		below = below[1:]
		for _, child := range g.Referring("orgs", "parent", id) {
			if g.live("orgs").has(child) && !g.chosen.has(child) {
				g.chosen.add(child)
				below = append(below, child)
			}
		}
	}
}

func (g *growth) classes() {
	l, terms, set := g.links["classes"], g.live("academicSessions"), g.none("classes")
	school, course, meets := l.one["school"], l.one["course"], l.many["terms"]
	for id := range g.picked.all() {
		taught := g.chosen.has(school[id]) && g.selected.has(course[id]) && g.offered(course[id])
		if taught && slices.ContainsFunc(meets.of(id), terms.has) {
			set.add(id)
		}
	}
	g.sets["classes"] = set
}

// offered reports whether the org of a course is there. A course that came without one
// is offered wherever a class teaches it.
func (g *growth) offered(course uint32) bool {
	org := g.links["courses"].one["org"][course]
	return org == 0 || g.live("orgs").has(org)
}

func (g *growth) enrollments() {
	l, set := g.links["enrollments"], g.none("enrollments")
	classes, users, orgs := g.sets["classes"], g.sets["users"], g.live("orgs")
	class, user, school := l.one["class"], l.one["user"], l.one["school"]
	for id := range g.current.all() {
		if classes.has(class[id]) && users.has(user[id]) && orgs.has(school[id]) {
			set.add(id)
		}
	}
	g.sets["enrollments"] = set
	set = g.none("demographics")
	for id := range g.live("demographics").all() {
		if users.has(id) {
			set.add(id)
		}
	}
	g.sets["demographics"] = set
}

func (g *growth) courses() {
	set, org := g.none("courses"), g.links["courses"].one["org"]
	for id := range g.selected.all() {
		if g.chosen.has(org[id]) {
			set.add(id)
		}
	}
	course := g.links["classes"].one["course"]
	for id := range g.sets["classes"].all() {
		set.add(course[id])
	}
	g.sets["courses"] = set
}

func (g *growth) orgs() {
	set := slices.Clone(g.chosen)
	require := func(entity, field string) {
		one := g.links[entity].one[field]
		for id := range g.sets[entity].all() {
			if one[id] > 0 { // a course may have none
				set.add(one[id])
			}
		}
	}
	require("classes", "school")
	require("enrollments", "school")
	require("courses", "org")
	g.climb("orgs", set)
	set.or(g.homes(set))
	g.climb("orgs", set)
	g.sets["orgs"] = set
}

// homes are the first orgs of the users who have none of those given.
func (g *growth) homes(given bits) bits {
	homes, live, of := g.none("orgs"), g.live("orgs"), g.links["users"].many["orgs"]
	for id := range g.sets["users"].all() {
		if orgs := of.of(id); !slices.ContainsFunc(orgs, given.has) {
			homes.add(orgs[slices.IndexFunc(orgs, live.has)])
		}
	}
	return homes
}

// climb adds the ancestors of what is in set.
func (g *growth) climb(entity string, set bits) {
	up, live := g.links[entity].one["parent"], g.live(entity)
	for id := range slices.Clone(set).all() {
		for above := up[id]; live.has(above) && !set.has(above); above = up[above] {
			set.add(above)
		}
	}
}

// everything reports whether no org, no course and no class is left out.
func (s Scope) everything() bool { return s.Orgs.All && s.Courses.All && s.Classes.All }

// nested finds the nested records of which every required reference leads into the view.
func (g *growth) nested() {
	for _, e := range catalog.Entities() {
		if _, nested := e.Holder(); nested {
			g.sets[e.Plural] = g.closedUnder(e)
		}
	}
}

func (g *growth) closedUnder(e catalog.Entity) bits {
	set := slices.Clone(g.live(e.Plural))
	for _, f := range e.Fields {
		if f.Kind != catalog.Reference || !f.Required {
			continue
		}
		one, in := g.links[e.Plural].one[f.Name], g.sets[f.Target]
		for id := range slices.Clone(set).all() {
			if !in.has(one[id]) {
				set.remove(id)
			}
		}
	}
	return set
}

func (g *growth) sessions() {
	if g.scope.everything() {
		g.sets["academicSessions"] = g.live("academicSessions")
		return
	}
	set, live, meets := g.none("academicSessions"), g.live("academicSessions"), g.links["classes"].many["terms"]
	for id := range g.sets["classes"].all() {
		for _, term := range meets.of(id) {
			if live.has(term) {
				set.add(term)
			}
		}
	}
	g.climb("academicSessions", set)
	g.sets["academicSessions"] = set
}

func (g *growth) resources() {
	set, live := g.none("resources"), g.live("resources")
	if g.scope.everything() {
		set.or(live)
	}
	for _, by := range []struct {
		entity string
		within map[string]string // fields, and what they lead to where they say something
	}{
		{"classResources", map[string]string{"class": "classes"}},
		{"courseResources", map[string]string{"course": "courses"}},
		{"userResources", map[string]string{"user": "users", "class": "classes", "org": "orgs"}},
	} {
		l, joined := g.links[by.entity], g.none(by.entity)
		for id := range g.live(by.entity).all() {
			if g.leads(l, id, by.within) && live.has(l.one["resource"][id]) {
				joined.add(id)
				set.add(l.one["resource"][id])
			}
		}
		g.sets[by.entity] = joined
	}
	g.sets["resources"] = set
}

// leads reports whether what a record says in some fields leads into the view.
func (g *growth) leads(l *links, id uint32, within map[string]string) bool {
	for field, entity := range within {
		if to := l.one[field][id]; to > 0 && !g.sets[entity].has(to) {
			return false
		}
	}
	return true
}
