package dataguard

import (
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// versionSummary says in a few lines what a version of a grant changed: "Users:
// + middleName, − grades".
func versionSummary(v *frame.Visit, from, to policy.Grant) ([]string, error) {
	var lines []string
	for _, e := range catalog.Tables(catalog.Both) {
		if parts := entitySummary(from.Entities[e.Plural], to.Entities[e.Plural]); len(parts) > 0 {
			lines = append(lines, e.Label+": "+frame.ShortList(parts, 12))
		}
	}
	parts, err := scopeSummary(v, from.Scope, to.Scope)
	if err != nil {
		return nil, err
	}
	if len(parts) > 0 {
		lines = append(lines, "Scope: "+strings.Join(parts, ", "))
	}
	lines = append(lines, notesOnGrants(v, from, to)...)
	if len(lines) == 0 {
		return []string{"Nothing of what the app may get"}, nil
	}
	return lines, nil
}

func entitySummary(was, is policy.EntityGrant) []string {
	var parts []string
	parts = append(parts, switchedPart("", was.Open, is.Open)...)
	parts = append(parts, switchedPart("metadata ", was.Metadata, is.Metadata)...)
	parts = append(parts, fieldSummary(was, is)...)
	parts = append(parts, cameAndWent(was.Keys, is.Keys, string(catalog.Metadata)+".")...)
	return append(parts, cameAndWent(was.Types, is.Types, string(catalog.UserIDs)+".")...)
}

func switchedPart(what string, was, is bool) []string {
	switch {
	case was == is:
		return nil
	case is:
		return []string{what + "turned on"}
	}
	return []string{what + "turned off"}
}

// fieldSummary lists the fields that came, those that went, and those that are
// shown in another way.
func fieldSummary(was, is policy.EntityGrant) []string {
	before, after := shownFields(was), shownFields(is)
	parts := cameAndWent(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)), "")
	for i, part := range parts {
		if name, came := strings.CutPrefix(part, "+ "); came {
			parts[i] = "+ " + gains.Written(name, after[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if mask, both := before[name]; both && mask != after[name] {
			parts = append(parts, name+" ("+frame.MaskLabel(after[name])+")")
		}
	}
	return parts
}

// shownFields are the fields that a grant shares, with their masks.
func shownFields(g policy.EntityGrant) map[string]policy.Mask {
	shown := map[string]policy.Mask{}
	for _, field := range g.Fields {
		shown[field] = ""
	}
	maps.Copy(shown, g.Masks)
	return shown
}

// cameAndWent lists what came, and then what went.
func cameAndWent(was, is []string, prefix string) []string {
	var parts []string
	for _, side := range []struct {
		sign    string
		in, out []string
	}{{"+ ", is, was}, {"− ", was, is}} {
		for _, name := range frame.SortedUnique(side.in) {
			if !slices.Contains(side.out, name) {
				parts = append(parts, side.sign+prefix+name)
			}
		}
	}
	return parts
}

// sayAmong says what a condition of a scope lets through.
func sayAmong(v *frame.Visit, c frame.ScopeCondition, a *policy.Among) (string, error) {
	const most = 6
	switch {
	case a.All:
		return "all", nil
	case len(a.Only) == 0:
		return "none", nil
	}
	names, err := v.Sight.ScopeNames(c, frame.SortedUnique(a.Only), most)
	return frame.ShortList(names, most), err
}

// scopeSummary says what the parts of a scope that differ let through, and did before.
func scopeSummary(v *frame.Visit, from, to policy.Scope) ([]string, error) {
	var parts []string
	for _, c := range frame.ScopeConditions() {
		was, is := c.Of(&from), c.Of(&to)
		if was.All == is.All && (is.All || slices.Equal(frame.SortedUnique(was.Only), frame.SortedUnique(is.Only))) {
			continue
		}
		now, err := sayAmong(v, c, is)
		if err != nil {
			return nil, err
		}
		before, err := sayAmong(v, c, was)
		if err != nil {
			return nil, err
		}
		parts = append(parts, strings.ToLower(c.Label())+" "+now+" (was "+before+")")
	}
	for _, one := range frame.ScopeSwitches() {
		if is := *one.Of(&to); is != *one.Of(&from) {
			parts = append(parts, strings.ToLower(one.Label)+" "+map[bool]string{true: "included", false: "left out"}[is])
		}
	}
	return parts, nil
}
