package wording

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/terminal"
)

// Grant shows a grant's ticks by entity.
func Grant(w *terminal.Lines, saved apps.SavedGrant) {
	w.Writef("grant version %d, saved %s by %s\n", saved.Version, saved.SavedAt, saved.Actor)
	for _, plural := range slices.Sorted(maps.Keys(saved.Grant.Entities)) {
		e := saved.Grant.Entities[plural]
		state := "off"
		if e.Open {
			state = "on"
		} else if whole, _, inside := catalog.WholeOf(plural); inside {
			state = "inside " + whole.Plural
		}
		w.Writef("  %s: %s\n", plural, state)
		if len(e.Fields) > 0 {
			w.Writef("    fields    %s\n", terminal.Apart(e.Fields))
		}
		for _, field := range slices.Sorted(maps.Keys(e.Masks)) {
			w.Writef("    mask      %s=%s\n", field, e.Masks[field])
		}
		if len(e.Types) > 0 {
			w.Writef("    types     %s\n", terminal.Apart(e.Types))
		}
		if len(e.Keys) > 0 || e.Metadata {
			w.Writef("    metadata  %t: %s\n", e.Metadata, terminal.Apart(e.Keys))
		}
	}
	scope(w, saved.Grant.Scope)
	for _, name := range slices.Sorted(maps.Keys(saved.Grant.Lifts)) {
		w.Writef("  ceiling lifted: %s (%s)\n", terminal.AsGiven(name), saved.Grant.Lifts[name])
	}
	if !saved.Grant.Until.IsZero() {
		w.Writef("  until %s\n", End(saved.Grant.Until))
	}
}

// scope shows which records a grant reaches.
func scope(w *terminal.Lines, s policy.Scope) {
	for _, one := range []struct {
		name  string
		among policy.Among
	}{{"orgs", s.Orgs}, {"courses", s.Courses}, {"classes", s.Classes}, {"roles", s.Roles}, {"grades", s.Grades}} {
		words := terminal.Apart(one.among.Only)
		if one.among.All {
			words = "all"
		}
		w.Writef("  %s: %s\n", one.name, cmp.Or(words, "none"))
	}
	w.Writef("  unenrolled: %t\n  guardians: %t\n  former: %t\n", s.Unenrolled, s.Guardians, s.Former)
}

// Same reports whether two grants give the same.
func Same(a, b policy.Grant) bool {
	x, wrong := json.Marshal(a)
	y, worse := json.Marshal(b)
	return wrong == nil && worse == nil && bytes.Equal(x, y)
}

// NewlyReviewed names the keys that are reviewed after and were not before.
func NewlyReviewed(before, after []policy.Key) []string {
	var named []string
	for i, k := range after {
		if k.Reviewed && !before[i].Reviewed {
			named = append(named, fmt.Sprintf("%-8s %s", "reviewed", k.Member))
		}
	}
	return named
}

// Differing lists the names whose verdicts differ.
func Differing(before, after []Verdict) []string {
	was := map[string]string{}
	for _, v := range before {
		was[v.Name] = v.How()
	}
	var changed []string
	for _, v := range after {
		if was[v.Name] != v.How() {
			changed = append(changed, fmt.Sprintf("%-8s %s (was %s)", v.How(), v.Name, was[v.Name]))
		}
	}
	return changed
}

// DifferingRest lists what differs in what a grant says of no entity.
func DifferingRest(from, to policy.Grant) []string {
	before, after := rest(from), rest(to)
	var changed []string
	for i, line := range after {
		if line != before[i] {
			_, was, _ := strings.Cut(before[i], ": ")
			changed = append(changed, fmt.Sprintf("%s (was %s)", line, was))
		}
	}
	return changed
}

// rest are the lines on the scope, the end, the purpose and the legal basis of a grant.
func rest(g policy.Grant) []string {
	var b strings.Builder
	w := &terminal.Lines{Out: &b}
	scope(w, g.Scope)
	lifted := strings.Join(slices.Sorted(maps.Keys(g.Lifts)), ", ")
	w.Writef("  lifted: %s\n", cmp.Or(lifted, "nothing"))
	w.Writef("  until: %s\n  purpose: %s\n  basis: %s\n", End(g.Until), strings.ReplaceAll(g.Purpose, "\n", " "), strings.ReplaceAll(g.Basis, "\n", " "))
	var all []string
	for line := range strings.Lines(b.String()) {
		all = append(all, strings.TrimSpace(line))
	}
	return all
}
