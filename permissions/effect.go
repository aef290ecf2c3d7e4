package permissions

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/wording"
)

// Effect says line by line what each app would gain and lose, were a document applied: what
// it gets now beside what it would get while it is enabled.
func (w Wanted) Effect(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine) ([]string, error) {
	var told []string
	for _, c := range w.Apps {
		lines, err := c.effect(ctx, gate, engine, w.rules())
		if err != nil {
			return nil, err
		}
		told = append(told, lines...)
	}
	if w.Guardrails != nil {
		told = append([]string{"The guardrails become: " + wording.GuardrailIDs(w.Guardrails.Rules)}, told...)
		for _, id := range w.LeftAlone {
			before, after, err := gate.Compare(ctx, id, gateway.Offer{}, gateway.Offer{Guardrails: w.rules()})
			if err != nil {
				return nil, err
			}
			lines := wording.Differing(wording.Verdicts(before.Decision, engine.Reason), wording.Verdicts(after.Decision, engine.Reason))
			if len(lines) > 0 {
				told = append(told, "What the guardrails change for "+id+":")
			}
			for _, line := range lines {
				told = append(told, "  "+line)
			}
		}
	}
	if len(w.LeftAlone) > 0 {
		told = append(told, "Left alone, for the document does not name them: "+strings.Join(w.LeftAlone, ", "))
	}
	return told, nil
}

// rules are the guardrails that are to hold, nil where they stay.
func (w Wanted) rules() *[]policy.Guardrail {
	if w.Guardrails == nil {
		return nil
	}
	return &w.Guardrails.Rules
}

// Notes are what a person may not expect, each with its app, for whom nothing else is told.
func (w Wanted) Notes() (told []string) {
	for _, c := range w.Apps {
		for _, note := range c.Notes {
			told = append(told, "rostergate: "+c.From.App.ID+": "+note)
		}
	}
	return told
}

// Holding says, once it is applied, what holds for the apps: saved are theirs, by id.
func (w Wanted) Holding(saved []apps.Permissions) (told []string) {
	if w.Guardrails != nil {
		told = append(told, fmt.Sprintf("version %d of the guardrails is saved", w.Guardrails.Base+1))
	}
	for i, c := range w.Apps {
		id, held := c.From.App.ID, saved[i]
		if c.Idle() {
			told = append(told, fmt.Sprintf("%s: nothing changes: grant version %d stays", id, held.Grant.Version))
		}
		if c.Grant != nil {
			told = append(told, fmt.Sprintf("%s: grant version %d is saved", id, held.Grant.Version))
		}
		if c.Policy != nil {
			told = append(told, fmt.Sprintf("%s: policy version %d is saved", id, held.Policy.Version))
		}
	}
	return told
}

func (c Change) effect(ctx context.Context, gate *gateway.Gateway, engine *policy.Engine, rules *[]policy.Guardrail) ([]string, error) {
	id := c.From.App.ID
	if c.Idle() && rules == nil {
		return []string{"Nothing changes for " + id + "."}, nil
	}
	was, is := &c.From.Grant.Grant, c.Grant
	if is == nil {
		is = was
	}
	old := gateway.Offer{Grant: was, Policy: &policy.Own{Files: c.From.Policy.Files}}
	before, after, err := gate.Compare(ctx, id, old, gateway.Offer{Grant: is, Policy: c.Policy, Seen: c.Seen, Guardrails: rules})
	if err != nil {
		return nil, err
	}
	lines := slices.Concat(
		wording.Differing(wording.Verdicts(before.Decision, engine.Reason), wording.Verdicts(after.Decision, engine.Reason)),
		wording.DifferingRest(*was, *is), Records(before, after),
	)
	if now := wording.Conditions(after.Decision); !slices.Equal(now, wording.Conditions(before.Decision)) {
		lines = append(lines, now...)
	}
	if len(lines) == 0 {
		lines = []string{"nothing of what it gets now"}
	}
	lines = slices.Concat(lines, wording.NewlyReviewed(before.Keys, after.Keys), c.policyLines())
	told := []string{"What will change for " + id + ":"}
	for _, line := range lines {
		told = append(told, "  "+line)
	}
	return append(told, c.Notes...), nil
}

// Records counts by kind those that an app would reach anew, and no longer.
func Records(before, after gateway.Prospect) (told []string) {
	for _, e := range catalog.Entities() {
		if !e.Served {
			continue
		}
		d := after.Beside(before, e.Plural)
		for _, one := range []struct {
			verb string
			n    uint64
		}{{"gains", d.Gained.GetCardinality()}, {"loses", d.Lost.GetCardinality()}} {
			if one.n > 0 {
				told = append(told, fmt.Sprintf("%-8s %s: %d records", one.verb, e.Plural, one.n))
			}
		}
	}
	return told
}

// policyLines say what becomes of the app's own policy.
func (c Change) policyLines() []string {
	switch {
	case c.Policy == nil:
		return nil
	case len(c.Policy.Files) == 0:
		return []string{fmt.Sprintf("its policy, version %d, is removed", c.From.Policy.Version)}
	}
	return []string{"its policy becomes " + strings.Join(slices.Sorted(maps.Keys(c.Policy.Files)), ", ")}
}
