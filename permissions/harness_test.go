package permissions_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/permissions"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/roster"
)

// holding is what holds for an app.
func holding(app string, grant policy.Grant, files rego.Source) apps.Permissions {
	return apps.Permissions{App: apps.App{ID: app}, Grant: apps.SavedGrant{App: app, Version: 1, Grant: grant}, Policy: apps.SavedPolicy{App: app, Version: 1, Files: files}}
}

// district has what holds, keys, and nothing that a policy's test could find wrong.
func district(keys []roster.Key, held ...apps.Permissions) permissions.District {
	return permissions.District{
		Held: held,
		Keys: func(string) ([]roster.Key, error) { return keys, nil },
		Records: func(plural string) ([]string, error) {
			if e, known := catalog.Find(plural); !known || !e.Served {
				return nil, fmt.Errorf("there are no records of %s", plural)
			}
			return []string{plural + "-1", plural + "-2"}, nil
		},
		Test: func(rego.Source) (rego.Report, error) {
			return rego.Report{Tests: []rego.Result{{Passed: true}}}, nil
		},
	}
}

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func write(t tester, held ...apps.Permissions) string {
	t.Helper()
	text, err := permissions.Write(held)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(text)
}

func read(t tester, text string, d permissions.District) permissions.Wanted {
	t.Helper()
	wanted, err := permissions.Read("permissions.yaml", []byte(text), d)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return wanted
}

// awkward are texts that YAML or a terminal could take for something else.
func awkward() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"on", "off", "null", "~", "all", "09", "1e3", "0x1F", "2027-06-30", "yes", "- a", "a: b", "a # b", "#", "*a", "&a", "!a", "<<", "=", "{a", "[]", "%", "@", "`",
			" a", "a ", "'", "\"", "\\", "a\tb", "\ta", "a\nb", "a\n", "\na", " \n a\n\n", "a \nb\n", "a\r\nb\n", "\u202etxt", "\x1b[31m", "\u0085", "\u2028", "\ufeff", "\U000e0001", "é", "日本", "---", "...", "a.b.c", "?", "? a", ":", "-",
		}),
		rapid.StringOf(rapid.RuneFrom([]rune("ab:#-'\"\\ \n\t\r|>.,é\u202e\u0085\x01"), unicode.Latin)),
	)
}

// name is an awkward text that a roster could bring.
func name() *rapid.Generator[string] {
	return awkward().Filter(func(text string) bool { return text != "" })
}

func some[T comparable](t *rapid.T, all []T, label string) []T {
	if len(all) == 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, min(len(all), 6), rapid.ID[T]).Draw(t, label)
}

// found are keys and types with awkward names, that an import found.
func found(t *rapid.T) []roster.Key {
	var keys []roster.Key
	for _, name := range rapid.SliceOfNDistinct(name(), 0, 8, rapid.ID[string]).Draw(t, "keys") {
		keys = append(keys,
			roster.Key{Entity: "users", Bag: catalog.UserIDs, Name: name, Present: true},
			roster.Key{Entity: "demographics", Bag: catalog.Metadata, Name: name, Present: true})
	}
	return keys
}

// anyGrant is a grant as somebody may have saved it, with ticks that have no effect.
func anyGrant(t *rapid.T, keys []roster.Key) policy.Grant {
	grant := policy.Grant{
		Entities: map[string]policy.EntityGrant{}, Scope: anyScope(t), Purpose: awkward().Draw(t, "purpose"), Basis: awkward().Draw(t, "basis"),
		Until: rapid.SampledFrom([]time.Time{{}, time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 7, 1, 5, 0, 0, 1e6, time.UTC), time.Date(2027, 7, 1, 2, 0, 0, 0, time.FixedZone("", 7200))}).Draw(t, "until"),
		Lifts: map[string]string{},
	}
	for _, e := range catalog.Entities() {
		if rapid.Bool().Draw(t, e.Plural) {
			grant.Entities[e.Plural] = anyEntity(t, e, keys)
		}
	}
	for _, key := range some(t, keys, "lifts") {
		grant.Lifts[key.FullName()] = name().Draw(t, "reason")
	}
	return grant
}

func anyEntity(t *rapid.T, e catalog.Entity, keys []roster.Key) policy.EntityGrant {
	granted := policy.EntityGrant{Open: rapid.Bool().Draw(t, "open"), Masks: map[string]policy.Mask{}}
	fields := slices.DeleteFunc(slices.Clone(e.Fields), func(f catalog.Field) bool { return f.Class == catalog.Credential })
	for _, f := range fields {
		if rapid.Bool().Draw(t, f.Name) {
			granted.Fields = append(granted.Fields, f.Name)
		}
		if mask := policy.DefaultMask(f.Kind); mask.Fits(f) && rapid.Bool().Draw(t, "mask") {
			granted.Masks[f.Name] = mask
		}
	}
	if e.Metadata {
		granted.Metadata = rapid.Bool().Draw(t, "metadata")
	}
	for _, k := range some(t, keys, "ticks") {
		switch {
		case k.Entity != e.Plural:
		case k.Bag == catalog.Metadata:
			granted.Keys = append(granted.Keys, k.Name)
		default:
			granted.Types = append(granted.Types, k.Name)
		}
	}
	return granted
}

func anyScope(t *rapid.T) policy.Scope {
	among := func(only []string) policy.Among {
		return policy.Among{All: rapid.Bool().Draw(t, "all"), Only: some(t, only, "only")}
	}
	return policy.Scope{
		Orgs: among([]string{"orgs-1", "orgs-2"}), Courses: among([]string{"courses-1", "courses-2"}), Roles: among(policy.OwnRoles()),
		Grades: among([]string{"03", "09", "KG", "on"}), Unenrolled: rapid.Bool().Draw(t, "unenrolled"), Guardians: rapid.Bool().Draw(t, "guardians"),
	}
}

func anyFiles(t *rapid.T) rego.Source {
	files := rego.Source{}
	for _, file := range some(t, []string{"app.rego", "more.rego", "app_test.rego"}, "files") {
		files[file] = awkward().Draw(t, "text")
	}
	return files
}

// obeyed reports what a terminal would obey.
func obeyed(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) && r != '\n' && r != '\t' })
}
