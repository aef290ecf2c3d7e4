package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rostergate/rostergate/catalog"
)

func TestARouteRevealsWhatItGoesBy(t *testing.T) {
	for _, c := range []struct {
		path    string
		reveals []string
	}{
		{"/users", nil},
		{"/orgs", nil},
		{"/demographics/{id}", nil},
		{"/students", []string{"users.role"}},
		{"/students/{id}", []string{"users.role"}},
		{"/teachers", []string{"users.role"}},
		{"/schools", []string{"orgs.type"}},
		{"/terms", []string{"academicSessions.type"}},
		{"/schools/{id}/students", []string{"orgs.type", "users.orgs", "users.role"}},
		{"/schools/{id}/terms", []string{"academicSessions.type", "classes.school", "classes.terms", "orgs.type"}},
		{"/terms/{id}/gradingPeriods", []string{"academicSessions.parent", "academicSessions.type"}},
		{"/courses/{id}/classes", []string{"classes.course"}},
		{"/users/{id}/classes", []string{"enrollments.class", "enrollments.user"}},
		{"/students/{id}/classes", []string{"enrollments.class", "enrollments.user", "users.role"}},
		{"/classes/{id}/students", []string{"enrollments.class", "enrollments.role", "enrollments.user"}},
		{"/schools/{id}/classes/{id}/teachers", []string{"classes.school", "enrollments.class", "enrollments.role", "enrollments.user", "orgs.type"}},
		{"/classes/{id}/resources", []string{"classResources.class", "classResources.resource"}},
	} {
		t.Run(c.path, func(t *testing.T) {
			i := slices.IndexFunc(catalog.Routes(catalog.V11), func(r catalog.Route) bool { return r.Path == c.path })
			if i < 0 {
				t.Fatal("there is no such route")
			}
			if diff := cmp.Diff(c.reveals, reveals(catalog.Routes(catalog.V11)[i])); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// reveals lists what a route gives away, each once and in order.
func reveals(r catalog.Route) []string {
	var names []string
	for _, reveal := range r.Reveals() {
		names = append(names, reveal.Entity+"."+reveal.Field)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEverythingThatARouteRevealsIsInTheCatalog(t *testing.T) {
	for _, r := range catalog.Routes(catalog.V11) {
		for _, reveal := range r.Reveals() {
			e, _ := catalog.Find(reveal.Entity)
			if _, ok := e.Field(reveal.Field); !ok {
				t.Errorf("%s reveals %s.%s, which does not exist", r.Path, reveal.Entity, reveal.Field)
			}
		}
	}
}

func TestARouteNamesAParentForEveryIDButItsOwn(t *testing.T) {
	for _, r := range catalog.Routes(catalog.V11) {
		want := strings.Count(r.Path, "{id}")
		if r.Single {
			want--
		}
		if len(r.Parents) != want {
			t.Errorf("%s has %d parents, want %d", r.Path, len(r.Parents), want)
		}
	}
}

func TestEveryJoinOfARouteIsAReference(t *testing.T) {
	for _, r := range catalog.Routes(catalog.V11) {
		for i, p := range r.Parents {
			if p.Within != "" {
				refersTo(t, p.Entity, p.Within, r.Parents[i-1].Entity)
			}
			switch {
			case p.Join == catalog.Join{}:
				if i == len(r.Parents)-1 {
					t.Errorf("%s: nothing joins what is listed to the last parent", r.Path)
				}
			case p.Join.Through == "":
				refersTo(t, r.Entity, p.Join.Field, p.Entity)
			default:
				refersTo(t, p.Join.Through, p.Join.Field, p.Entity)
				refersTo(t, p.Join.Through, p.Join.Member, r.Entity)
			}
		}
	}
}

func TestEverySubsetOfARouteUsesTheVocabulary(t *testing.T) {
	for _, r := range catalog.Routes(catalog.V11) {
		checkSubset(t, r.Path, r.Entity, r.Only)
		for _, p := range r.Parents {
			checkSubset(t, r.Path, p.Entity, p.Only)
		}
	}
}

func checkSubset(t *testing.T, path, entity string, only catalog.Subset) {
	t.Helper()
	if only.Field == "" {
		return
	}
	e, _ := catalog.Find(entity)
	f, _ := e.Field(only.Field)
	for _, word := range only.Values {
		if !slices.Contains(f.Values, word) {
			t.Errorf("%s: %s.%s is never %q", path, entity, only.Field, word)
		}
	}
	if len(only.Values) == 0 {
		t.Errorf("%s: a subset by %s.%s without a word", path, entity, only.Field)
	}
}
