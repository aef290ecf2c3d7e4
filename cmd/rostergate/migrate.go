package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/terminal"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "migrate",
		Short:   "Bring the schema up to date",
		Example: "  rostergate migrate --database postgres://owner@db/rostergate",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := read(cmd)
			if err != nil {
				return err
			}
			both, err := stores.Open(cmd.Context(), s, stores.Way{Makes: true})
			if err != nil {
				return err
			}
			defer func() { _ = both.Close() }()
			applied, err := both.Migrate(cmd.Context())
			w := &terminal.Lines{Out: cmd.OutOrStdout()}
			for _, name := range applied {
				w.Writef("applied %s\n", name)
			}
			if err == nil && len(applied) == 0 {
				w.Writef("the schema is up to date\n")
			}
			return errors.Join(err, w.Err)
		},
	}
}
