package main

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/staff"
)

func usersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "users", Short: "Add and list the people who may sign in", Args: cobra.NoArgs, RunE: help,
		Example: "  rostergate users add ada@example.org --role admin",
	}
	cmd.AddCommand(usersAdd(), usersList())
	return cmd
}

func usersAdd() *cobra.Command {
	var wanted people.NewPerson
	var role string
	cmd := &cobra.Command{
		Use:     "add EMAIL",
		Short:   "Add a person and print the one-time link with which they set a password",
		Example: "  rostergate users add ada@example.org --role admin --public-url https://roster.example.org",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&role, "role", "", "admin, who decides, or auditor, who looks")
	cmd.Flags().StringVar(&wanted.Name, "name", "", "as others are to see it")
	declare(cmd.Flags(), linking)
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, s settings, h *house, args []string) error {
		wanted.Email, wanted.Role = args[0], people.Role(role)
		if people.CheckRole(wanted.Role) != nil {
			return usageError{errors.New("--role takes admin or auditor")}
		}
		p, token, err := h.people.Add(cmd.Context(), wanted, byMe("").Actor)
		if err != nil {
			return err
		}
		link := staff.WelcomeURL(cmp.Or(s.publicURL, "http://"+defaultListen), token)
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), map[string]any{"person": p, "link": link})
		}
		return say(cmd.OutOrStdout(), "%s\n%s is %s once a password is set at this link. It works once, for 48 hours.\n", link, p.Email, p.Role)
	})
	return cmd
}

func usersList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the people who may sign in", Example: "  rostergate users list --json", Args: cobra.NoArgs}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings, h *house, _ []string) error {
		all, err := h.people.List(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), all)
		}
		w := &lines{out: cmd.OutOrStdout()}
		for _, p := range all {
			state := "active"
			if p.Waiting {
				state = "invited"
			}
			w.printf("%-30s %-8s %-8s %s\n", p.Email, p.Role, state, p.Name)
		}
		return w.err
	})
	return cmd
}
