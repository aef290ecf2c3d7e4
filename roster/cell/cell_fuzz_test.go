package cell

import (
	"encoding/json"
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
	for _, text := range []string{"", "true", "Y", "2026-08-31", "2026", "Student", "KG,01", "09,", ";1;2", "ana,ana", "{LDAP:a}", "NULL", "8/18/2025 12:00 AM", "SY 2025-26", "Principal", "3rd", "RenÃ©", "1.23E+05", "\"", " x ", "a\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		for _, v := range []catalog.Version{catalog.V11, catalog.V12} {
			for _, e := range catalog.Tables(v) {
				for _, field := range e.Columns(v) {
					if field.Class != catalog.Credential {
						settled(t, field.As(v), text)
					}
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
			if !KeyFits(kind) || kind != UnknownType && !strings.Contains(text, kind) {
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
	value, _, _ := Clean(&f, cell)
	if items := codec.Items(value); f.Kind == catalog.List && len(items) == 1 && strings.Contains(items[0], ";") {
		return // alone in a cell it is a list with semicolons
	}
	again, bad, loose := Clean(&f, written(t, f, value))
	if again != value || bad.Found() || loose.Found() && !kept(loose) {
		t.Errorf("%s: %q became %q and that %q (%s%s)", f.Name, cell, value, again, bad.Problem, loose.Problem)
	}
}

// kept reports whether a flaw tells of a value that stays as it is.
func kept(loose Flaw) bool { return slices.Contains([]Flaw{nameNone, lost, misread, shortened}, loose) }

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
