package view

import (
	"slices"

	"github.com/rostergate/rostergate/catalog"
)

// Reason is why a record is in a view or not: the first rule that decided.
type Reason struct {
	In   bool
	Code string // stable: "enrolled", "role"
	Says string // the rule in a sentence
}

// rule is one step on the way to a Reason: where it holds, it decides.
type rule struct {
	Reason
	holds func(c *closed, id uint32) bool
}

// closed is a view seen from its scope.
type closed struct {
	growth
	view *View
}

// Why says why a record is in the view, or why not. Id 0, and an id that no
// record has, is out.
func (v *View) Why(entity string, id uint32) Reason {
	if len(v.scope.Kept) > 0 {
		return v.whyKept(entity, id)
	}
	return v.closed().why(entity, id)
}

// closed is the view as rules look at it.
func (v *View) closed() *closed {
	c := &closed{growth: growth{Snapshot: v.Snapshot, scope: v.scope}, view: v}
	c.choose()
	c.leaveOut()
	return c
}

func (c *closed) why(entity string, id uint32) Reason {
	if !c.Live(entity).Contains(id) {
		return Reason{Code: "gone", Says: "The roster has no such record, or no longer."}
	}
	for _, r := range rulesOf(entity) {
		if r.holds(c, id) {
			return r.Reason
		}
	}
	return Reason{Code: "unreached", Says: "Nothing that the app can see leads to it."}
}

func in(code, says string, holds func(*closed, uint32) bool) rule {
	return rule{Reason{In: true, Code: code, Says: says}, holds}
}

func out(code, says string, holds func(*closed, uint32) bool) rule {
	return rule{Reason{Code: code, Says: says}, holds}
}

// rulesOf are the rules about active records of an entity, in the order in which
// they decide. They say what grow does.
func rulesOf(entity string) []rule {
	switch entity {
	case "orgs":
		return orgRules()
	case "academicSessions":
		return sessionRules()
	case "courses":
		return courseRules()
	case "classes":
		return classRules()
	case "users":
		return userRules()
	case "enrollments":
		return []rule{
			out("class", "The app cannot see its class.", outside("enrollments", "class")),
			out("opted_out", "Its student is opted out of this app.", func(c *closed, id uint32) bool {
				return c.optedOut.has(c.links["enrollments"].one["user"][id])
			}),
			out("former", "It ended before today, and the scope leaves out former enrollments.", not(func(c *closed, id uint32) bool { return c.current.has(id) })),
			out("user", "The app cannot see its user.", outside("enrollments", "user")),
			out("no_school", "Its school is gone.", lost("enrollments", "school")),
			in("reached", "The app can see its class and its user.", always),
		}
	case "demographics":
		return []rule{
			in("person", "The app can see the person.", func(c *closed, id uint32) bool { return c.view.Set("users").Contains(id) }),
			out("opted_out", "The person is opted out of this app.", (*closed).isOptedOut),
			out("user", "The app cannot see the person.", always),
		}
	case "resources":
		return resourceRules()
	case "classResources", "courseResources", "userResources":
		return joinRules(entity)
	}
	return nil
}

func always(*closed, uint32) bool { return true }

func everything(c *closed, _ uint32) bool { return c.scope.everything() }

// outside reports whether a reference leads out of the view.
func outside(entity, field string) func(*closed, uint32) bool {
	return func(c *closed, id uint32) bool {
		f, _ := c.links[entity].entity.Field(field)
		return !c.view.Set(f.Target).Contains(c.links[entity].one[field][id])
	}
}

// lost reports whether a reference leads to a record that is not active.
func lost(entity, field string) func(*closed, uint32) bool {
	return func(c *closed, id uint32) bool {
		f, _ := c.links[entity].entity.Field(field)
		to := c.links[entity].one[field][id]
		return to > 0 && !c.Live(f.Target).Contains(to)
	}
}

// named reports whether a record of the view refers here by the field.
func named(entity, field string) func(*closed, uint32) bool {
	return func(c *closed, id uint32) bool {
		return slices.ContainsFunc(c.Referring(entity, field, id), c.view.Set(entity).Contains)
	}
}

