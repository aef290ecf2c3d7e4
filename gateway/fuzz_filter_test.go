package gateway_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rostergate/rostergate/gateway"
)

// Whatever is accepted has one form, which says the same, and keeps the bounds.
func FuzzFilter(f *testing.F) {
	for _, filter := range filters() {
		f.Add(filter.filter)
	}
	f.Fuzz(func(t *testing.T, text string) {
		groups, form, err := gateway.ParseFilter(text)
		if err != nil {
			if groups != nil || form != "" {
				t.Fatalf("%q is refused and read: %q", text, form)
			}
			return
		}
		clauses := slices.Concat(groups...)
		if len(clauses) == 0 || len(clauses) > 20 || utf8.RuneCountInString(text) > 2000 {
			t.Fatalf("%q has %d clauses", text, len(clauses))
		}
		for _, c := range clauses {
			if c.Name == "" || c.Name != strings.TrimSpace(c.Name) || strings.ContainsAny(c.Name, " '\"=!<>~") {
				t.Fatalf("%q names %q", text, c.Name)
			}
			if !slices.Contains([]string{"=", "!=", "<", "<=", ">", ">=", "~"}, c.Operator) {
				t.Fatalf("%q has the operator %q", text, c.Operator)
			}
		}
		if utf8.RuneCountInString(form) > 2000 {
			return // doubled quotes made it longer than a filter may be
		}
		again, same, err := gateway.ParseFilter(form)
		if err != nil || same != form || !reflect.DeepEqual(again, groups) {
			t.Fatalf("%q becomes %q, which becomes %q (%v)", text, form, same, err)
		}
	})
}
