package main

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/web/staff"
)

func usersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "users", Short: "Add, list and change the people who may sign in", RunE: help,
		Example: "  rostergate users add ada@example.org --role admin",
	}
	cmd.AddCommand(usersAdd(), usersList(), usersLink(), usersRole(), usersSuspend(), usersEnable(), usersRemove())
	return cmd
}

func usersAdd() *cobra.Command {
	var wanted people.NewPerson
	var role string
	cmd := &cobra.Command{
		Use:     "add EMAIL",
		Short:   "Add a person and print the one-time link with which they set a password",
		Example: "  rostergate users add ada@example.org --role admin --public-url https://roster.example.org",
	}
	cmd.Flags().StringVar(&role, "role", "", "admin, who decides, or auditor, who looks")
	cmd.Flags().StringVar(&wanted.Name, "name", "", "as others are to see it")
	settings.Declare(cmd.Flags(), settings.Linking)
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, s settings.Settings, h *house, args []string) error {
		wanted.Email, wanted.Role = args[0], people.Role(role)
		if people.CheckRole(wanted.Role) != nil {
			return usageError{errors.New("--role takes admin or auditor")}
		}
		p, token, err := h.people.Add(cmd.Context(), wanted, byMe("").Actor)
		if err != nil {
			return err
		}
		return h.tellLink(cmd, s, p, token, *asJSON)
	})
	return cmd
}

// tellLink prints a one-time link, which leads to the server as the settings say, or as
// the server said that started last.
func (h *house) tellLink(cmd *cobra.Command, s settings.Settings, p people.Person, token string, asJSON bool) error {
	kept, err := h.people.PublicURL(cmd.Context())
	if err != nil {
		return err
	}
	link := staff.WelcomeURL(cmp.Or(s.PublicURL, kept, "http://"+settings.DefaultListen), token)
	if asJSON {
		return terminal.JSON(cmd.OutOrStdout(), map[string]any{"person": p, "link": link})
	}
	return terminal.Say(cmd.OutOrStdout(), "%s\n%s is %s once a password is set at this link. It works once, for 48 hours.\n", link, p.Email, p.Role)
}

func usersList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the people who may sign in", Example: "  rostergate users list --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		all, err := h.people.List(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), all)
		}
		t := terminal.Table{Lines: terminal.Lines{Out: cmd.OutOrStdout()}, Format: "%-30v %-8v %-9v %v\n", Heading: []string{"email", "role", "state", "name"}}
		for _, p := range all {
			t.Row(p.Email, p.Role, standing(p), p.Name)
		}
		return t.Err
	})
	return cmd
}
