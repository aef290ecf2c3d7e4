package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
)

// proposal is a grant that somebody is about to save for an app.
type proposal struct {
	from   apps.SavedGrant // what holds
	to     apps.Edited
	idle   bool // it is what holds, and nothing is reviewed with it
	reason string
	yes    bool // nobody is asked
	asJSON bool
	save   func(ctx context.Context, by apps.By) (apps.SavedGrant, error)
}

// carry saves a proposal and says what holds then. At a terminal it says first what would
// change, and asks. What changes nothing makes no version.
func (h *house) carry(cmd *cobra.Command, p proposal) error {
	notes := append(p.to.Notes, noteEnd(p.to.Grant, time.Now())...)
	saved, word := p.from, "nothing changes, and grant"
	if !p.idle {
		if asks(cmd, p.yes) {
			told, err := h.whatWillChange(cmd, p)
			if err == nil {
				err = agree(cmd, "Save this?", append(told, notes...)...)
			}
			if err != nil {
				return err
			}
			notes = nil // they were told
		}
		var err error
		if saved, err = p.save(cmd.Context(), byMe(p.reason)); err != nil {
			return err
		}
		word = "grant"
	}
	w := &lines{out: cmd.ErrOrStderr()}
	for _, note := range notes {
		w.printf("rostergate: %s\n", note)
	}
	switch {
	case w.err != nil:
		return w.err
	case p.asJSON:
		return writeJSON(cmd.OutOrStdout(), saved)
	}
	return say(cmd.OutOrStdout(), "%s: %s version %d holds\n", saved.App, word, saved.Version)
}

// noteEnd tells of a grant that is over.
func noteEnd(g policy.Grant, now time.Time) []string {
	if g.Until.IsZero() || now.Before(g.Until) {
		return nil
	}
	return []string{"the grant ended at " + g.Until.Format(time.RFC3339) + ": nothing is shared until --until names a later day, or never"}
}

// whatWillChange says line by line what a proposal changes.
func (h *house) whatWillChange(cmd *cobra.Command, p proposal) ([]string, error) {
	changes, reviewed, err := h.changes(cmd, p.from.App, p.from.Grant, p.to)
	if err != nil {
		return nil, err
	}
	told := []string{"What will change for " + p.from.App + ":"}
	for _, line := range append(changes, reviewed...) {
		told = append(told, "  "+line)
	}
	if len(changes) == 0 {
		told = append(told, "  nothing of what it gets now")
	}
	return told, nil
}

func same(a, b policy.Grant) bool {
	x, wrong := json.Marshal(a)
	y, worse := json.Marshal(b)
	return wrong == nil && worse == nil && bytes.Equal(x, y)
}

// changes says line by line what an edit changes of what the app gets while it is
// enabled, and what saving it marks as reviewed for the app.
func (h *house) changes(cmd *cobra.Command, app string, from policy.Grant, edited apps.Edited) (lines, reviewed []string, err error) {
	gate, err := h.gateway(settings{}, "", slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	before, after, err := gate.Compare(cmd.Context(), app, gateway.Offer{Grant: &from}, gateway.Offer{Grant: &edited.Grant, Seen: edited.Seen})
	if err != nil {
		return nil, nil, err
	}
	lines = append(differing(h.explain(before.Decision), h.explain(after.Decision)), differingRest(from, edited.Grant)...)
	return lines, newlyReviewed(before.Keys, after.Keys), nil
}

// newlyReviewed names the keys that are reviewed after and were not before.
func newlyReviewed(before, after []policy.Key) []string {
	var named []string
	for i, k := range after {
		if k.Reviewed && !before[i].Reviewed {
			named = append(named, fmt.Sprintf("%-8s %s", "reviewed", k.Member))
		}
	}
	return named
}

// differing lists the names whose verdicts differ.
func differing(before, after []verdict) []string {
	was := map[string]string{}
	for _, v := range before {
		was[v.Name] = how(v)
	}
	var changed []string
	for _, v := range after {
		if was[v.Name] != how(v) {
			changed = append(changed, fmt.Sprintf("%-8s %s (was %s)", how(v), v.Name, was[v.Name]))
		}
	}
	return changed
}

// how says how something is shown, with its mask.
func how(v verdict) string {
	if v.Mask != "" {
		return "masked=" + string(v.Mask)
	}
	return word(v)
}

// differingRest lists what differs in what a grant says of no entity.
func differingRest(from, to policy.Grant) []string {
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

// rest are the lines on the scope, the end and the purpose of a grant.
func rest(g policy.Grant) []string {
	var b strings.Builder
	w := &lines{out: &b}
	writeScope(w, g.Scope)
	until := "never"
	if !g.Until.IsZero() {
		until = g.Until.Format(time.RFC3339)
	}
	w.printf("  until: %s\n  purpose: %s\n", until, strings.ReplaceAll(g.Purpose, "\n", " "))
	var all []string
	for line := range strings.Lines(b.String()) {
		all = append(all, strings.TrimSpace(line))
	}
	return all
}
