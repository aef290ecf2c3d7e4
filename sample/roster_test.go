package sample_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/sample"
)

// sizes are districts of every shape: too small for its schools, with empty
// grades, with odd ids only just, ordinary.
func sizes() []int { return []int{1, 2, 3, 13, 20, 50, 299, 700} }

func TestEveryRecordIsWhatTheCatalogAsks(t *testing.T) {
	for _, students := range sizes() {
		t.Run(fmt.Sprint(students), func(t *testing.T) {
			p := write(t, sample.District{Students: students, Seed: 11})
			for _, e := range catalog.Tables(catalog.V11) {
				seen := map[string]bool{}
				for _, r := range p.records[e.Plural] {
					if id := r["sourcedId"]; seen[id] || len(id) > 255 {
						t.Errorf("%s: %q is there twice or too long", e.Plural, id)
					}
					seen[r["sourcedId"]] = true
					for _, f := range e.Columns(catalog.V11) {
						checkCell(t, p, e, f, r)
					}
				}
			}
		})
	}
}

// checkCell judges one cell by its field.
func checkCell(t *testing.T, p pack, e catalog.Entity, f catalog.Field, r record) {
	t.Helper()
	cell := r[f.Header()]
	if cell == "" {
		if f.Required {
			t.Errorf("%s %q has no %s", e.Name, r["sourcedId"], f.Header())
		}
		return
	}
	ok := true
	switch f.Kind {
	case catalog.Token:
		ok = slices.Contains(f.Values, cell)
	case catalog.Tokens:
		ok = !slices.ContainsFunc(r.items(f.Header()), func(s string) bool { return !slices.Contains(f.Values, s) })
	case catalog.Boolean:
		ok = cell == "true" || cell == "false"
	case catalog.Date:
		_, err := time.Parse(time.DateOnly, cell)
		ok = err == nil
	case catalog.Year:
		ok = len(cell) == 4
	case catalog.List:
		ok = !slices.Contains(r.items(f.Header()), "")
	case catalog.Identifiers:
		ok = !slices.ContainsFunc(r.items(f.Header()), func(s string) bool {
			return !strings.HasPrefix(s, "{") || !strings.HasSuffix(s, "}") || strings.Count(s, ":") != 1
		})
	}
	if !ok {
		t.Errorf("%s %q: %s is %q", e.Name, r["sourcedId"], f.Header(), cell)
	}
}

func TestEveryReferenceResolves(t *testing.T) {
	for _, students := range sizes() {
		t.Run(fmt.Sprint(students), func(t *testing.T) {
			p := write(t, sample.District{Students: students, Seed: 12})
			known := map[string]map[string]record{}
			for _, e := range catalog.Tables(catalog.V11) {
				known[e.Plural] = p.by(e.Plural)
			}
			for _, e := range catalog.Tables(catalog.V11) {
				for _, f := range e.Columns(catalog.V11) {
					if !f.Kind.Refers() {
						continue
					}
					for _, r := range p.records[e.Plural] {
						checkReferences(t, r, f, known[f.Target])
					}
				}
			}
		})
	}
}

func checkReferences(t *testing.T, r record, f catalog.Field, known map[string]record) {
	t.Helper()
	seen := map[string]bool{}
	for _, id := range r.items(f.Header()) {
		if known[id] == nil || seen[id] {
			t.Errorf("%q refers to %q of %s, which is not there or there twice", r["sourcedId"], id, f.Target)
		}
		seen[id] = true
	}
	if f.Kind == catalog.Reference && len(seen) > 1 {
		t.Errorf("%q refers to several of %s", r["sourcedId"], f.Target)
	}
}

func TestOrgsAreOneTree(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 1})
	parents := map[string]string{"district": "", "school": "district", "department": "school"}
	orgs, count := p.by("orgs"), map[string]int{}
	for _, o := range p.records["orgs"] {
		count[o["type"]]++
		if parent := orgs[o["parentSourcedId"]]["type"]; parent != parents[o["type"]] {
			t.Errorf("the %s %q hangs from a %q", o["type"], o["sourcedId"], parent)
		}
	}
	if count["district"] != 1 || count["department"] != 1 || count["school"] != 4 {
		t.Errorf("the district has %v", count)
	}
}

