package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/drafts"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func guardrailsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "guardrails", Short: "Say what no grant may break, chosen from a list or written in Rego", RunE: help,
		Long: "Keeps the guardrails of the district. What would break one is not saved; what was saved before is hidden from the next\n" +
			"answer on. A guardrail gives nothing, and no lift of a ceiling gets past it.",
		Example: "  rostergate guardrails set special-needs-agreement --reason 'The board decided so'",
	}
	cmd.AddCommand(guardrailsList(), guardrailsSet(), guardrailsRemove(), guardrailsShow(), guardrailsHistory(), guardrailsUndo(), guardrailsCheck(), guardrailsTest())
	return cmd
}

func guardrailsList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the guardrails that hold", Example: "  rostergate guardrails list --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		holds, err := h.apps.Guardrails(cmd.Context())
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), append([]policy.Guardrail{}, holds.Rules...))
		}
		if err := h.compile(); err != nil {
			return err
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		wording.Guardrails(w, holds.Rules, func(g policy.Guardrail) []policy.GuardrailRule { return h.engine.GuardrailRules(cmd.Context(), g) })
		return w.Err
	})
	return cmd
}

func guardrailsShow() *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a guardrail, with its text where the district wrote it",
		Example: "  rostergate guardrails show no-addresses\n  rostergate guardrails show no-addresses --version 3 --json",
	}
	cmd.Flags().Int64Var(&version, "version", 0, "a version, as guardrails history lists them; the one that holds if it is not given")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		saved, err := h.guardrailsOf(cmd, version)
		if err != nil {
			return err
		}
		g, err := saved.Named(args[0])
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), g)
		}
		if err := h.compile(); err != nil {
			return err
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		wording.Guardrail(w, g, h.engine.GuardrailRules(cmd.Context(), g))
		return w.Err
	})
	return cmd
}

// guardrailsOf are those of a version, 0 for those that hold.
func (h *house) guardrailsOf(cmd *cobra.Command, version int64) (guardrails.Saved, error) {
	if cmd.Flags().Changed("version") {
		version = cmp.Or(version, -1) // 0 stands for the one that holds, and is none to name
	}
	holds, err := h.apps.Guardrails(cmd.Context())
	if err != nil || version == 0 || version == holds.Version {
		return holds, err
	}
	all, err := h.apps.GuardrailHistory(cmd.Context())
	if err != nil {
		return holds, err
	}
	_, earlier, err := guardrails.Earlier(all, version)
	return earlier, err
}

func guardrailsHistory() *cobra.Command {
	cmd := &cobra.Command{Use: "history", Short: "List every version of the guardrails, the newest first", Example: "  rostergate guardrails history --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		all, err := h.apps.GuardrailHistory(cmd.Context())
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), append([]guardrails.Saved{}, all...))
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		for i, saved := range all {
			wording.PastGuardrails(w, saved, i == 0)
		}
		return w.Err
	})
	return cmd
}

func guardrailsCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Compile a guardrail that the district wrote; opens no store",
		Long: "Compiles the files of Rego in a folder as a guardrail, with its tests, and runs none. What is wrong is said as\n" +
			"file:line:column: what.",
		Example: "  rostergate guardrails check guardrails/no-addresses",
		RunE:    checks(openGuardrail),
	}
}

func guardrailsTest() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "test DIR",
		Short:   "Run the tests of a guardrail as production would ask it; opens no store",
		Example: "  rostergate guardrails test guardrails/no-addresses --json",
	}
	cmd.RunE = tests(jsonFlag(cmd), openGuardrail)
	return cmd
}

func openGuardrail(folder string) (drafts.Draft, *policy.Engine, error) {
	draft, err := drafts.ReadGuardrail(folder)
	if err != nil {
		return draft, nil, err
	}
	engine, err := policy.New()
	return draft, engine, err
}
