package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func optoutsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "optouts", Short: "Keep students out of all apps, or of some, whatever is granted", RunE: help,
		Long: "Keeps the register of opt-outs. Nothing of a student who is opted out goes to an app: no record, no reference, no count,\n" +
			"whatever its grant says, and nothing of those whom the app sees for that student's sake alone, as guardians.\n" +
			"It holds from the next answer on. What an app has received already stays with it.",
		Example: "  rostergate optouts add stu-0001 --reason 'form of 3 May'",
	}
	cmd.AddCommand(optoutsAdd(), optoutsRemove(), optoutsList(), optoutsImport())
	return cmd
}

func optoutsAdd() *cobra.Command {
	var of terminal.Names
	cmd := &cobra.Command{
		Use: "add STUDENT", Short: "Opt a student out, by their sourcedId",
		Example: "  rostergate optouts add stu-0001 --reason 'form of 3 May'\n  rostergate optouts add stu-0001 --app amplify,schoolinks",
	}
	listFlag(cmd, &of, "app", "apps that are to get nothing of the student; without it all of them, those too that are added later")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		apps, err := h.optOutApps(cmd, of)
		if err != nil {
			return err
		}
		var wanted []optouts.Wanted
		for _, app := range apps {
			wanted = append(wanted, optouts.Wanted{Student: args[0], App: app})
		}
		report, err := h.optouts.Add(cmd.Context(), wanted, byMe(*reason))
		switch {
		case err != nil:
			return err
		case !report.Stored:
			return h.optouts.Explain(cmd.Context(), args[0], report.Wrong[0])
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), report)
		case report.Added == 0:
			return terminal.Say(cmd.OutOrStdout(), "%s was opted out of %s already\n", args[0], wording.AppsOfOptOuts(apps))
		}
		return terminal.Say(cmd.OutOrStdout(), "%s is opted out of %s\n", args[0], wording.AppsOfOptOuts(apps))
	})
	return cmd
}

// optOutApps are the apps of a flag, or what stands for all where it was not given. An app
// that there is not is a fault.NotFound with its near misses.
func (h *house) optOutApps(cmd *cobra.Command, of terminal.Names) ([]string, error) {
	if !cmd.Flags().Changed("app") {
		return []string{optouts.AllApps}, nil
	}
	if len(of.List) == 0 || slices.Contains(of.List, "") {
		return nil, usageError{errors.New("--app takes the IDs of apps, with commas between; leave it away for all apps")}
	}
	for _, app := range of.List {
		if _, err := h.apps.Show(cmd.Context(), app); err != nil {
			return nil, err
		}
	}
	return of.List, nil
}

func optoutsRemove() *cobra.Command {
	var of terminal.Names
	cmd := &cobra.Command{
		Use: "remove STUDENT", Short: "Let apps have a student again, as far as they are granted",
		Long: "Removes a student's opt-outs: those of the apps that are named, or all of them. At a terminal it says first which apps\n" +
			"get the student again, and asks.",
		Example: "  rostergate optouts remove stu-0001 --yes --reason 'withdrawn on 4 June'\n  rostergate optouts remove stu-0001 --app amplify",
	}
	listFlag(cmd, &of, "app", "apps whose opt-outs are to go; without it every opt-out of the student")
	reason, yes := reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		removed, err := h.optOutApps(cmd, of)
		if err != nil {
			return err
		}
		id, lines, err := h.optouts.Student(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if !cmd.Flags().Changed("app") {
			removed = nil
			for _, one := range lines {
				removed = append(removed, one.App)
			}
		}
		if asks(cmd, *yes) {
			told, err := h.whatOpens(cmd, id, lines, removed)
			if err == nil {
				err = agree(cmd, "Remove the opt-out?", told)
			}
			if err != nil {
				return err
			}
		}
		if err := h.optouts.Remove(cmd.Context(), id, removed, byMe(*reason)); err != nil {
			return err
		}
		return terminal.Say(cmd.OutOrStdout(), "%s is not opted out of %s any more\n", args[0], wording.AppsOfOptOuts(removed))
	})
	return cmd
}

