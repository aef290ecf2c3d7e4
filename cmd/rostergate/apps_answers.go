package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func appsAnswers() *cobra.Command {
	var m manners.Manners
	cmd := &cobra.Command{
		Use:   "answers APP",
		Short: "Show or set how an app is answered",
		Long: "Shows how an app is answered, or sets it, by the flags that are given. It gives the app nothing, and holds from its next request on: the form of booleans, " +
			"whether a granted text without a value is left out or sent as \"\", what becomes of an unknown name in fields of OneRoster 1.2, and a message that its vendor reads at /api/me.",
		Example: "  rostergate apps answers amplify\n  rostergate apps answers amplify --booleans native --empty sent",
	}
	flags := cmd.Flags()
	edits := map[string]*string{"booleans": &m.Booleans, "empty": &m.Empty, "unknown-fields": &m.UnknownFields, "message": &m.Message}
	flags.StringVar(&m.Booleans, "booleans", "", "strings, as the standard has them, or native")
	flags.StringVar(&m.Empty, "empty", "", "left-out or sent")
	flags.StringVar(&m.UnknownFields, "unknown-fields", "", "refused or tolerated")
	flags.StringVar(&m.Message, "message", "", "what the district has to say to the vendor, up to 2,000 characters; empty for nothing")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		for name := range edits {
			if !flags.Changed(name) {
				edits[name] = nil
			}
		}
		e := manners.Edit{Booleans: edits["booleans"], Empty: edits["empty"], UnknownFields: edits["unknown-fields"], Message: edits["message"]}
		register := manners.Registry{DB: h.Store}
		held, err := register.Of(cmd.Context(), args[0])
		if err == nil && !e.None() {
			held, err = register.Set(cmd.Context(), args[0], e, byMe(*reason))
		}
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), held)
		}
		return wording.Manners(cmd.OutOrStdout(), args[0], held)
	})
	return cmd
}
