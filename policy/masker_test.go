package policy_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

var secret = []byte("a secret of at least sixteen bytes")

func masking(t testing.TB, key []byte, app, entity, field string, mask policy.Mask) *policy.Masking {
	t.Helper()
	masker, err := policy.NewMasker(key, app)
	if err != nil {
		t.Fatal(err)
	}
	f, ok := entityIn(t, entity).Field(field)
	if !ok {
		t.Fatalf("the catalog has no %s.%s", entity, field)
	}
	return masker.Masking(entity, policy.Field{Field: f, Mask: mask})
}

func shown(m *policy.Masking, value string) string { return string(m.Append(nil, []byte(value))) }

func TestMasksShowAsMuchAsTheySay(t *testing.T) {
	for _, c := range []struct {
		mask        policy.Mask
		value, want string
	}{
		{"", "Ana", "Ana"},
		{policy.Initial, "Ana", "A."},
		{policy.Initial, "  'ana", "a."},
		{policy.Initial, "Édith", "É."},
		{policy.Initial, "E\u0301dith", "E\u0301."},
		{policy.Initial, "李小龍", "李."},
		{policy.Initial, "1234-5678", ""},
		{policy.Initial, "\xff\xfeana", "a."},
		{policy.Constant, "Ana", "withheld"},
		{policy.Year, "2014-09-30", "2014-01-01"},
		{policy.Year, "2014", ""},
		{policy.Year, "30/09/2014", ""},
		{policy.Year, "abcd-ef-gh", ""},
		{"ink", "Ana", ""},
	} {
		m := masking(t, secret, "library", "users", "familyName", c.mask)
		if got := shown(m, c.value); got != c.want {
			t.Errorf("%s of %q is %q, want %q", c.mask, c.value, got, c.want)
		}
	}
}

func TestWhatIsAbsentStaysAbsentUnderEveryMask(t *testing.T) {
	for _, mask := range append(policy.Masks(), "") {
		m := masking(t, secret, "library", "users", "familyName", mask)
		if got := shown(m, ""); got != "" {
			t.Errorf("%s makes %q of nothing", mask, got)
		}
		if got := string(m.Append([]byte("before,"), nil)); got != "before," {
			t.Errorf("%s makes %q of nothing", mask, got)
		}
	}
}

func TestAPseudonymIsStableForOneAppAndUnrelatedForAnother(t *testing.T) {
	pseudonym := func(key []byte, app, entity, field, value string) string {
		return shown(masking(t, key, app, entity, field, policy.Pseudonym), value)
	}
	first := pseudonym(secret, "library", "users", "familyName", "Silva")
	if again := pseudonym(secret, "library", "users", "familyName", "Silva"); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	for says, other := range map[string]string{
		"app":    pseudonym(secret, "planner", "users", "familyName", "Silva"),
		"field":  pseudonym(secret, "library", "users", "givenName", "Silva"),
		"entity": pseudonym(secret, "library", "orgs", "identifier", "Silva"),
		"value":  pseudonym(secret, "library", "users", "familyName", "silva"),
		"secret": pseudonym([]byte("another secret, as long"), "library", "users", "familyName", "Silva"),
	} {
		if other == first {
			t.Errorf("another %s has the same pseudonym", says)
		}
	}
	if !regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}$`).MatchString(first) {
		t.Errorf("%q is not easy to read", first)
	}
}

func TestPseudonymsOfManyValuesDiffer(t *testing.T) {
	m := masking(t, secret, "library", "users", "identifier", policy.Pseudonym)
	seen := map[string]bool{}
	for i := range 50_000 {
		seen[shown(m, fmt.Sprint(i))] = true
	}
	if len(seen) != 50_000 {
		t.Errorf("50000 values have %d pseudonyms", len(seen))
	}
}

func TestAMaskerNeedsAnAppAndALongSecret(t *testing.T) {
	if _, err := policy.NewMasker(secret, ""); err == nil {
		t.Error("a masker of no app")
	}
	for _, short := range [][]byte{nil, []byte("short")} {
		if _, err := policy.NewMasker(short, "library"); err == nil {
			t.Errorf("a masker with %d bytes of secret", len(short))
		}
	}
}

func TestMaskingAllocatesNothing(t *testing.T) {
	buffer, value := make([]byte, 0, 64), []byte("2014-09-30 Silva")
	for _, mask := range append(policy.Masks(), "") {
		m := masking(t, secret, "library", "users", "familyName", mask)
		m.Append(buffer, value)
		if got := testing.AllocsPerRun(100, func() { m.Append(buffer, value) }); got > 0 {
			t.Errorf("%s allocates %v times a value", mask, got)
		}
	}
}

func TestDefaultMasksFitTheirKindAndStructureBearsNone(t *testing.T) {
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			mask := policy.DefaultMask(f.Kind)
			plain := f.Class != catalog.Structural && f.Class != catalog.Credential
			if got, want := mask.Fits(f), mask != "" && plain; got != want {
				t.Errorf("%s on %s.%s fits: %v", mask, e.Plural, f.Name, got)
			}
			for _, mask := range policy.Masks() {
				if mask.Fits(f) && (f.Kind.Refers() || f.Kind == catalog.List || f.Kind == catalog.ID) {
					t.Errorf("%s fits %s.%s", mask, e.Plural, f.Name)
				}
			}
		}
	}
}
