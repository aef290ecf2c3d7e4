package main

import (
	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

func districtCommand() *cobra.Command {
	var given people.District
	cmd := &cobra.Command{
		Use:   "district",
		Short: "Show or set the district's name and time zone",
		Long: "Shows how the district is called and its time zone, or sets them, by the flags that are given.\n" +
			"The district's day begins by the time zone: from midnight on, enrollments that ended are former, and the\n" +
			"pages take the last day of permissions by it; commands, documents and policies take days in UTC. A new store\n" +
			"has America/Chicago.",
		Example: "  rostergate district --time-zone America/New_York --name 'Cedar Valley Schools'",
	}
	cmd.Flags().StringVar(&given.Name, "name", "", "what the district is called, at the top of every page")
	cmd.Flags().StringVar(&given.TimeZone, "time-zone", "", "as in the IANA database: America/New_York")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		d, err := h.people.District(cmd.Context())
		if err != nil {
			return err
		}
		held := d
		if cmd.Flags().Changed("name") {
			d.Name = given.Name
		}
		if cmd.Flags().Changed("time-zone") {
			if people.CheckTimeZone(given.TimeZone) != nil {
				return fault.New(fault.Invalid, "no time zone is called %q%s", likeness.Echo(given.TimeZone), likeness.DidYouMean(given.TimeZone, people.TimeZones()))
			}
			d.TimeZone = given.TimeZone
		}
		if d != held {
			if err := h.people.SaveDistrictOver(cmd.Context(), held, d, byMe("").Actor); err != nil {
				return err
			}
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), d)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		w.Writef("name       %s\ntime zone  %s\n", d.Name, d.TimeZone)
		return w.Err
	})
	return cmd
}
