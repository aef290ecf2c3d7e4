package permissions_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/policy"
)

func TestADocumentOfWhatHoldsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := found(t)
		held := []apps.Permissions{holding("one", anyGrant(t, keys), anyFiles(t)), holding("two", anyGrant(t, keys), anyFiles(t))}
		text := write(t, held...)
		if again := write(t, held[1], held[0]); again != text {
			t.Fatalf("written twice it is\n%s\nand\n%s", text, again)
		}
		if obeyed(text) {
			t.Fatalf("a terminal would obey %q", text)
		}
		// A key that is gone from the roster stays ticked.
		for _, c := range append(read(t, text, district(keys, held...)).Apps, read(t, text, district(nil, held...)).Apps...) {
			if !c.Idle() {
				t.Fatalf("%s would change: %v, %v\n%s", c.From.App.ID, c.Grant, c.Policy, text)
			}
		}
	})
}

func TestADocumentGivesAnotherDistrictTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := found(t)
		from, to := holding("one", anyGrant(t, keys), anyFiles(t)), holding("one", anyGrant(t, keys), anyFiles(t))
		// Texts on several lines are of earlier builds, and nobody can save one anew.
		to.Grant.Grant.Purpose, to.Grant.Grant.Basis, to.Grant.Grant.Lifts = from.Grant.Grant.Purpose, from.Grant.Grant.Basis, from.Grant.Grant.Lifts
		text := write(t, from)
		wanted := read(t, text, district(keys, to)).Apps[0]
		after := to
		if wanted.Grant != nil {
			after.Grant.Grant = *wanted.Grant
		}
		if wanted.Policy != nil {
			after.Policy.Files = wanted.Policy.Files
		}
		if got := write(t, after); got != text {
			t.Fatalf("applied, the document is\n%s\nand was\n%s", got, text)
		}
		for _, m := range wanted.Seen {
			if apps.Ticks(to.Grant.Grant, m) {
				t.Fatalf("%s was ticked before, and would be reviewed", m)
			}
		}
		for _, k := range keys {
			if ticked := apps.Ticks(after.Grant.Grant, k.Member()); ticked && !apps.Ticks(to.Grant.Grant, k.Member()) && !slices.Contains(wanted.Seen, k.Member()) {
				t.Fatalf("%s is ticked anew, and would not be reviewed", k.Member())
			}
		}
	})
}

// What is new in a grant has to become part of the document. A scope's parts come by
// themselves.
func TestADocumentSaysAllThatAGrantCanSay(t *testing.T) {
	for of, want := range map[reflect.Type][]string{
		reflect.TypeFor[policy.Grant]():       {"Entities", "Scope", "Until", "Purpose", "Basis", "Lifts"},
		reflect.TypeFor[policy.EntityGrant](): {"Open", "Fields", "Masks", "Metadata", "Keys", "Types"},
	} {
		var members []string
		for field := range of.Fields() {
			members = append(members, field.Name)
		}
		if !slices.Equal(members, want) {
			t.Errorf("%v has %v, and documents say %v", of, members, want)
		}
	}
	text := write(t, holding("one", policy.Grant{Scope: policy.Everyone()}, nil))
	for field := range reflect.TypeFor[policy.Scope]().Fields() {
		if name := strings.ToLower(field.Name); !strings.Contains(text, "\n      "+name+": all\n") && !strings.Contains(text, "\n      "+name+": on\n") {
			t.Errorf("the document does not say %s:\n%s", name, text)
		}
	}
}
