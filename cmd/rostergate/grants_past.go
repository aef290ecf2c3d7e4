package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func grantsCopy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Give an app the grant of another",
		Long: "Gives the app TO the grant of the app FROM: fields, masks, keys, scope and end, in the place of those that TO had. What\n" +
			"TO is for, its purpose and legal basis, stays. At a terminal it says first what will change, and asks. Reviews are not copied.",
		Example: "  rostergate grants copy amplify amplify-pilot",
	}
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		holds, err := h.apps.Grant(cmd.Context(), args[1])
		if err != nil {
			return err
		}
		model, err := h.apps.Grant(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		copied := apps.CopiedOver(model.Grant, holds.Grant)
		return h.carry(cmd, proposal{
			from: holds, to: apps.Edited{Grant: copied}, idle: wording.Same(holds.Grant, copied), reason: *reason, yes: *yes, asJSON: *asJSON,
			save: func(ctx context.Context, by apps.By) (apps.SavedGrant, error) {
				c := apps.Copying{From: args[0], To: args[1], FromVersion: model.Base(), ToVersion: holds.Base()}
				return h.apps.CopyGrant(ctx, c, by)
			},
		})
	})
	return cmd
}

func grantsHistory() *cobra.Command {
	cmd := &cobra.Command{Use: "history APP", Short: "List every grant that an app had, the newest first", Example: "  rostergate grants history amplify --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		all, err := h.apps.History(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), all)
		}
		t := terminal.Table{Lines: terminal.Lines{Out: cmd.OutOrStdout()}, Format: "%7v  %-24v  %-7v  %-24v %v\n", Heading: []string{"version", "saved", "", "who", "reason"}}
		for i, saved := range all {
			state := ""
			if i == 0 {
				state = "current"
			}
			t.Row(saved.Version, saved.SavedAt, state, saved.Actor, saved.Reason)
		}
		return t.Err
	})
	return cmd
}

func grantsUndo() *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use:   "undo APP",
		Short: "Go back to an earlier grant of an app",
		Long: "Saves an earlier grant of an app again as a new version: the one before the current one, or the one that\n" +
			"--version names. At a terminal it says first what will change, and asks. What was reviewed stays so.",
		Example: "  rostergate grants undo amplify\n  rostergate grants undo amplify --version 3 --reason 'saved by mistake'",
	}
	cmd.Flags().Int64Var(&version, "version", 0, "the version to go back to, as grants history lists them")
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		if cmd.Flags().Changed("version") {
			version = cmp.Or(version, -1) // 0 stands for the one before, and is none to name
		}
		holds, earlier, err := h.apps.Earlier(cmd.Context(), args[0], version)
		if err != nil {
			return err
		}
		return h.carry(cmd, proposal{
			from: holds, to: apps.Edited{Grant: earlier.Grant}, idle: wording.Same(holds.Grant, earlier.Grant), reason: *reason, yes: *yes, asJSON: *asJSON,
			save: func(ctx context.Context, by apps.By) (apps.SavedGrant, error) {
				return h.apps.SaveGrant(ctx, args[0], holds.Base(), earlier.Grant, by)
			},
		})
	})
	return cmd
}
