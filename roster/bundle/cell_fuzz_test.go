package bundle

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster/codec"
)

// FuzzCell reads any text as a cell of each field: what is kept of it is read again as
// what it is.
func FuzzCell(f *testing.F) {
	for _, text := range []string{"", "true", "Y", "2026-08-31", "2026", "Student", "KG,01", "09,", ";1;2", "ana,ana", "{LDAP:a}", "\"", " x ", "a\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		for _, e := range catalog.Tables(catalog.V11) {
			for _, field := range e.Columns(catalog.V11) {
				if field.Class != catalog.Credential {
					settled(t, field, text)
				}
			}
		}
	})
}

// FuzzIdentifiers reads any text as a cell of user IDs: nothing is made up, and
// no id holds the braces that would join it to another.
func FuzzIdentifiers(f *testing.F) {
	for _, text := range []string{"{LDAP:jdoe},{StateID:9912}", "{A:1};{B:2}", "1,2", "{A:1,{B:2}", "{:x},{B:},{}", "}{", "{A:b:c,d}", "{\"':1}", "{ A : 1 }"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return
		}
		ids, bad, _ := CleanIdentifiers(text)
		if bad.Found() {
			t.Errorf("%q is bad", text)
		}
		value := ids.JSON()
		var byType map[string][]string
		if value != "" {
			if err := json.Unmarshal([]byte(value), &byType); err != nil {
				t.Fatal(err)
			}
		}
		for kind, ids := range byType {
			if !keyFits(kind) || kind != UnknownType && !strings.Contains(text, kind) {
				t.Errorf("%q has the type %q", text, kind)
			}
			for _, id := range ids {
				if id == "" || strings.ContainsAny(id, "{}") || !strings.Contains(text, id) {
					t.Errorf("%q has the id %q", text, id)
				}
			}
		}
		settled(t, catalog.Field{Name: "userIds", Kind: catalog.Identifiers}, text)
	})
}

// settled checks that a cleaned cell is clean.
func settled(t *testing.T, f catalog.Field, cell string) {
	t.Helper()
	value, _, _ := Clean(f, cell)
	if items := codec.Items(value); f.Kind == catalog.List && len(items) == 1 && strings.Contains(items[0], ";") {
		return // alone in a cell it is a list with semicolons
	}
	again, bad, loose := Clean(f, written(t, f, value))
	if again != value || bad.Found() || loose.Found() {
		t.Errorf("%s: %q became %q and that %q (%s%s)", f.Name, cell, value, again, bad.Problem, loose.Problem)
	}
}

// written is a stored value as a cell of CSV.
func written(t *testing.T, f catalog.Field, value string) string {
	t.Helper()
	switch {
	case value == "":
	case f.Kind == catalog.List || f.Kind == catalog.Tokens:
		return strings.Join(codec.Items(value), ",")
	case f.Kind == catalog.Identifiers:
		var byType map[string][]string
		if err := json.Unmarshal([]byte(value), &byType); err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, kind := range slices.Sorted(maps.Keys(byType)) {
			for _, id := range byType[kind] {
				parts = append(parts, "{"+kind+":"+id+"}")
			}
		}
		return strings.Join(parts, ",")
	}
	return value
}

// FuzzManifest reads any bytes as a manifest: the files to read are chosen only
// where nothing is fatal.
func FuzzManifest(f *testing.F) {
	f.Add("propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,bulk\nfile.orgs,delta\n")
	f.Add("propertyName,value\noneroster.version,1.2\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		b := &Bundle{
			Files: map[string]func() (io.ReadCloser, error){
				manifestFile: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
			},
			Sizes: map[string]int64{manifestFile: int64(len(text))},
		}
		found := NewFindings()
		chosen, err := ReadManifest(b, &found)
		if err != nil || len(chosen) > 0 {
			t.Errorf("%d files chosen of a package without any, %v", len(chosen), err)
		}
		if !found.Has(Fatal) {
			t.Error("a package without files is fine")
		}
	})
}
