package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/apps/credentials"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func appsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "apps", Short: "List, register, enable, suspend and delete apps, and keep what was agreed", RunE: help,
		Example: "  rostergate apps list",
	}
	cmd.AddCommand(appsList(), appsShow(), appsCreate(), appsRotate(),
		appsEnable(), appsSuspend(), appsCeiling(), appsDelete(), appsAgreement(), appsVendor(), appsAnswers())
	return cmd
}

// help is what a command does that only holds others.
func help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

func jsonFlag(cmd *cobra.Command) *bool { return cmd.Flags().Bool("json", false, "print JSON") }

// reasonFlag declares --reason, which the ledger keeps.
func reasonFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("reason", "", "why, for the ledger")
}

func appsList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the apps", Example: "  rostergate apps list --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		all, err := h.apps.List(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), append([]apps.App{}, all...))
		}
		t := terminal.Table{Lines: terminal.Lines{Out: cmd.OutOrStdout()}, Format: "%-20v %-10v %v\n", Heading: []string{"app", "state", "name"}}
		for _, app := range all {
			t.Row(app.ID, app.State, app.Name)
		}
		return t.Err
	})
	return cmd
}

func appsShow() *cobra.Command {
	cmd := &cobra.Command{Use: "show APP", Short: "Show an app, its needs and its grant", Example: "  rostergate apps show amplify"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), app)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		w.Writef("%s (%s), %s\n", app.Name, app.ID, app.State)
		wording.Credentials(w, app.Credentials)
		for _, need := range app.Needs {
			asked := "optional"
			if need.Required {
				asked = "required"
			}
			w.Writef("  %-9s %-60s %s\n", asked, need.Name(), need.Purpose)
		}
		wording.Grant(w, app.Grant)
		wording.Beyond(w, app.Agreement.Beyond(app.Grant.Grant))
		return w.Err
	})
	return cmd
}

func appsCreate() *cobra.Command {
	var wanted apps.NewApp
	cmd := &cobra.Command{
		Use:     "create NAME",
		Short:   "Register an app, which receives nothing until it is enabled",
		Example: "  rostergate apps create 'Amplify Enrollment' --preset amplify",
	}
	cmd.Flags().StringVar(&wanted.Preset, "preset", "", "take needs and grant from a preset (amplify, schoolinks, alexandria, eduready360)")
	cmd.Flags().StringVar(&wanted.ID, "id", "", "the app's id (default: the preset's, or made from the name)")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		wanted.Name = args[0]
		app, credentials, err := h.apps.Create(cmd.Context(), wanted, byMe(*reason))
		if err != nil {
			return err
		}
		return writeCredentials(cmd, *asJSON, app.ID, credentials)
	})
	return cmd
}

func appsRotate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate APP",
		Short: "Give an app a new secret; the old one stops working at once, or after an overlap",
		Long: "Gives an app a new client id and secret, which are printed once. The old ones stop working at once, and the tokens that\n" +
			"were made with them. With --overlap they work on beside the new ones for so long, and are dead at the end of it.\n" +
			"An app has two secrets at most: another rotation ends the one that was ending already.",
		Example: "  rostergate apps rotate amplify --reason 'secret was mailed'\n  rostergate apps rotate amplify --overlap 24h",
	}
	written := cmd.Flags().String("overlap", "0", "how long the old secret works on: 90m, 24h or 7d, up to 30d")
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		overlap, err := credentials.ReadOverlap(*written)
		if err != nil {
			return usageError{fmt.Errorf("--overlap: %w", err)}
		}
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if asks(cmd, *yes) {
			err := agree(cmd, "Rotate?", wording.Rotating(app, overlap)...)
			if err != nil {
				return err
			}
		}
		made, err := h.apps.RotateFrom(cmd.Context(), app.ID, app.ClientID, overlap, byMe(*reason))
		if err != nil {
			return err
		}
		return writeCredentials(cmd, *asJSON, args[0], made)
	})
	return cmd
}

// writeCredentials shows a secret, this once.
func writeCredentials(cmd *cobra.Command, asJSON bool, app string, c apps.Credentials) error {
	if asJSON {
		return terminal.JSON(cmd.OutOrStdout(), map[string]string{"id": app, "client_id": c.ClientID, "client_secret": c.Secret})
	}
	return terminal.Say(cmd.OutOrStdout(), shownOnce, app, c.ClientID, c.Secret)
}

// shownOnce shows an app's credentials to a person: its id, the client id, the secret.
const shownOnce = "app %s\nclient id     %s\nclient secret %s (shown only now)\n"
