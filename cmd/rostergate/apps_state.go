package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func appsEnable() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "enable APP",
		Short: "Let an app receive what its grant gives",
		Long: "Lets an app receive what its grant gives. Keys and types of userIds that a preset brought wait until somebody\n" +
			"reviews them for the app: --review names those that it may have, and those that still wait are listed.",
		Example: "  rostergate apps enable amplify\n" +
			"  rostergate apps enable schoolinks --review users.metadata.primaryOrg,users.userIds.StateID",
	}
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	var review terminal.Names
	listFlag(cmd, &review, "review", "keys and types that wait and that the app may have: users.metadata.primaryOrg, users.userIds.StateID, or a key alone where one waits of that name")
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		wanted, err := h.wanted(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if err := oneName("review", review, slices.Concat(apps.Names(apps.MembersOf(wanted)), bare(wanted))); err != nil {
			return err
		}
		seen, err := apps.NamedAmong(wanted, review.List)
		if err != nil {
			return err
		}
		if err := h.apps.Enable(cmd.Context(), args[0], byMe(*reason), seen...); err != nil {
			return err
		}
		if err := h.moved(cmd, args[0], *asJSON); err != nil {
			return err
		}
		return h.tellWaiting(cmd, args[0])
	})
	return cmd
}

func appsSuspend() *cobra.Command {
	cmd := &cobra.Command{Use: "suspend APP", Short: "Stop an app with its next request", Example: "  rostergate apps suspend amplify"}
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if app.State != apps.Suspended && asks(cmd, *yes) {
			err := agree(cmd, "Suspend?", app.ID+" is "+string(app.State)+", and will get nothing from its next request on. Its grant and its secret are kept, and work again once it is enabled.")
			if err != nil {
				return err
			}
		}
		if err := h.apps.Suspend(cmd.Context(), args[0], byMe(*reason)); err != nil {
			return err
		}
		return h.moved(cmd, args[0], *asJSON)
	})
	return cmd
}

func appsCeiling() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ceiling APP",
		Short: "Hide from an app what its vendor documents no use for",
		Long: "Lets the ceiling of its preset hold for an app: what the vendor documents no use for is hidden, whatever is\n" +
			"ticked, until it is lifted (grants set APP --lift NAME --reason TEXT). At a terminal it says first what the app loses.",
		Example: "  rostergate apps ceiling amplify",
	}
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if !app.Ceiling && app.Preset != "" {
			lost, err := h.beyondCeiling(cmd.Context(), app.ID)
			if err == nil && asks(cmd, *yes) {
				err = agree(cmd, "Let the ceiling hold?", lost...)
			}
			if err != nil {
				return err
			}
		}
		if err := h.apps.HoldCeiling(cmd.Context(), app.ID, byMe(*reason)); err != nil {
			return err
		}
		if *asJSON {
			return h.moved(cmd, app.ID, true)
		}
		return terminal.Say(cmd.OutOrStdout(), "%s: the ceiling of its preset holds\n", app.ID)
	})
	return cmd
}

// beyondCeiling says line by line what an app loses by its ceiling.
func (h *house) beyondCeiling(ctx context.Context, app string) ([]string, error) {
	gate, err := h.explainer()
	if err != nil {
		return nil, err
	}
	before, after, err := gate.Compare(ctx, app, gateway.Offer{}, gateway.Offer{Ceiling: true})
	if err != nil {
		return nil, err
	}
	lost := []string{"What " + app + " loses by the ceiling of its preset:"}
	for _, line := range wording.Differing(wording.Verdicts(before.Decision, h.engine.Reason), wording.Verdicts(after.Decision, h.engine.Reason)) {
		lost = append(lost, "  "+line)
	}
	if len(lost) == 1 {
		lost = append(lost, "  nothing")
	}
	return lost, nil
}

func appsDelete() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "delete APP",
		Short: "Remove an app for good; what it received stays on record",
		Long: "Removes an app with its secret, tokens, grants and reviews, for good: its next request is that of a stranger.\n" +
			"What it received, and every change of it, stays in the ledger, which can still be asked for it.",
		Example: "  rostergate apps delete alexandria --reason 'contract ended'",
	}
	reason, yes := reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if asks(cmd, *yes) {
			err := agree(cmd, "Delete it for good?", app.Name+" ("+app.ID+") is "+string(app.State)+". Its secret, tokens, grants and reviews are removed, and nothing brings them back. What it received stays in the ledger.")
			if err != nil {
				return err
			}
		}
		if err := h.apps.Delete(cmd.Context(), app.ID, byMe(*reason)); err != nil {
			return err
		}
		return terminal.Say(cmd.OutOrStdout(), "%s is deleted\n", app.ID)
	})
	return cmd
}

// bare are the names of keys and types alone.
func bare(keys []roster.Key) []string {
	var names []string
	for _, k := range keys {
		names = append(names, k.Name)
	}
	return names
}

// moved says which state an app is in now.
func (h *house) moved(cmd *cobra.Command, id string, asJSON bool) error {
	app, err := h.apps.Show(cmd.Context(), id)
	if err != nil {
		return err
	}
	if asJSON {
		return terminal.JSON(cmd.OutOrStdout(), app.App)
	}
	return terminal.Say(cmd.OutOrStdout(), "%s is %s\n", app.ID, app.State)
}

// wanted are the keys and types that an app gets by a review, or would.
func (h *house) wanted(ctx context.Context, app string) ([]roster.Key, error) {
	saved, err := h.apps.Grant(ctx, app)
	if err != nil {
		return nil, err
	}
	keys, err := h.apps.Keys(ctx, app)
	return apps.Wanted(saved.Grant, keys), err
}

// tellWaiting lists what waits for a review for an app, if anything does.
func (h *house) tellWaiting(cmd *cobra.Command, app string) error {
	wanted, err := h.wanted(cmd.Context(), app)
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(wanted, func(k roster.Key) bool { return k.Reviewed })
	if len(waiting) == 0 {
		return nil
	}
	w := &terminal.Lines{Out: cmd.ErrOrStderr()}
	w.Writef("hidden from %s until somebody reviews it for the app (apps enable %s --review NAME,...):\n", app, app)
	for _, name := range apps.Names(apps.MembersOf(waiting)) {
		w.Writef("  %s\n", terminal.AsGiven(name))
	}
	return w.Err
}
