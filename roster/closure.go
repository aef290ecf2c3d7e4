package roster

import (
	"encoding/json"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// grow computes which records a scope reaches. Everything is active; each step
// uses only what the steps before it found, so that one pass is the fixed point:
//
//  1. Chosen orgs bring everything below them.
//  2. A class is in where its school is a chosen org and its course a chosen
//     course, and where it has a term.
//  3. A user is in whose role and grade are chosen, who has an org, and who is
//     enrolled in such a class; or, with Unenrolled, who belongs to a chosen org
//     and is enrolled nowhere.
//  4. With Guardians, a guardian is in who is linked with a student that is in,
//     whichever of the two names the other.
//  5. An enrollment is in where its class and its user are; demographics are in
//     where the person is.
//  6. A course is in where it is chosen and its org too, or a class in the view
//     teaches it.
//  7. The orgs are the chosen ones, those that classes, enrollments and courses
//     require, and their ancestors; then, for each user who has none of these,
//     the user's first one with its ancestors.
//  8. The sessions are those of the classes with their ancestors, the resources
//     those of classes and courses. A scope of all orgs and all courses has all
//     sessions and resources.
//
// What a record refers to outside the view is not sent.
func (s *Snapshot) grow(scope Scope) *View {
	g := growth{Snapshot: s, scope: scope, sets: map[string]*roaring.Bitmap{}}
	g.chosenOrgs()
	g.classes()
	g.users()
	g.guardians()
	g.enrollments()
	g.courses()
	g.orgs()
	g.sessions()
	g.resources()
	for _, set := range g.sets {
		set.RunOptimize()
	}
	return &View{Snapshot: s, scope: scope, sets: g.sets}
}

// growth is a view under construction.
type growth struct {
	*Snapshot
	scope    Scope
	chosen   *roaring.Bitmap // orgs
	selected *roaring.Bitmap // courses
	sets     map[string]*roaring.Bitmap
}

// pick is the set of active records of entity that a names.
func (s *Snapshot) pick(entity string, a Among) *roaring.Bitmap {
	if a.All {
		return s.Live(entity).Clone()
	}
	wanted := map[string]bool{}
	for _, id := range a.Only {
		wanted[id] = true
	}
	set := roaring.New()
	s.Live(entity).Iterate(func(id uint32) bool {
		if wanted[s.SourcedID(entity, id)] {
			set.Add(id)
		}
		return true
	})
	return set
}

func (g *growth) chosenOrgs() {
	g.chosen = g.pick("orgs", g.scope.Orgs)
	g.selected = g.pick("courses", g.scope.Courses)
	if g.scope.Orgs.All {
		return
	}
	below := g.chosen.ToArray()
	for len(below) > 0 {
		id := below[0]
		below = below[1:]
		for _, child := range g.Referring("orgs", "parent", id) {
			if g.chosen.CheckedAdd(child) {
				below = append(below, child)
			}
		}
	}
}

func (g *growth) classes() {
	l, terms := g.links["classes"], g.Live("academicSessions")
	set := roaring.New()
	l.live.Iterate(func(id uint32) bool {
		taught := g.chosen.Contains(l.one["school"][id]) && g.selected.Contains(l.one["course"][id])
		if taught && slices.ContainsFunc(l.many["terms"].of(id), terms.Contains) && g.offered(l.one["course"][id]) {
			set.Add(id)
		}
		return true
	})
	g.sets["classes"] = set
}

// offered reports whether a course has its required org.
func (g *growth) offered(course uint32) bool {
	return g.Live("orgs").Contains(g.links["courses"].one["org"][course])
}

func (g *growth) users() {
	enrolled, anywhere := g.enrolled()
	l := g.links["users"]
	set := roaring.New()
	l.live.Iterate(func(id uint32) bool {
		reached := enrolled.Contains(id) || g.scope.Unenrolled && !anywhere.Contains(id) &&
			slices.ContainsFunc(l.many["orgs"].of(id), g.chosen.Contains)
		if reached && g.belongs(id) {
			set.Add(id)
		}
		return true
	})
	suitable := g.suitable()
	suitable.And(set)
	g.sets["users"] = suitable
}

// enrolled finds who is enrolled in a class of the view, and who is enrolled in
// any class.
func (g *growth) enrolled() (here, anywhere *roaring.Bitmap) {
	here, anywhere = roaring.New(), roaring.New()
	l, live := g.links["enrollments"], g.Live("classes")
	in, schools := g.sets["classes"], g.Live("orgs")
	class, user, school := l.one["class"], l.one["user"], l.one["school"]
	l.live.Iterate(func(id uint32) bool {
		if live.Contains(class[id]) {
			anywhere.Add(user[id])
		}
		if in.Contains(class[id]) && schools.Contains(school[id]) {
			here.Add(user[id])
		}
		return true
	})
	return here, anywhere
}

// suitable is the set of users whose role is chosen and, of students, whose
// grade is.
func (g *growth) suitable() *roaring.Bitmap {
	l := g.links["users"]
	role, grades := l.words["role"], l.words["grades"]
	gradeFits := make([]bool, len(grades.all))
	for i, word := range grades.all {
		gradeFits[i] = g.gradeFits(word)
	}
	roleFits := make([]bool, len(role.all))
	for i, word := range role.all {
		roleFits[i] = !slices.Contains(guardianRoles(), word) &&
			g.scope.Roles.has(word)
	}
	pupil := slices.Index(role.all, student)
	set := roaring.New()
	l.live.Iterate(func(id uint32) bool {
		is := int(role.at[id])
		if roleFits[is] && (is != pupil || gradeFits[grades.at[id]]) {
			set.Add(id)
		}
		return true
	})
	return set
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
	return slices.ContainsFunc(g.links["users"].many["orgs"].of(user), g.Live("orgs").Contains)
}

func (g *growth) guardians() {
	if !g.scope.Guardians {
		return
	}
	students := g.students()
	students.And(g.sets["users"])
	l, found := g.links["users"], roaring.New()
	guardian := l.having("role", guardianRoles())
	add := func(from, to uint32) {
		if students.Contains(from) && guardian.Contains(to) && g.belongs(to) {
			found.Add(to)
		}
	}
	l.each("agents", func(from, to uint32) {
		add(from, to)
		add(to, from)
	})
	g.sets["users"].Or(found)
}

func (g *growth) students() *roaring.Bitmap {
	return g.links["users"].having("role", []string{student})
}

func (g *growth) enrollments() {
	l, set := g.links["enrollments"], roaring.New()
	classes, users, orgs := g.sets["classes"], g.sets["users"], g.Live("orgs")
	class, user, school := l.one["class"], l.one["user"], l.one["school"]
	l.live.Iterate(func(id uint32) bool {
		if classes.Contains(class[id]) && users.Contains(user[id]) && orgs.Contains(school[id]) {
			set.Add(id)
		}
		return true
	})
	g.sets["enrollments"] = set
	g.sets["demographics"] = roaring.And(g.Live("demographics"), users)
}

func (g *growth) courses() {
	l, set := g.links["courses"], roaring.New()
	g.selected.Iterate(func(id uint32) bool {
		if g.chosen.Contains(l.one["org"][id]) {
			set.Add(id)
		}
		return true
	})
	g.sets["classes"].Iterate(func(id uint32) bool {
		set.Add(g.links["classes"].one["course"][id])
		return true
	})
	g.sets["courses"] = set
}

func (g *growth) orgs() {
	set := g.chosen.Clone()
	require := func(entity, field string) {
		one := g.links[entity].one[field]
		g.sets[entity].Iterate(func(id uint32) bool {
			set.Add(one[id])
			return true
		})
	}
	require("classes", "school")
	require("enrollments", "school")
	require("courses", "org")
	set = g.climb("orgs", set)
	set.Or(g.homes(set))
	g.sets["orgs"] = g.climb("orgs", set)
}

// homes are the first orgs of the users who have none of those given.
func (g *growth) homes(given *roaring.Bitmap) *roaring.Bitmap {
	homes, live := roaring.New(), g.Live("orgs")
	g.sets["users"].Iterate(func(id uint32) bool {
		if orgs := g.links["users"].many["orgs"].of(id); !slices.ContainsFunc(orgs, given.Contains) {
			homes.Add(orgs[slices.IndexFunc(orgs, live.Contains)])
		}
		return true
	})
	return homes
}

// climb adds the ancestors of what is in set.
func (g *growth) climb(entity string, set *roaring.Bitmap) *roaring.Bitmap {
	up, live := g.links[entity].one["parent"], g.Live(entity)
	for _, id := range set.ToArray() {
		for above := up[id]; live.Contains(above) && set.CheckedAdd(above); above = up[above] {
		}
	}
	return set
}

// everything reports whether no org and no course is left out.
func (s Scope) everything() bool { return s.Orgs.All && s.Courses.All }

func (g *growth) sessions() {
	if g.scope.everything() {
		g.sets["academicSessions"] = g.Live("academicSessions").Clone()
		return
	}
	set := roaring.New()
	g.sets["classes"].Iterate(func(id uint32) bool {
		set.AddMany(g.links["classes"].many["terms"].of(id))
		return true
	})
	set.And(g.Live("academicSessions"))
	g.sets["academicSessions"] = g.climb("academicSessions", set)
}

func (g *growth) resources() {
	set := roaring.New()
	if g.scope.everything() {
		set = g.Live("resources").Clone()
	}
	for _, by := range []struct{ entity, field, of string }{
		{"classResources", "class", "classes"},
		{"courseResources", "course", "courses"},
	} {
		l, joined := g.links[by.entity], roaring.New()
		l.live.Iterate(func(id uint32) bool {
			if g.sets[by.of].Contains(l.one[by.field][id]) && g.Live("resources").Contains(l.one["resource"][id]) {
				joined.Add(id)
				set.Add(l.one["resource"][id])
			}
			return true
		})
		g.sets[by.entity] = joined
	}
	g.sets["resources"] = set
}
