package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "migrate",
		Short:   "Bring the schema up to date",
		Example: "  rostergate migrate --database postgres://owner@db/rostergate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := read(cmd)
			if err != nil {
				return err
			}
			h := &house{}
			if h.store, h.ledgerStore, err = openStores(cmd.Context(), s); err != nil {
				return err
			}
			defer h.close()
			applied, err := h.migrate(cmd.Context())
			for _, name := range applied {
				fmt.Fprintln(cmd.OutOrStdout(), "applied", name)
			}
			if err == nil && len(applied) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "the schema is up to date")
			}
			return err
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "  rostergate version",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				fmt.Fprintln(cmd.OutOrStdout(), "rostergate, built without version information")
				return nil
			}
			fmt.Fprintln(cmd.OutOrStdout(), "rostergate", info.Main.Version, info.GoVersion)
			return nil
		},
	}
}
