package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
)

// eachField runs fn on every field of every entity, as a subtest "users.email".
func eachField(t *testing.T, fn func(t *testing.T, e catalog.Entity, f catalog.Field)) {
	t.Helper()
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			t.Run(e.Plural+"."+f.Name, func(t *testing.T) { fn(t, e, f) })
		}
	}
}

// eachVersion runs fn on both versions.
func eachVersion(t *testing.T, fn func(t *testing.T, v catalog.Version)) {
	t.Helper()
	t.Run("1.1", func(t *testing.T) { fn(t, catalog.V11) })
	t.Run("1.2", func(t *testing.T) { fn(t, catalog.V12) })
}

func TestEveryFieldIsClassified(t *testing.T) {
	eachField(t, func(t *testing.T, _ catalog.Entity, f catalog.Field) {
		if f.Class == catalog.Unclassified || !slices.Contains(catalog.Classes(), f.Class) {
			t.Errorf("the class is %q", f.Class)
		}
		if f.Label == "" || f.Kind == "" || f.Versions == 0 {
			t.Errorf("label %q, kind %q, versions %b: each field has all three", f.Label, f.Kind, f.Versions)
		}
	})
}

func TestTheFieldsThatHoldTheRosterTogetherAreStructural(t *testing.T) {
	eachField(t, func(t *testing.T, _ catalog.Entity, f catalog.Field) {
		common := slices.Contains([]string{"sourcedId", "status", "dateLastModified"}, f.Name)
		required := f.Kind.Refers() && f.Required
		if (common || required) && f.Class != catalog.Structural {
			t.Errorf("the class is %q: without the field its record cannot be understood", f.Class)
		}
	})
}

func TestNoTwoThingsHaveOneName(t *testing.T) {
	taken := map[string]bool{}
	claim := func(t *testing.T, space, name string) {
		t.Helper()
		if name == "" || taken[space+" "+name] {
			t.Errorf("the %s %q is empty, or taken", space, name)
		}
		taken[space+" "+name] = true
	}
	for _, e := range catalog.Entities() {
		claim(t, "entity", e.Name)
		claim(t, "plural", e.Plural)
		claim(t, "table", e.Table())
		claim(t, "label", e.Label)
		for _, f := range e.Fields {
			claim(t, e.Plural+" field", f.Name)
			if f.Header() != "" {
				claim(t, e.Plural+" header", f.Header())
			}
		}
	}
}

func TestEveryStoredFieldHasAColumnOfItsOwn(t *testing.T) {
	for _, e := range catalog.Entities() {
		columns := map[string]string{"id": "the record's id", "hash": "the row's hash", "metadata": "the metadata"}
		for _, f := range e.Stored(catalog.Both) {
			if f.Column() != strings.ToLower(f.Column()) {
				t.Errorf("%s.%s: the column %q is not in lower case", e.Plural, f.Name, f.Column())
			}
			if owner, taken := columns[f.Column()]; taken {
				t.Errorf("%s.%s: the column %q is that of %s", e.Plural, f.Name, f.Column(), owner)
			}
			columns[f.Column()] = f.Name
		}
	}
}

func TestCredentialsAreNeitherKeptNorShown(t *testing.T) {
	eachField(t, func(t *testing.T, e catalog.Entity, f catalog.Field) {
		if f.Name == "password" && f.Class != catalog.Credential {
			t.Errorf("the class is %q", f.Class)
		}
		if f.Class != catalog.Credential {
			return
		}
		for _, v := range []catalog.Version{catalog.V11, catalog.V12} {
			if has(e.Stored(v), f.Name) {
				t.Error("the field has a column")
			}
			if has(e.In(v), f.Name) {
				t.Error("the field is in answers")
			}
		}
	})
}

func has(fields []catalog.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f catalog.Field) bool { return f.Name == name })
}

func TestTwinsNameEachOther(t *testing.T) {
	eachField(t, func(t *testing.T, e catalog.Entity, f catalog.Field) {
		for _, name := range f.Twins {
			twin, ok := e.Field(name)
			if !ok || name == f.Name {
				t.Errorf("the twin %q is not another field of %s", name, e.Plural)
			}
			if !slices.Contains(twin.Twins, f.Name) {
				t.Errorf("%s does not name it back: %q", name, twin.Twins)
			}
			if twin.Class != f.Class {
				t.Errorf("the class is %q, and that of its twin %s %q", f.Class, name, twin.Class)
			}
		}
	})
}

func TestOnlyVocabulariesHaveWords(t *testing.T) {
	eachField(t, func(t *testing.T, _ catalog.Entity, f catalog.Field) {
		closed := f.Kind == catalog.Token || f.Kind == catalog.Tokens
		if closed != (len(f.Values) > 0) {
			t.Errorf("a %s with the words %q", f.Kind, f.Values)
		}
		if words := slices.Compact(slices.Sorted(slices.Values(f.Values))); len(words) != len(f.Values) {
			t.Errorf("a word stands twice in %q", f.Values)
		}
	})
}

func TestEveryKnownKeyIsClassifiedAndFindsItsEntity(t *testing.T) {
	grantable := []catalog.Class{catalog.Special, catalog.Personal, catalog.Contact, catalog.Directory}
	seen := map[string]bool{}
	for _, k := range catalog.KnownKeys() {
		if e, ok := catalog.Find(k.Entity); !ok || !e.Metadata {
			t.Errorf("%s.%s: the entity carries no metadata", k.Entity, k.Key)
		}
		if !slices.Contains(grantable, k.Class) || k.Label == "" || seen[k.Entity+"."+k.Key] {
			t.Errorf("%s.%s: class %q, label %q, or named twice", k.Entity, k.Key, k.Class, k.Label)
		}
		seen[k.Entity+"."+k.Key] = true
		if catalog.ClassOfKey(k.Entity, k.Key) != k.Class {
			t.Errorf("%s.%s is not found", k.Entity, k.Key)
		}
	}
}

func TestAKeyThatIsNotKnownIsUnclassified(t *testing.T) {
	for _, k := range []struct{ entity, key string }{
		{"demographics", "shoeSize"},
		{"demographics", "HomeLanguage"}, // keys are case-sensitive
		{"users", "homeLanguage"},        // and belong to an entity
		{"", ""},
	} {
		if class := catalog.ClassOfKey(k.entity, k.key); class != catalog.Unclassified {
			t.Errorf("%s.%s is %q", k.entity, k.key, class)
		}
	}
}

func TestEveryCategoryOfAFieldOrAKeyIsInTheSchedule(t *testing.T) {
	known := func(c catalog.Category) bool {
		return c == catalog.NoCategory || slices.Contains(catalog.Categories(), c)
	}
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			if !known(f.Category) {
				t.Errorf("%s.%s is of the category %q, which is not listed", e.Plural, f.Name, f.Category)
			}
		}
	}
	for _, k := range catalog.KnownKeys() {
		if k.Category == catalog.NoCategory || !known(k.Category) || catalog.CategoryOfKey(k.Entity, k.Key) != k.Category {
			t.Errorf("%s.%s is of the category %q", k.Entity, k.Key, k.Category)
		}
	}
	if got := catalog.CategoryOfKey("users", "lunchPin"); got != catalog.OtherData {
		t.Errorf("a key that is not known is of the category %q", got)
	}
}
