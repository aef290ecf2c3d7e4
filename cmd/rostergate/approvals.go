package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/waiting"
	"github.com/rostergate/rostergate/wording"
)

func approvalsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "approvals", Short: "Look at changes that wait for another admin, and decide on them", RunE: help,
		Long: "A change by which an app would gain something that the district marks as sensitive is not made: it waits until another\n" +
			"admin approves it, whoever asked for it and how. With nothing marked, nothing waits. Another admin means another actor:\n" +
			"at a command line that is another user of the machine, so that a district which gives several people one such user,\n" +
			"or lets one become another, does better to say that changes are approved on the pages alone.",
		Example: "  rostergate approvals list\n  rostergate approvals sensitive --classes special --page-only on",
	}
	cmd.AddCommand(approvalsList(), approvalsShow(), approvalsApprove(), approvalsDecline(), approvalsWithdraw(), approvalsSensitive())
	return cmd
}

// desk is where changes are decided on.
func (h *house) desk() *approvals.Desk {
	return &approvals.Desk{DB: h.Store, Apps: h.apps, OptOuts: h.optouts, Clock: time.Now, Standing: people.Standing}
}

func approvalsList() *cobra.Command {
	var past bool
	cmd := &cobra.Command{Use: "list", Short: "List the changes that wait", Example: "  rostergate approvals list --all --json"}
	cmd.Flags().BoolVar(&past, "all", false, "those, too, that wait no longer")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		state := waiting.Waits
		if past {
			state = ""
		}
		all, err := h.desk().List(cmd.Context(), state, 0)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), append([]waiting.Change{}, all...))
		}
		return wording.WaitingChanges(cmd.OutOrStdout(), all)
	})
	return cmd
}

// shownChange is a change as approvals show writes it.
type shownChange struct {
	waiting.Change
	Now    string   `json:"effect_now,omitempty"` // its print
	Says   []string `json:"says,omitempty"`
	Review []string `json:"review,omitempty"` // what it wants reviewed
}

func approvalsShow() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NUMBER", Short: "Show a change that waits, and what it would come to now",
		Long:    "Shows a change that waits, and what it would come to now, worked out anew. Its effect is named by 12 letters and digits,\nby which approvals approve can be held to it.",
		Example: "  rostergate approvals show 7",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		shown, told, err := h.shownChange(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if *asJSON {
			one := shownChange{Change: shown.Change, Now: shown.Effects.Print, Says: told}
			for _, members := range shown.Reviewing {
				one.Review = append(one.Review, apps.Names(members)...)
			}
			return terminal.JSON(cmd.OutOrStdout(), one)
		}
		told = append(wording.WaitingChange(shown.Change), told...)
		if shown.Effects.Print != "" {
			told = append(told, "effect "+shown.Effects.Print)
		}
		return terminal.WriteLines(cmd.OutOrStdout(), told)
	})
	return cmd
}

// shownChange works out what a change would come to, and says it in lines.
func (h *house) shownChange(ctx context.Context, written string) (approvals.Shown, []string, error) {
	number, err := changeNumber(written)
	if err == nil {
		err = h.compile()
	}
	if err != nil {
		return approvals.Shown{}, nil, err
	}
	shown, err := h.desk().Show(ctx, number)
	if err != nil {
		return shown, nil, err
	}
	gate, err := h.explainer()
	if err != nil {
		return shown, nil, err
	}
	told, err := shown.Lines(ctx, gate, h.engine)
	return shown, told, err
}

func changeNumber(written string) (int64, error) {
	var number int64
	if n, err := fmt.Sscanf(written, "%d", &number); n != 1 || err != nil || fmt.Sprint(number) != written {
		return 0, usageError{fmt.Errorf("NUMBER is that of a change, as approvals list has it")}
	}
	return number, nil
}

func approvalsApprove() *cobra.Command {
	var effect string
	var review terminal.Names
	cmd := &cobra.Command{
		Use: "approve NUMBER", Short: "Approve a change that somebody else asked for; the very next answer obeys",
		Long: "Approves a change that somebody else asked for, and makes it. At a terminal it says first what the change comes to, and\n" +
			"asks. With --yes, and where its input is no terminal, it goes on if the change comes to what it did when it was asked\n" +
			"for, or to what --effect names; else it says what it comes to now. Keys and types that it wants reviewed are reviewed\n" +
			"only where --review names them in full.",
		Example: "  rostergate approvals approve 7 --reason 'read contract 12'\n  rostergate approvals approve 7 --effect 3f9a10bc22d7 --review demographics.metadata.homeLanguage --reason 'read contract 12' --yes",
	}
	cmd.Flags().StringVar(&effect, "effect", "", "the effect that was shown, by its letters and digits")
	listFlag(cmd, &review, "review", "keys and types that you know, and that the app may have")
	reason, yes := reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		shown, told, err := h.shownChange(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		a := approvals.Approval{Effect: cmp.Or(effect, shown.Change.Effect), Ticked: approvals.TicksOf(review.List)}
		if asks(cmd, *yes) && shown.State == waiting.Waits {
			if err := agree(cmd, "Approve this?", append(wording.WaitingChange(shown.Change), told...)...); err != nil {
				return err
			}
			a.Effect = shown.Effects.Print
		}
		err = h.desk().Approve(cmd.Context(), shown.Number, a, byMe(*reason))
		if fault.Is(err, fault.Conflict) && shown.State == waiting.Waits {
			told = append(told, "effect "+shown.Effects.Print)
			return cmp.Or(terminal.WriteLines(cmd.ErrOrStderr(), told), err)
		}
		if err != nil {
			return err
		}
		return terminal.Say(cmd.OutOrStdout(), "change %d is approved, and made\n", shown.Number)
	})
	return cmd
}

func approvalsDecline() *cobra.Command {
	cmd := &cobra.Command{Use: "decline NUMBER", Short: "Decline a change that somebody else asked for", Example: "  rostergate approvals decline 7 --reason 'the contract does not say so'"}
	reason := reasonFlag(cmd)
	cmd.RunE = settles(reason, "declined", (*approvals.Desk).Decline)
	return cmd
}

func approvalsWithdraw() *cobra.Command {
	cmd := &cobra.Command{Use: "withdraw NUMBER", Short: "Take back a change that you asked for", Example: "  rostergate approvals withdraw 7"}
	reason := reasonFlag(cmd)
	cmd.RunE = settles(reason, "withdrawn", (*approvals.Desk).Withdraw)
	return cmd
}

// settles is a command that ends a change without making it.
func settles(reason *string, became string, do func(d *approvals.Desk, ctx context.Context, number int64, by apps.By) error) func(*cobra.Command, []string) error {
	return inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		number, err := changeNumber(args[0])
		if err == nil {
			err = do(h.desk(), cmd.Context(), number, byMe(*reason))
		}
		if err != nil {
			return err
		}
		return terminal.Say(cmd.OutOrStdout(), "change %d is %s\n", number, became)
	})
}
