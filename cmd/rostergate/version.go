package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/cmd/rostergate/release"
	"github.com/rostergate/rostergate/terminal"
)

// stamped is which release this is, as make build says to the linker; else empty.
var stamped string

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "  rostergate version",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return terminal.Say(cmd.OutOrStdout(), "%s\n", release.WithGo(stamped))
		},
	}
}