func TestSchoolsAreManyEnoughToChooseFrom(t *testing.T) {
	for students, want := range map[int]int{1: 3, 50: 3, 2000: 4, 5000: 11} {
		schools, levels := 0, map[string]bool{}
		for _, o := range write(t, sample.District{Students: students}).records["orgs"] {
			if o["type"] == "school" {
				schools++
				levels[o["metadata.gradeRange"]] = true
			}
		}
		if schools != want || len(levels) != 3 {
			t.Errorf("%d students have %d schools of %d kinds, want %d", students, schools, len(levels), want)
		}
	}
}

func TestSessionsLieInsideTheirParents(t *testing.T) {
	p := write(t, sample.District{Students: 1})
	sessions, count := p.by("academicSessions"), map[string]int{}
	for _, s := range p.records["academicSessions"] {
		count[s["type"]]++
		parent := sessions[s["parentSourcedId"]]
		if (parent == nil) != (s["type"] == "schoolYear") || s["type"] == "gradingPeriod" && parent["type"] != "semester" {
			t.Errorf("%s hangs from %v", s["title"], parent)
		}
		if s["startDate"] >= s["endDate"] || s["schoolYear"] != "2027" {
			t.Errorf("%s is %v", s["title"], s)
		}
		if parent != nil && (s["startDate"] < parent["startDate"] || s["endDate"] > parent["endDate"]) {
			t.Errorf("%s lies outside %s", s["title"], parent["title"])
		}
	}
	if count["schoolYear"] != 1 || count["semester"] != 2 || count["gradingPeriod"] != 4 || count["term"] != 1 {
		t.Errorf("the calendar has %v", count)
	}
}

func TestCoursesBelongToTheDistrictOrToASchool(t *testing.T) {
	p := write(t, sample.District{Students: 500, Seed: 1})
	orgs, count := p.by("orgs"), map[string]int{}
	courses := p.by("courses")
	for _, c := range courses {
		count[orgs[c["orgSourcedId"]]["type"]]++
	}
	if count["district"] == 0 || count["school"] == 0 || len(count) != 2 {
		t.Errorf("courses belong to %v", count)
	}
	for _, c := range p.records["classes"] {
		course := courses[c["courseSourcedId"]]
		if org := course["orgSourcedId"]; orgs[org]["type"] == "school" && org != c["schoolSourcedId"] {
			t.Errorf("class %q is of another school's course", c["sourcedId"])
		}
		if !slices.Contains(course.items("grades"), c["grades"]) {
			t.Errorf("class %q of grade %s is of a course for %s", c["sourcedId"], c["grades"], course["grades"])
		}
		if len(c.items("subjects")) != len(c.items("subjectCodes")) {
			t.Errorf("class %q has subjects and codes of different lengths", c["sourcedId"])
		}
	}
}

func TestEveryClassHasOnePrimaryTeacherAndSomeStudents(t *testing.T) {
	for _, students := range sizes() {
		p := write(t, sample.District{Students: students, Seed: 4})
		primary, learning := map[string]int{}, map[string]int{}
		for _, e := range p.records["enrollments"] {
			switch {
			case e["role"] == "teacher" && e["primary"] == "true":
				primary[e["classSourcedId"]]++
			case e["role"] == "student":
				learning[e["classSourcedId"]]++
			}
		}
		for _, c := range p.records["classes"] {
			id := c["sourcedId"]
			if primary[id] != 1 || learning[id] > 25 {
				t.Errorf("of %d students, class %q has %d primary teachers and %d students", students, id, primary[id], learning[id])
			}
			if learning[id] == 0 && students >= 50 {
				t.Errorf("of %d students, nobody is in class %q", students, id)
			}
		}
	}
}

