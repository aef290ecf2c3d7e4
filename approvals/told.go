package approvals

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/wording"
)

// Thing is something that a change puts in the place of another, told line by line.
type Thing struct {
	Title string
	App   string // that it is of, empty for none
	Lines []ThingLine
}

// ThingLine is a line of a Thing. Its Mark is "+" for what comes, "-" for what goes, "@" for
// where the lines below stand, and empty for what stays.
type ThingLine struct{ Mark, Text string }

// Things are what the change puts in the place of something else: guardrails, policies, an
// agreement, a kind of product. The texts of rules are as they were written, and may name keys
// and types that rosters brought.
func (s Shown) Things(ctx context.Context, engine *policy.Engine) (all []Thing) {
	if s.Replaced.Guardrails != nil {
		all = append(all, Thing{Title: "The guardrails", Lines: guardrailLines(ctx, engine, *s.Replaced.Guardrails)})
	}
	for _, e := range s.Effects.Of {
		if lines := diffLines(filesOf(e.Before.Own), filesOf(e.After.Own)); len(lines) > 0 {
			all = append(all, Thing{Title: "The policy of " + e.App.ID, App: e.App.ID, Lines: lines})
		}
	}
	if a := s.Replaced.Agreement; a != nil {
		all = append(all, Thing{Title: "The agreement of " + s.App, App: s.App, Lines: agreementLines(a.Held, a.Wanted)})
	}
	if v := s.Replaced.Vendor; v != nil {
		all = append(all, Thing{Title: "The kind of product that " + s.App + " is", App: s.App, Lines: replaced("", vendorWord(v.Held), vendorWord(v.Wanted))})
	}
	return slices.DeleteFunc(all, func(t Thing) bool { return len(t.Lines) == 0 })
}

func vendorWord(v policy.Vendor) string { return cmp.Or(string(v), "not said") }

func filesOf(own *policy.Own) rego.Source {
	if own == nil {
		return nil
	}
	return own.Files
}

// guardrailLines say which guardrails come, go and become others, and the text of those that
// the district wrote.
func guardrailLines(ctx context.Context, engine *policy.Engine, r apps.ReplacedGuardrails) (all []ThingLine) {
	was, is := guardrails.Saved{Rules: r.Held}, guardrails.Saved{Rules: r.Wanted}
	say := func(mark string, g policy.Guardrail, more string) {
		var titles []string
		for _, rule := range engine.GuardrailRules(ctx, g) {
			titles = append(titles, rule.Title)
		}
		all = append(all, ThingLine{mark, g.ID + ": " + cmp.Or(strings.Join(titles, "; "), "written by the district") + more})
	}
	for _, g := range r.Held {
		_, stays := is.Find(g.ID)
		switch since := slices.Contains(r.Later, g.ID); {
		case !stays && since:
			say("-", g, " (it was saved after this change was asked for, which asks for the list without it)")
		case !stays:
			say("-", g, "")
		}
	}
	for _, g := range r.Wanted {
		old, held := was.Find(g.ID)
		if held && guardrails.Same([]policy.Guardrail{old}, []policy.Guardrail{g}) {
			continue
		}
		if held && slices.Contains(r.Later, g.ID) {
			say("-", old, " (it was saved so after this change was asked for)")
		} else if held {
			say("-", old, "")
		}
		say("+", g, "")
		all = append(all, diffLines(old.Files, g.Files)...)
	}
	return append(all, orderLines(was, is)...)
}

// orderLines say that those which stay are asked in another order.
func orderLines(was, is guardrails.Saved) []ThingLine {
	order := func(of, other guardrails.Saved) string {
		return wording.GuardrailIDs(slices.DeleteFunc(slices.Clone(of.Rules), func(g policy.Guardrail) bool { _, both := other.Find(g.ID); return !both }))
	}
	return replaced("asked in the order ", order(was, is), order(is, was))
}

// diffLines are the lines of a diff between two texts of rules.
func diffLines(from, to rego.Source) (all []ThingLine) {
	if maps.Equal(from, to) {
		return nil
	}
	for _, line := range rego.Diff(from, to) {
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "@@"):
			all = append(all, ThingLine{"@", line})
		case strings.HasPrefix(line, "+"), strings.HasPrefix(line, "-"):
			all = append(all, ThingLine{line[:1], line[1:]})
		case line != "":
			all = append(all, ThingLine{"", line[1:]})
		}
	}
	return all
}

func agreementLines(held, wanted apps.Agreement) (all []ThingLine) {
	for _, one := range []struct{ name, was, is, none string }{
		{"start: ", held.Start, wanted.Start, "unknown"},
		{"end: ", held.End, wanted.End, "never"},
		{"legal basis: ", held.Basis, wanted.Basis, "none"},
		{"contact: ", held.Contact, wanted.Contact, "none"},
		{"categories: ", wording.Categories(held.Categories), wording.Categories(wanted.Categories), "none"},
	} {
		if held.Version == 0 && one.is == "" {
			continue
		}
		if held.Version == 0 {
			all = append(all, ThingLine{"+", one.name + one.is})
			continue
		}
		all = append(all, replaced(one.name, cmp.Or(one.was, one.none), cmp.Or(one.is, one.none))...)
	}
	if len(all) > 0 && held.Version == 0 {
		all = append([]ThingLine{{"-", "no agreement is on record"}}, all...)
	}
	return all
}

// replaced is what goes and what comes in its place, nothing where they are the same.
func replaced(name, was, is string) []ThingLine {
	if was == is {
		return nil
	}
	return []ThingLine{{"-", fmt.Sprint(name, was)}, {"+", fmt.Sprint(name, is)}}
}
