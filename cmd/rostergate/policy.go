package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/drafts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "policy", Short: "Check, test and save the policy of an app, which only narrows what it gets", RunE: help,
		Example: "  rostergate policy test policies/amplify",
	}
	cmd.AddCommand(policyCheck(), policyTest(), policySet(), policyShow(), policyHistory(), policyDiff(), policyUndo(), policyRemove())
	return cmd
}

func policyCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Compile a policy; opens no store",
		Long: "Compiles the files of Rego in a folder as a policy of an app, with its tests, and runs none. What is wrong is said as\n" +
			"file:line:column: what.",
		Example: "  rostergate policy check policies/amplify",
		RunE:    checks(openDraft),
	}
}

func policyTest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Run the tests of a policy as production would ask it; opens no store",
		Long: "Runs the tests of a policy, the rules whose names begin with test_ in files whose names end in _test.rego, with what\n" +
			"a policy may use in production, and says which lines they do not reach. Where none ran or one failed, the exit code\n" +
			"is 1: such a policy cannot be saved.",
		Example: "  rostergate policy test policies/amplify --json",
	}
	cmd.RunE = tests(jsonFlag(cmd), openDraft)
	return cmd
}

// checks compiles what a folder holds, as open reads it.
func checks(open func(folder string) (drafts.Draft, *policy.Engine, error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		draft, engine, err := open(args[0])
		if err == nil {
			err = draft.Check(cmd.Context(), engine, cmd.OutOrStdout())
		}
		if err != nil {
			return err
		}
		return terminal.Say(cmd.OutOrStdout(), "%s: nothing is wrong\n", args[0])
	}
}

// tests runs the tests of what a folder holds, as open reads it.
func tests(asJSON *bool, open func(folder string) (drafts.Draft, *policy.Engine, error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		draft, engine, err := open(args[0])
		switch {
		case err != nil:
			return err
		case *asJSON:
			return draft.TestAsJSON(cmd.Context(), engine, cmd.OutOrStdout())
		}
		return draft.Test(cmd.Context(), engine, cmd.OutOrStdout(), true)
	}
}

func openDraft(folder string) (drafts.Draft, *policy.Engine, error) {
	draft, err := drafts.Read(folder)
	if err != nil {
		return draft, nil, err
	}
	engine, err := policy.New()
	return draft, engine, err
}

func policyShow() *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use: "show APP", Short: "Show the policy of an app, file by file",
		Example: "  rostergate policy show amplify\n  rostergate policy show amplify --version 3 --json",
	}
	cmd.Flags().Int64Var(&version, "version", 0, "a version, as policy history lists them; the one that holds if it is not given")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		if cmd.Flags().Changed("version") {
			version = cmp.Or(version, -1) // 0 stands for the one that holds, and is none to name
		}
		saved, err := h.apps.PolicyVersion(cmd.Context(), args[0], version)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), saved)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		wording.Policy(w, saved)
		return w.Err
	})
	return cmd
}

func policyHistory() *cobra.Command {
	cmd := &cobra.Command{Use: "history APP", Short: "List every policy that an app had, the newest first", Example: "  rostergate policy history amplify --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		all, err := h.apps.Policies(cmd.Context(), args[0])
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), all)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		for i, saved := range all {
			wording.PastPolicy(w, saved, i == 0)
		}
		return w.Err
	})
	return cmd
}

func policyDiff() *cobra.Command {
	var from, to int64
	cmd := &cobra.Command{
		Use: "diff APP", Short: "Show how two versions of the policy of an app differ, line by line",
		Example: "  rostergate policy diff amplify\n  rostergate policy diff amplify --from 2 --to 5",
	}
	cmd.Flags().Int64Var(&from, "from", 0, "the earlier version, 0 for no policy; the one before --to if it is not given")
	cmd.Flags().Int64Var(&to, "to", 0, "the later version; the one that holds if it is not given")
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		later, err := h.apps.PolicyVersion(cmd.Context(), args[0], to)
		if err != nil {
			return err
		}
		if !cmd.Flags().Changed("from") {
			from = later.Version - 1
		}
		earlier, err := h.apps.PolicyBefore(cmd.Context(), args[0], from)
		if err != nil {
			return err
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		for _, line := range rego.Diff(earlier.Files, later.Files) {
			w.WriteText(line + "\n")
		}
		return w.Err
	})
	return cmd
}