func orgRules() []rule {
	return []rule{
		in("chosen", "The scope names it, or an org above it, or all orgs.", func(c *closed, id uint32) bool { return c.chosen.has(id) }),
		in("school_of_class", "A class that the app can see is held there.", named("classes", "school")),
		in("school_of_enrollment", "An enrollment that the app can see is of that school.", named("enrollments", "school")),
		in("org_of_course", "A course that the app can see is of that org.", named("courses", "org")),
		in("above", "An org that the app can see lies below it.", named("orgs", "parent")),
		in("home", "A user that the app can see has no other org here.", inView("orgs")),
		out("org", "The scope names neither it nor an org above it, and nothing that the app can see needs it.", always),
	}
}

// inView reports what the view holds, for a rule that stands behind all others
// that bring a record in.
func inView(entity string) func(*closed, uint32) bool {
	return func(c *closed, id uint32) bool { return c.view.Set(entity).Contains(id) }
}

func sessionRules() []rule {
	return []rule{
		in("everything", "The scope leaves out no org, no course and no class.", everything),
		in("term", "A class that the app can see meets in it.", named("classes", "terms")),
		in("above", "A session that the app can see lies within it.", named("academicSessions", "parent")),
		out("session", "No class that the app can see meets in it, or in a session within it.", always),
	}
}

func courseRules() []rule {
	return []rule{
		out("no_org", "Its org is gone.", lost("courses", "org")),
		in("taught", "A class that the app can see teaches it.", named("classes", "course")),
		out("course", "The scope does not name it, and no class that the app can see teaches it.", not((*closed).wantsCourse)),
		out("org", "Its org is outside the scope, or it has none, and no class that the app can see teaches it.", not(at("courses", "org", (*closed).wantsOrg))),
		in("chosen", "The scope names it, or all courses, and its org.", always),
	}
}

func classRules() []rule {
	return []rule{
		out("no_school", "Its school is gone.", lost("classes", "school")),
		out("org", "Its school is outside the scope.", not(at("classes", "school", (*closed).wantsOrg))),
		out("no_course", "Its course is gone.", lost("classes", "course")),
		out("course", "The scope does not name its course.", not(at("classes", "course", (*closed).wantsCourse))),
		out("class", "The scope does not name it.", not(func(c *closed, id uint32) bool { return c.picked.has(id) })),
		out("no_org", "The org of its course is gone.", not(at("classes", "course", func(c *closed, id uint32) bool { return c.offered(id) }))),
		out("no_term", "None of its terms is left.", not(func(c *closed, id uint32) bool {
			return slices.ContainsFunc(c.links["classes"].many["terms"].of(id), c.Live("academicSessions").Contains)
		})),
		in("chosen", "The scope has its school, its course and itself.", always),
	}
}

func (c *closed) wantsOrg(id uint32) bool    { return c.chosen.has(id) }
func (c *closed) wantsCourse(id uint32) bool { return c.selected.has(id) }

func not(holds func(*closed, uint32) bool) func(*closed, uint32) bool {
	return func(c *closed, id uint32) bool { return !holds(c, id) }
}

// at asks of what a reference leads to.
func at(entity, field string, holds func(*closed, uint32) bool) func(*closed, uint32) bool {
	return func(c *closed, id uint32) bool { return holds(c, c.links[entity].one[field][id]) }
}