func TestEnrollmentsAgreeWithTheirClassesAndUsers(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 4})
	classes, users, sessions := p.by("classes"), p.by("users"), p.by("academicSessions")
	seen := map[string]bool{}
	for _, e := range p.records["enrollments"] {
		class, user := classes[e["classSourcedId"]], users[e["userSourcedId"]]
		pair := e["classSourcedId"] + "\n" + e["userSourcedId"]
		if seen[pair] || e["schoolSourcedId"] != class["schoolSourcedId"] || !slices.Contains(user.items("orgSourcedIds"), e["schoolSourcedId"]) {
			t.Errorf("enrollment %s is there twice or in another school", e["sourcedId"])
		}
		seen[pair] = true
		if role := e["role"]; role != user["role"] && !(role == "proctor" && user["role"] == "aide") {
			t.Errorf("a %s is enrolled as %s", user["role"], role)
		}
		if e["role"] == "student" && user["grades"] != class["grades"] {
			t.Errorf("a student of grade %s is in a class of %s", user["grades"], class["grades"])
		}
		if (e["primary"] != "") != (e["role"] == "teacher") {
			t.Errorf("a %s's primary is %q", e["role"], e["primary"])
		}
		terms := class.items("termSourcedIds")
		first, last := sessions[terms[0]], sessions[terms[len(terms)-1]]
		if b, x := e["beginDate"], e["endDate"]; b != "" && b < first["startDate"] || x > last["endDate"] || x != "" && b >= x {
			t.Errorf("enrollment %s lasts from %q to %q", e["sourcedId"], b, x)
		}
	}
}

func TestStudentsTakeSixClassesButForThoseInNone(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 4})
	taken, homerooms, classes := map[string]int{}, map[string]int{}, p.by("classes")
	for _, e := range p.records["enrollments"] {
		taken[e["userSourcedId"]]++
		if classes[e["classSourcedId"]]["classType"] == "homeroom" {
			homerooms[e["userSourcedId"]]++
		}
	}
	unenrolled := 0
	for _, s := range p.role("student") {
		id := s["sourcedId"]
		switch {
		case taken[id] == 0:
			unenrolled++
		case taken[id] != 6 || homerooms[id] != 1:
			t.Errorf("student %q takes %d classes, %d of them homerooms", id, taken[id], homerooms[id])
		}
	}
	if unenrolled != 20 {
		t.Errorf("%d of 2000 students are in no class", unenrolled)
	}
	for _, u := range p.role("administrator", "guardian", "parent", "relative") {
		if taken[u["sourcedId"]] > 0 {
			t.Errorf("a %s is enrolled", u["role"])
		}
	}
	for _, u := range p.role("teacher", "aide", "proctor") {
		if taken[u["sourcedId"]] == 0 {
			t.Errorf("the %s %q has no class", u["role"], u["sourcedId"])
		}
	}
}

func TestStudentsAreInASchoolOfTheirGrade(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 4})
	orgs, tables, grades := p.by("orgs"), ceds.Load(), map[string]int{}
	for _, s := range p.role("student") {
		low, high, _ := strings.Cut(orgs[s["orgSourcedIds"]]["metadata.gradeRange"], "-")
		g := s["grades"]
		if !tables.Has("gradeLevel", g) || g != "KG" && (g > high || low != "KG" && g < low) || g == "KG" && low != "KG" {
			t.Errorf("a student of grade %q is in a school for %s to %s", g, low, high)
		}
		grades[g]++
	}
	if len(grades) != 13 {
		t.Errorf("students are of the grades %v", grades)
	}
}

func TestResourcesAreUsed(t *testing.T) {
	p := write(t, sample.District{Students: 200, Seed: 4})
	for _, file := range []string{"resources", "courseResources", "classResources"} {
		if len(p.records[file]) < 8 {
			t.Errorf("%s has %d records", file, len(p.records[file]))
		}
	}
}
