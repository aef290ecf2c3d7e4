package catalog_test

import (
	"slices"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

func TestEveryReferenceHasATarget(t *testing.T) {
	eachField(t, func(t *testing.T, _ catalog.Entity, f catalog.Field) {
		about := f.Kind.Refers() || f.Kind == catalog.Nested
		if about != (f.Target != "") {
			t.Fatalf("a %s with the target %q", f.Kind, f.Target)
		}
		if _, ok := catalog.Find(f.Target); about && !ok {
			t.Errorf("no entity is called %q", f.Target)
		}
	})
}

// A stored reference is read from a row, and the record that it names must have
// been read before.
func TestAStoredReferenceLeadsToAnEarlierEntityOrToItsOwn(t *testing.T) {
	var order []string
	for _, e := range catalog.Entities() {
		order = append(order, e.Plural)
	}
	eachField(t, func(t *testing.T, e catalog.Entity, f catalog.Field) {
		if !f.Kind.Refers() || f.Computed() {
			return
		}
		if slices.Index(order, f.Target) > slices.Index(order, e.Plural) {
			t.Errorf("%s comes after %s", f.Target, e.Plural)
		}
	})
	for _, e := range catalog.Entities() {
		if e.Describes != "" && slices.Index(order, e.Describes) >= slices.Index(order, e.Plural) {
			t.Errorf("%s describes %s, which does not come before it", e.Plural, e.Describes)
		}
	}
}

func TestAComputedReferenceFindsItsRecords(t *testing.T) {
	eachField(t, func(t *testing.T, e catalog.Entity, f catalog.Field) {
		if f.Through == nil {
			return
		}
		through := *f.Through
		if through.Member == "" && through.Entity != f.Target {
			t.Errorf("the found %s are the answer, and %s are expected", through.Entity, f.Target)
		}
		refersTo(t, through.Entity, through.Field, e.Plural)
		if through.Member != "" {
			refersTo(t, through.Entity, through.Member, f.Target)
		}
	})
}

func TestANestedRowKnowsWhereItBelongs(t *testing.T) {
	eachField(t, func(t *testing.T, e catalog.Entity, f catalog.Field) {
		if f.Kind == catalog.Nested {
			refersTo(t, f.Target, e.Name, e.Plural)
		}
	})
}

// refersTo fails unless entity.field is a stored reference to target.
func refersTo(t *testing.T, entity, field, target string) {
	t.Helper()
	e, _ := catalog.Find(entity)
	f, ok := e.Field(field)
	if !ok || !f.Kind.Refers() || f.Computed() || f.Target != target {
		t.Errorf("%s.%s is not a stored reference to %s", entity, field, target)
	}
}
