package wording

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/terminal"
)

// Guardrails lists guardrails, a line each, with the titles of their rules.
func Guardrails(w *terminal.Lines, all []policy.Guardrail, rules func(policy.Guardrail) []policy.GuardrailRule) {
	for _, g := range all {
		var titles []string
		for _, rule := range rules(g) {
			titles = append(titles, rule.Title)
		}
		w.Writef("%-32s %s\n", g.ID, cmp.Or(strings.Join(titles, "; "), "written by the district"))
	}
}

// Guardrail shows one: what its rules say, and their text where the district wrote it.
func Guardrail(w *terminal.Lines, g policy.Guardrail, rules []policy.GuardrailRule) {
	w.Writef("%s\n", g.ID)
	for _, rule := range rules {
		w.Writef("  %s: %s\n", rule.Title, rule.Description)
	}
	for _, file := range slices.Sorted(maps.Keys(g.Files)) {
		w.Writef("-- %s --\n", file)
		w.WriteText(strings.TrimSuffix(g.Files[file], "\n") + "\n")
	}
}

// PastGuardrails shows one version of the guardrails in a line.
func PastGuardrails(w *terminal.Lines, saved guardrails.Saved, holds bool) {
	state := map[bool]string{true: "holds"}[holds]
	w.Writef("%6d  %s  %-5s  %-24s %s  %s\n", saved.Version, saved.SavedAt, state, saved.Actor, GuardrailIDs(saved.Rules), saved.Reason)
}

// GuardrailIDs lists guardrails by their ids.
func GuardrailIDs(all []policy.Guardrail) string {
	var ids []string
	for _, g := range all {
		ids = append(ids, g.ID)
	}
	return cmp.Or(terminal.Apart(ids), "none")
}

// Vendors lists the kinds of products.
func Vendors() string {
	var names []string
	for _, vendor := range policy.Vendors() {
		names = append(names, string(vendor))
	}
	return strings.Join(names, ", ")
}

// VendorOf says what kind of product an app is, and who says so.
func VendorOf(app apps.App) string {
	switch {
	case app.Kind() == "":
		return "nobody has said what kind of product it is"
	case app.Vendor == "":
		return string(app.Kind()) + ", as its preset says"
	}
	return string(app.Kind())
}
