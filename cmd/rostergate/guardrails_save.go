package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/drafts"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

// carriesGuardrails finishes a command that changes the guardrails: propose makes the list
// that is to hold of the one that does.
func carriesGuardrails(cmd *cobra.Command, propose func(ctx context.Context, h *house, holds guardrails.Saved, args []string) ([]policy.Guardrail, error)) *cobra.Command {
	asJSON, reason, yes := jsonFlag(cmd), reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		if err := h.compile(); err != nil {
			return err
		}
		holds, err := h.apps.Guardrails(cmd.Context())
		if err != nil {
			return err
		}
		rules, err := propose(cmd.Context(), h, holds, args)
		if err == nil {
			err = guardrails.Check(cmd.Context(), h.engine, holds.Rules, rules)
		}
		if err != nil {
			return err
		}
		idle := guardrails.Same(holds.Rules, rules)
		if !idle {
			if holds, err = h.carryGuardrails(cmd, holds, rules, byMe(*reason), *yes); err != nil {
				return err
			}
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), holds)
		}
		return terminal.Say(cmd.OutOrStdout(), "%sversion %d of the guardrails holds: %s\n", map[bool]string{true: "nothing changes, and "}[idle], holds.Version, wording.GuardrailIDs(holds.Rules))
	})
	return cmd
}

// carryGuardrails saves a list. At a terminal it says first what each app will lose, and
// asks.
func (h *house) carryGuardrails(cmd *cobra.Command, holds guardrails.Saved, rules []policy.Guardrail, by apps.By, yes bool) (guardrails.Saved, error) {
	if asks(cmd, yes) {
		gate, err := h.gateway(settings.Settings{}, "", slog.New(slog.DiscardHandler), nil)
		if err != nil {
			return holds, err
		}
		all, err := h.apps.List(cmd.Context())
		if err != nil {
			return holds, err
		}
		told, err := drafts.GuardrailEffect(cmd.Context(), gate, h.engine, all, rules)
		if err == nil {
			err = agree(cmd, "Save this?", told...)
		}
		if err != nil {
			return holds, err
		}
	}
	return h.apps.SaveGuardrails(cmd.Context(), holds.Version, rules, by)
}

func guardrailsSet() *cobra.Command {
	var folder, class, vendor string
	cmd := &cobra.Command{
		Use:   "set ID",
		Short: "Let a guardrail hold; the very next answer obeys",
		Long: "Lets one of these hold:\n" +
			"  special-needs-agreement  special fields go to an app only while an agreement with its vendor is in force\n" +
			"  personal-needs-purpose   personal fields go to an app only where its grant says what they are for\n" +
			"  no-unclassified-key      metadata keys whose meaning is not known go to no app\n" +
			"  class-never-for-vendor   fields of --class go to no product of the kind --vendor\n" +
			"or, under an ID of the district's own, the files of Rego in --dir, once their tests have passed. At a terminal it says\n" +
			"first what each app will lose, and asks.",
		Example: "  rostergate guardrails set special-needs-agreement --reason 'The board decided so'\n" +
			"  rostergate guardrails set class-never-for-vendor --class special --vendor practice\n" +
			"  rostergate guardrails set no-addresses --dir guardrails/no-addresses",
	}
	cmd.Flags().StringVar(&folder, "dir", "", "the folder of a guardrail that the district wrote")
	cmd.Flags().StringVar(&class, "class", "", "of class-never-for-vendor: special, personal, contact or directory")
	cmd.Flags().StringVar(&vendor, "vendor", "", "of class-never-for-vendor: a kind of product, as apps vendor lists them")
	return carriesGuardrails(cmd, func(ctx context.Context, h *house, holds guardrails.Saved, args []string) ([]policy.Guardrail, error) {
		kind := policy.GuardrailKind(args[0])
		if cmd.Flags().Changed("dir") {
			draft, err := drafts.ReadGuardrail(folder)
			if err == nil {
				err = draft.Test(ctx, h.engine, cmd.OutOrStdout(), false)
			}
			return holds.With(policy.Guardrail{ID: args[0], Files: draft.Files}), err
		}
		if kind != policy.ClassNeverForVendor && (class != "" || vendor != "") {
			return nil, usageError{errors.New("--class and --vendor are of class-never-for-vendor alone")}
		}
		return holds.With(kind.Chosen(policy.Parameters{Class: catalog.Class(class), Vendor: policy.Vendor(vendor)})), nil
	})
}

func guardrailsRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use: "remove ID", Short: "Take a guardrail away; what it hid is shared again as far as it is granted",
		Example: "  rostergate guardrails remove no-addresses --reason 'The board decided otherwise'",
	}
	return carriesGuardrails(cmd, func(_ context.Context, _ *house, holds guardrails.Saved, args []string) ([]policy.Guardrail, error) {
		_, err := holds.Named(args[0])
		return holds.Without(args[0]), err
	})
}

func guardrailsUndo() *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Go back to an earlier version of the guardrails",
		Long: "Saves an earlier version of the guardrails again as a new one: the one before the one that holds, or the one that\n" +
			"--version names. At a terminal it says first what will change, and asks.",
		Example: "  rostergate guardrails undo\n  rostergate guardrails undo --version 3 --reason 'saved by mistake'",
	}
	cmd.Flags().Int64Var(&version, "version", 0, "the version to go back to, as guardrails history lists them")
	return carriesGuardrails(cmd, func(ctx context.Context, h *house, _ guardrails.Saved, _ []string) ([]policy.Guardrail, error) {
		if cmd.Flags().Changed("version") {
			version = cmp.Or(version, -1) // 0 stands for the one before, and is none to name
		}
		all, err := h.apps.GuardrailHistory(ctx)
		if err != nil {
			return nil, err
		}
		_, earlier, err := guardrails.Earlier(all, version)
		return earlier.Rules, err
	})
}

func appsVendor() *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:   "vendor APP",
		Short: "Show or say what kind of product an app is, for guardrails that go by it",
		Long: "Shows what kind of product an app is, or says it by --kind: " + wording.Vendors() + ", or preset for what its\n" +
			"preset says.",
		Example: "  rostergate apps vendor amplify\n  rostergate apps vendor amplify --kind assessment --reason 'used for assessments alone'",
	}
	cmd.Flags().StringVar(&kind, "kind", "", "the kind of product, or preset for what its preset says")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		if cmd.Flags().Changed("kind") {
			vendor := policy.Vendor(kind)
			switch kind {
			case "preset":
				vendor = ""
			case "":
				return usageError{errors.New("--kind takes a kind of product, or preset for what its preset says")}
			}
			if err := h.apps.SetVendor(cmd.Context(), args[0], vendor, byMe(*reason)); err != nil {
				return err
			}
		}
		app, err := h.apps.Show(cmd.Context(), args[0])
		switch {
		case err != nil:
			return err
		case *asJSON:
			return terminal.JSON(cmd.OutOrStdout(), map[string]any{"app": app.ID, "kind": app.Kind(), "said": app.Vendor != ""})
		}
		return terminal.Say(cmd.OutOrStdout(), "%s: %s\n", app.ID, wording.VendorOf(app.App))
	})
	return cmd
}
