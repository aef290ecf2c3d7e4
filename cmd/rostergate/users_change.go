package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

func usersLink() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "link EMAIL",
		Short:   "Make a person's one-time link anew; an older one stops working",
		Example: "  rostergate users link ada@example.org",
	}
	settings.Declare(cmd.Flags(), settings.Linking)
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, s settings.Settings, h *house, args []string) error {
		p, err := h.person(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		token, err := h.people.Invite(cmd.Context(), p.ID, byMe("").Actor)
		if err != nil {
			return err
		}
		return h.tellLink(cmd, s, p, token, *asJSON)
	})
	return cmd
}

func usersRole() *cobra.Command {
	return onPerson(&cobra.Command{
		Use: "role EMAIL ROLE", Short: "Make a person an admin or an auditor", Example: "  rostergate users role ada@example.org auditor",
	}, func(ctx context.Context, h *house, p people.Person, args []string) error {
		role := people.Role(args[1])
		if people.CheckRole(role) != nil {
			return usageError{errors.New("ROLE is admin or auditor")}
		}
		return h.people.SetRole(ctx, p.ID, role, byMe("").Actor)
	})
}

func usersSuspend() *cobra.Command {
	return onPerson(&cobra.Command{
		Use: "suspend EMAIL", Short: "Sign a person out, and keep them from signing in", Example: "  rostergate users suspend ada@example.org",
	}, func(ctx context.Context, h *house, p people.Person, _ []string) error {
		return h.people.Suspend(ctx, p.ID, byMe("").Actor)
	})
}

func usersEnable() *cobra.Command {
	return onPerson(&cobra.Command{
		Use: "enable EMAIL", Short: "Let a person sign in again who was suspended", Example: "  rostergate users enable ada@example.org",
	}, func(ctx context.Context, h *house, p people.Person, _ []string) error {
		return h.people.LetIn(ctx, p.ID, byMe("").Actor)
	})
}

func usersRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use: "remove EMAIL", Short: "Remove a person for good; what they did stays on record", Example: "  rostergate users remove ada@example.org",
	}
	yes := yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		p, err := h.person(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if asks(cmd, *yes) {
			if err := agree(cmd, "Remove this person?", p.Email+", "+string(p.Role)+", is signed out and cannot sign in any more. What they did stays on record."); err != nil {
				return err
			}
		}
		if err := h.people.Remove(cmd.Context(), p.ID, byMe("").Actor); err != nil {
			return err
		}
		return terminal.Say(cmd.OutOrStdout(), "%s is removed\n", p.Email)
	})
	return cmd
}

// onPerson makes a command that changes a person and says how they stand then.
func onPerson(cmd *cobra.Command, do func(ctx context.Context, h *house, p people.Person, args []string) error) *cobra.Command {
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		p, err := h.person(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if err := do(cmd.Context(), h, p, args); err != nil {
			return err
		}
		if p, err = h.people.Find(cmd.Context(), p.ID); err != nil {
			return err
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), p)
		}
		return terminal.Say(cmd.OutOrStdout(), "%s is %s, %s\n", p.Email, p.Role, standing(p))
	})
	return cmd
}

// standing says whether a person may sign in.
func standing(p people.Person) string {
	switch {
	case p.SuspendedAt != "":
		return "suspended"
	case p.Waiting:
		return "invited"
	}
	return "active"
}

// mostTypos is how many letters of an address may be wrong for the right one to be told.
const mostTypos = 2

// person finds somebody by their address.
func (h *house) person(ctx context.Context, email string) (people.Person, error) {
	all, err := h.people.List(ctx)
	if err != nil {
		return people.Person{}, err
	}
	var known []string
	for _, p := range all {
		if strings.EqualFold(p.Email, strings.TrimSpace(email)) {
			return p, nil
		}
		known = append(known, p.Email)
	}
	return people.Person{}, fault.New(fault.NotFound, "nobody has the address %q%s", email, likeness.Question(likeness.Nearest(email, known, mostTypos)))
}
