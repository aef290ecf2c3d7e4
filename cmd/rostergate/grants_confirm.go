package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
)

// errDeclined ends a command whose question was not answered with yes.
var errDeclined = errors.New("nothing was saved")

// confirm tells a person at a terminal what an edit would change, and asks. It is
// nil where the edit is to be saved: also where there is nobody to ask, as in a
// script, or where nothing changes.
func (h *house) confirm(cmd *cobra.Command, app string, from policy.Grant, edited apps.Edited) error {
	in := cmd.InOrStdin()
	if !isTerminal(in) {
		return nil
	}
	changes, reviewed, err := h.changes(cmd, app, from, edited)
	if err != nil || len(changes)+len(reviewed) == 0 && same(from, edited.Grant) {
		return err
	}
	w := &lines{out: cmd.ErrOrStderr()}
	w.printf("What will change for %s:\n", app)
	for _, line := range append(changes, reviewed...) {
		w.printf("  %s\n", line)
	}
	if len(changes) == 0 {
		w.printf("  nothing of what it gets now\n")
	}
	w.printf("Save this? [y/N] ")
	if w.err != nil {
		return w.err
	}
	return saysYes(cmd, in)
}

// saysYes waits for a line, or for the person to break off.
func saysYes(cmd *cobra.Command, in io.Reader) error {
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n') // a line that ends too early is no yes
		answered <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case answer := <-answered:
		if answer == "y" || answer == "yes" {
			return nil
		}
	case <-cmd.Context().Done():
	}
	return errDeclined
}

func same(a, b policy.Grant) bool {
	x, wrong := json.Marshal(a)
	y, worse := json.Marshal(b)
	return wrong == nil && worse == nil && bytes.Equal(x, y)
}

// changes says line by line what an edit changes of what the app gets while it is
// enabled, and what saving it marks as reviewed for the app.
func (h *house) changes(cmd *cobra.Command, app string, from policy.Grant, edited apps.Edited) (lines, reviewed []string, err error) {
	gate, err := h.gateway(settings{}, "", slog.New(slog.DiscardHandler), nil)
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
