package sanity

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/codec"
)

// Gathering is what an import notes of the records that the roster will have. Entities
// come in the catalog's order.
type Gathering struct {
	schools, sessions, courses, classes, students, teachers, described set
	taughtAt, offered, attended, led, enrolled                         set // what others refer to
	termless, aperiodic, ungraded                                      set

	marked map[string]*roaring.Bitmap // by the name of a check whose records are noted one by one
	whole  map[string]bool            // entities of which all records were noted
	partly map[string]bool            // and of which the package has only some
}

// NewGathering has noted nothing yet.
func NewGathering() *Gathering {
	return &Gathering{marked: map[string]*roaring.Bitmap{}, whole: map[string]bool{}, partly: map[string]bool{}}
}

// Noting notes the records of an entity.
type Noting func(id uint32, cells []string)

// Of notes records of an entity, with cells as roster.Columns lists them.
func (g *Gathering) Of(e catalog.Entity) Noting {
	g.whole[e.Plural] = true
	at := func(fields ...string) []int { return roster.Places(e, fields...) }
	switch e.Plural {
	case "academicSessions":
		return func(id uint32, _ []string) { g.sessions.add(id) }
	case "orgs":
		return g.org(at("type"))
	case "courses":
		return func(id uint32, _ []string) { g.courses.add(id) }
	case "classes":
		return g.class(at("school", "course", "terms", "periods"))
	case "users":
		return g.user(at("role", "grades"))
	case "enrollments":
		return g.enrollment(at("class", "user", "role"))
	case "demographics":
		return func(id uint32, _ []string) { g.described.add(id) }
	}
	return func(uint32, []string) {}
}

func (g *Gathering) org(at []int) Noting {
	return func(id uint32, cells []string) {
		if cells[at[0]] == "school" {
			g.schools.add(id)
		}
	}
}

func (g *Gathering) class(at []int) Noting {
	return func(id uint32, cells []string) {
		g.classes.add(id)
		g.taughtAt.add(codec.ID(cells[at[0]]))
		g.offered.add(codec.ID(cells[at[1]]))
		if !slices.ContainsFunc(codec.IDs(cells[at[2]]), g.sessions.has) {
			g.termless.add(id)
		}
		if cells[at[3]] == "" {
			g.aperiodic.add(id)
		}
	}
}

func (g *Gathering) user(at []int) Noting {
	return func(id uint32, cells []string) {
		switch cells[at[0]] {
		case catalog.Student:
			g.students.add(id)
			if cells[at[1]] == "" {
				g.ungraded.add(id)
			}
		case catalog.Teacher:
			g.teachers.add(id)
		}
	}
}

func (g *Gathering) enrollment(at []int) Noting {
	return func(_ uint32, cells []string) {
		class, role := codec.ID(cells[at[0]]), cells[at[2]]
		g.enrolled.add(codec.ID(cells[at[1]]))
		switch role {
		case catalog.Student:
			g.attended.add(class)
		case catalog.Teacher:
			g.led.add(class)
		}
	}
}

// Described notes a person whose demographics stay as they are stored.
func (g *Gathering) Described(person uint32) { g.described.add(person) }

// Mark notes a record of a check, by its name.
func (g *Gathering) Mark(check string, id uint32) {
	if g.marked[check] == nil {
		g.marked[check] = roaring.New()
	}
	g.marked[check].Add(id)
}

// Partly notes that the package has only some of an entity's records: what two of them
// share shows where both are in it.
func (g *Gathering) Partly(e catalog.Entity) { g.partly[e.Plural] = true }

// records are those of a check; false where the import has not looked at them.
func (g *Gathering) records(c Check) (*roaring.Bitmap, bool) {
	some := func(s, other set) (*roaring.Bitmap, bool) { return s.without(other), true }
	switch c.Name {
	case "students-without-enrollments":
		return some(g.students, g.enrolled)
	case "teachers-without-enrollments":
		return some(g.teachers, g.enrolled)
	case "students-without-grades":
		return some(g.ungraded, nil)
	case "students-without-demographics":
		return some(g.students, g.described)
	case "classes-without-terms":
		return some(g.termless, nil)
	case "classes-without-students":
		return some(g.classes, g.attended)
	case "classes-without-teachers":
		return some(g.classes, g.led)
	case "classes-without-periods":
		return some(g.aperiodic, nil)
	case "courses-without-classes":
		return some(g.courses, g.offered)
	case "schools-without-classes":
		return some(g.schools, g.taughtAt)
	}
	if g.partly[c.Entity] && strings.HasPrefix(c.Name, SharedName(c.Entity, "")) {
		return roaring.New(), false
	}
	if marked := g.marked[c.Name]; marked != nil {
		return marked, true
	}
	return roaring.New(), g.whole[c.Entity]
}
