package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

// proposal is a grant that somebody is about to save for an app.
type proposal struct {
	from   apps.SavedGrant // what holds
	to     apps.Edited
	named  []string // what the person asked to share
	idle   bool     // it is what holds, and nothing is reviewed with it
	reason string
	yes    bool // nobody is asked
	asJSON bool
	save   func(ctx context.Context, by apps.By) (apps.SavedGrant, error)
}

// carry saves a proposal and says which version there is then. At a terminal it says first what would
// change, and asks. What changes nothing makes no version.
func (h *house) carry(cmd *cobra.Command, p proposal) error {
	narrowed, err := h.noteNarrowed(cmd.Context(), p)
	if err != nil {
		return err
	}
	notes := slices.Concat(p.to.Notes, wording.NoteEnd(p.to.Grant, time.Now()), narrowed)
	saved, became := p.from, "nothing changes: grant version %d stays"
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
		if saved, err = p.save(cmd.Context(), byMe(p.reason)); err != nil {
			return err
		}
		became = "grant version %d is saved"
	}
	w := &terminal.Lines{Out: cmd.ErrOrStderr()}
	for _, note := range notes {
		w.Writef("rostergate: %s\n", note)
	}
	switch {
	case w.Err != nil:
		return w.Err
	case p.asJSON:
		return terminal.JSON(cmd.OutOrStdout(), saved)
	}
	return terminal.Say(cmd.OutOrStdout(), "%s: "+became+"\n", saved.App, saved.Version)
}

// noteNarrowed tells of what a person asked to share, and what the app's ceiling or its
// policy hides all the same.
func (h *house) noteNarrowed(ctx context.Context, p proposal) (notes []string, err error) {
	if len(p.named) == 0 {
		return nil, nil
	}
	gate, err := h.explainer()
	if err != nil {
		return nil, err
	}
	would, err := gate.Prospect(ctx, p.from.App, gateway.Offer{Grant: &p.to.Grant, Seen: p.to.Seen})
	if err != nil {
		return nil, err
	}
	for _, v := range wording.Verdicts(would.Decision, h.engine.Reason) {
		remedy := map[policy.Layer]string{
			policy.Ceiling:        " An admin who has a reason lifts it: --lift " + v.Name + " --reason '...'",
			policy.GuardrailLayer: " No lift gets past a guardrail: rostergate guardrails list",
			policy.AppPolicy:      " The policy says it: rostergate policy show " + p.from.App,
		}[policy.LayerOf(v.Reason)]
		if remedy != "" && slices.Contains(p.named, v.Name) {
			notes = append(notes, v.Name+" stays hidden. "+v.Says+remedy)
		}
	}
	return notes, nil
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

// changes says line by line what an edit changes of what the app gets while it is
// enabled, and what saving it marks as reviewed for the app.
func (h *house) changes(cmd *cobra.Command, app string, from policy.Grant, edited apps.Edited) (lines, reviewed []string, err error) {
	gate, err := h.explainer()
	if err != nil {
		return nil, nil, err
	}
	before, after, err := gate.Compare(cmd.Context(), app, gateway.Offer{Grant: &from}, gateway.Offer{Grant: &edited.Grant, Seen: edited.Seen})
	if err != nil {
		return nil, nil, err
	}
	lines = append(wording.Differing(wording.Verdicts(before.Decision, h.engine.Reason), wording.Verdicts(after.Decision, h.engine.Reason)), wording.DifferingRest(from, edited.Grant)...)
	return lines, wording.NewlyReviewed(before.Keys, after.Keys), nil
}

// explainer is a gateway that says what apps would get, and answers none.
func (h *house) explainer() (*gateway.Gateway, error) {
	return h.gateway(settings.Settings{}, "", slog.New(slog.DiscardHandler), nil)
}