// whatOpens says which enabled apps get a student again.
func (h *house) whatOpens(cmd *cobra.Command, student uint32, lines []optouts.OptOut, removed []string) (string, error) {
	all, err := h.apps.Enabled(cmd.Context())
	if err != nil {
		return "", err
	}
	gate, err := h.explainer()
	if err != nil {
		return "", err
	}
	reaching, err := gate.Reaching(cmd.Context(), student, optouts.Opened(lines, removed, all))
	if err != nil {
		return "", err
	}
	return "From their next request on the student is sent again to: " + cmp.Or(strings.Join(reaching, ", "), "no app that is enabled now") + ".", nil
}

func optoutsList() *cobra.Command {
	var app string
	cmd := &cobra.Command{Use: "list", Short: "List the opt-outs, the newest first", Example: "  rostergate optouts list --app amplify --json"}
	cmd.Flags().StringVar(&app, "app", "", "only those that an app is to obey: of it alone, and of all apps")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		if app != "" {
			if _, err := h.apps.Show(cmd.Context(), app); err != nil {
				return err
			}
		}
		found, _, err := h.optouts.List(cmd.Context(), optouts.Page{App: app})
		if err != nil {
			return err
		}
		all, err := h.optouts.Name(cmd.Context(), found)
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), all)
		}
		snapshot, err := h.views.Snapshot(cmd.Context())
		if err != nil {
			return err
		}
		return wording.OptOuts(cmd.OutOrStdout(), all, func(one optouts.OptOut) bool { return snapshot.History.MayBeAnother(one.User, one.AddedAt) })
	})
	return cmd
}

func optoutsImport() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Opt the students of a CSV file out",
		Long: "Reads a CSV file with the header sourcedId,app and a line for each opt-out, with an empty app for all apps. All lines are\n" +
			"taken, or where one is wrong none. With --replace the register becomes what the file says: whoever it does not name is\n" +
			"opted out no more, which is said first, and asked at a terminal. Without one, more than 5 opt-outs that are more than 5%\n" +
			"of them go with --yes only, and so do all that there are.",
		Example: "  rostergate optouts import optouts.csv --reason 'forms of this year'\n  rostergate optouts import optouts.csv --replace --yes",
	}
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	replace := cmd.Flags().Bool("replace", false, "remove opt-outs of which the file says nothing")
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		wanted, err := optouts.OpenFile(args[0])
		if err != nil {
			return err
		}
		var report optouts.Report
		if *replace {
			report, err = h.replaceOptOuts(cmd, wanted, *yes, byMe(*reason))
		} else {
			report, err = h.optouts.Add(cmd.Context(), wanted, byMe(*reason))
		}
		if err != nil {
			return err
		}
		if *asJSON {
			if err := terminal.JSON(cmd.OutOrStdout(), report); err != nil || report.Stored {
				return err
			}
		}
		return wording.OptOutReport(cmd.OutOrStdout(), cmd.ErrOrStderr(), report)
	})
	return cmd
}

// replaceOptOuts replaces the register. Whoever cannot be asked and says nothing by --yes
// is held to few.
func (h *house) replaceOptOuts(cmd *cobra.Command, wanted []optouts.Wanted, yes bool, by apps.By) (optouts.Report, error) {
	asked := asks(cmd, yes)
	if asked {
		if err := h.agreeToReplace(cmd, wanted); err != nil {
			return optouts.Report{}, err
		}
	}
	return h.optouts.Replace(cmd.Context(), wanted, yes || asked, by)
}

// agreeToReplace asks where a file would let apps have students again.
func (h *house) agreeToReplace(cmd *cobra.Command, wanted []optouts.Wanted) error {
	report, err := h.optouts.Look(cmd.Context(), wanted, true)
	if err != nil || !report.Stored || report.Removed == 0 {
		return err
	}
	return agree(cmd, "Replace the register?", fmt.Sprintf("%d opt-outs are added, and %d go, of which the file says nothing: %s, from the next request on.", report.Added, report.Removed, wording.Openings(report)))
}
