package main

import (
	"cmp"
	"context"
	"log/slog"
	"maps"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/drafts"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

// carriesPolicy finishes a command that changes the policy of an app: propose finds the one
// that holds, and the files that are to hold instead, none to have no policy.
func carriesPolicy(cmd *cobra.Command, propose func(ctx context.Context, h *house, args []string) (apps.SavedPolicy, rego.Source, error)) *cobra.Command {
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		if err := h.compile(); err != nil {
			return err
		}
		holds, files, err := propose(cmd.Context(), h, args)
		if err != nil {
			return err
		}
		idle := maps.Equal(holds.Files, files)
		if !idle {
			if holds, err = h.carryPolicy(cmd, holds, files, byMe(*reason), *yes); err != nil {
				return err
			}
		}
		switch {
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), holds)
		case holds.Removed():
			return terminal.Say(cmd.OutOrStdout(), "%s: it has no policy of its own any more\n", holds.App)
		}
		return terminal.Say(cmd.OutOrStdout(), "%s: %spolicy version %d holds\n", holds.App, map[bool]string{true: "nothing changes, and "}[idle], holds.Version)
	})
	return cmd
}

// carryPolicy saves a policy. At a terminal it says first what the app will lose, and asks.
func (h *house) carryPolicy(cmd *cobra.Command, holds apps.SavedPolicy, files rego.Source, by apps.By, yes bool) (apps.SavedPolicy, error) {
	if asks(cmd, yes) {
		gate, err := h.gateway(settings.Settings{}, "", slog.New(slog.DiscardHandler), nil)
		if err != nil {
			return holds, err
		}
		told, err := drafts.Effect(cmd.Context(), gate, h.engine, holds.App, files)
		if err == nil {
			err = agree(cmd, "Save this?", told...)
		}
		if err != nil {
			return holds, err
		}
	}
	if len(files) == 0 {
		return h.apps.RemovePolicy(cmd.Context(), holds.App, holds.Version, by)
	}
	saved, _, err := h.apps.SavePolicy(cmd.Context(), h.engine, holds.App, holds.Version, files, by)
	if err == nil {
		err = h.noteBetrayed(cmd, saved.App)
	}
	return saved, err
}

// noteBetrayed says what the conditions on records that hold tell an app of fields that it
// does not see.
func (h *house) noteBetrayed(cmd *cobra.Command, app string) error {
	gate, err := h.explainer()
	if err != nil {
		return err
	}
	decision, err := gate.Standing(cmd.Context(), app)
	if err != nil {
		return err
	}
	for _, c := range decision.Betrayed() {
		if err := terminal.Say(cmd.ErrOrStderr(), "%s: %s\n", app, c.Betrays()); err != nil {
			return err
		}
	}
	return nil
}

func policySet() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set APP DIR",
		Short: "Save a policy for an app; the very next answer obeys",
		Long: "Saves the files of Rego in a folder as the policy of an app, once their tests have passed. At a terminal it says first\n" +
			"what the app will lose, and asks; with --yes, and where its input is no terminal, it goes on. A policy only narrows\n" +
			"what the permissions of the app give.",
		Example: "  rostergate policy set amplify policies/amplify --reason 'The board decided so'",
	}
	return carriesPolicy(cmd, func(ctx context.Context, h *house, args []string) (apps.SavedPolicy, rego.Source, error) {
		holds, err := h.apps.Policy(ctx, args[0])
		if err != nil {
			return holds, nil, err
		}
		draft, err := drafts.Read(args[1])
		if err == nil {
			err = draft.Test(ctx, h.engine, cmd.OutOrStdout(), false)
		}
		return holds, draft.Files, err
	})
}

func policyUndo() *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use:   "undo APP",
		Short: "Go back to an earlier policy of an app",
		Long: "Saves an earlier policy of an app again as a new version: the one before the one that holds, or the one that\n" +
			"--version names. Its tests run again. Before the first one there was none. At a terminal it says first what will\n" +
			"change, and asks.",
		Example: "  rostergate policy undo amplify\n  rostergate policy undo amplify --version 3 --reason 'saved by mistake'",
	}
	cmd.Flags().Int64Var(&version, "version", 0, "the version to go back to, as policy history lists them")
	return carriesPolicy(cmd, func(ctx context.Context, h *house, args []string) (holds apps.SavedPolicy, files rego.Source, err error) {
		if cmd.Flags().Changed("version") {
			version = cmp.Or(version, -1) // 0 stands for the one before, and is none to name
		}
		holds, earlier, err := h.apps.EarlierPolicy(ctx, args[0], version)
		return holds, earlier.Files, err
	})
}

func policyRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use: "remove APP", Short: "Take away the policy of an app, which then gets what its permissions and its ceiling leave",
		Example: "  rostergate policy remove amplify --reason 'The pilot is over'",
	}
	return carriesPolicy(cmd, func(ctx context.Context, h *house, args []string) (apps.SavedPolicy, rego.Source, error) {
		holds, err := h.apps.Policy(ctx, args[0])
		if err == nil && holds.Removed() {
			err = fault.New(fault.NotFound, "%s has no policy of its own", args[0])
		}
		return holds, nil, err
	})
}
