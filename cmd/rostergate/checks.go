package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/losses"
	"github.com/rostergate/rostergate/settings"
)

func checksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "checks",
		Short:   "Say what the last import found amiss in the roster as a whole, and which app lacks whom because of it",
		Example: "  rostergate checks\n  rostergate checks --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		gate, err := h.explainer()
		if err != nil {
			return err
		}
		lines, err := losses.Teller{Apps: h.apps, Gateway: gate}.Lines(cmd.Context())
		if err != nil {
			return err
		}
		return losses.Write(cmd.OutOrStdout(), lines, *asJSON)
	})
	return cmd
}