func userRules() []rule {
	return []rule{
		out("opted_out", "The user is opted out of this app.", (*closed).isOptedOut),
		out("no_org", "None of the user's orgs is left.", func(c *closed, id uint32) bool { return !c.belongs(id) }),
		out("guardians_off", "The scope has no guardians.", func(c *closed, id uint32) bool { return c.guardian(id) && !c.scope.Guardians }),
		in("guardian", "The user is linked with a student the app can see.", func(c *closed, id uint32) bool { return c.guardian(id) && c.guards(id) }),
		out("no_student", "The user is linked with no student the app can see.", (*closed).guardian),
		out("role", "The scope does not name the user's role.", func(c *closed, id uint32) bool { return !c.scope.Roles.has(c.role(id)) }),
		out("grade", "The scope names none of the student's grades.", func(c *closed, id uint32) bool {
			return c.role(id) == catalog.Student && !c.gradeFits(c.links["users"].words["grades"].Of(id))
		}),
		in("enrolled", "The user is enrolled in a class the app can see.", (*closed).attends),
		out("former", "The user's enrollments in classes that the app can see have ended, and the scope leaves out former enrollments.", (*closed).left),
		out("enrolled_elsewhere", "The user is enrolled only in classes that the app cannot see.", (*closed).enrolledAnywhere),
		out("unenrolled_off", "The user is enrolled nowhere, and the scope has no unenrolled users.", func(c *closed, _ uint32) bool { return !c.scope.Unenrolled }),
		in("unenrolled", "The user is enrolled nowhere and belongs to an org in the scope.", (*closed).homeChosen),
		out("org", "The user is enrolled nowhere and belongs to no org in the scope.", always),
	}
}

func (c *closed) isOptedOut(user uint32) bool { return c.optedOut.has(user) }

func (c *closed) role(id uint32) string { return c.links["users"].words["role"].Of(id) }

func (c *closed) guardian(id uint32) bool { return catalog.Guards(c.role(id)) }

// guards reports whether a user names a student in the view as agent, or the
// other way round.
func (c *closed) guards(id uint32) bool {
	pupil := func(other uint32) bool {
		return c.role(other) == catalog.Student && c.view.Set("users").Contains(other)
	}
	return slices.ContainsFunc(c.links["users"].many["agents"].of(id), pupil) ||
		slices.ContainsFunc(c.Referring("users", "agents", id), pupil)
}

// attends reports whether a user is enrolled in a class in the view.
func (c *closed) attends(id uint32) bool {
	return slices.ContainsFunc(c.Referring("enrollments", "user", id), func(e uint32) bool { return c.current.has(e) && c.isHere(e) })
}

// left reports whether a user was enrolled in a class in the view, no longer is, and does
// not stay for being enrolled nowhere.
func (c *closed) left(id uint32) bool {
	ended := func(e uint32) bool { return !c.current.has(e) && c.isHere(e) }
	return slices.ContainsFunc(c.Referring("enrollments", "user", id), ended) &&
		(!c.scope.Unenrolled || c.enrolledAnywhere(id) || !c.homeChosen(id))
}

// homeChosen reports whether a user belongs to an org that the scope names.
func (c *closed) homeChosen(id uint32) bool {
	return slices.ContainsFunc(c.links["users"].many["orgs"].of(id), c.chosen.has)
}

// isHere reports whether an enrollment is in a class in the view.
func (c *closed) isHere(enrollment uint32) bool {
	l := c.links["enrollments"]
	return c.view.Set("classes").Contains(l.one["class"][enrollment]) && c.Live("orgs").Contains(l.one["school"][enrollment])
}

func (c *closed) enrolledAnywhere(id uint32) bool {
	return slices.ContainsFunc(c.Referring("enrollments", "user", id), func(e uint32) bool {
		return c.current.has(e) && c.Live("classes").Contains(c.links["enrollments"].one["class"][e])
	})
}

func resourceRules() []rule {
	return []rule{
		in("everything", "The scope leaves out no org, no course and no class.", everything),
		in("class", "A class that the app can see uses it.", named("classResources", "resource")),
		in("course", "A course that the app can see uses it.", named("courseResources", "resource")),
		in("user", "A user that the app can see has it.", named("userResources", "resource")),
		out("unused", "No class, no course and no user that the app can see uses it.", always),
	}
}

// joinRules are those of what joins resources with something.
func joinRules(entity string) []rule {
	of := map[string]string{"classResources": "class", "courseResources": "course", "userResources": "user"}[entity]
	return []rule{
		out(of, "The app cannot see its "+of+".", outside(entity, of)),
		out("no_resource", "Its resource is gone.", lost(entity, "resource")),
		out("elsewhere", "The app cannot see the class or the org for which it is.", not(inView(entity))),
		in("reached", "The app can see its "+of+".", always),
	}
}
