package main

import (
	"cmp"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func explainCommand() *cobra.Command {
	var entity, field, record string
	cmd := &cobra.Command{
		Use:   "explain APP",
		Short: "Say why an app gets what it gets",
		Example: "  rostergate explain eduready360 --entity demographics\n  rostergate explain amplify --field users.email\n" +
			"  rostergate explain amplify --record stu-0001\n  rostergate explain amplify --entity classes --record cls-17",
	}
	cmd.Flags().StringVar(&entity, "entity", "", "one entity: users")
	cmd.Flags().StringVar(&field, "field", "", "one field or key: users.email, demographics.metadata.homeLanguage")
	cmd.Flags().StringVar(&record, "record", "", "the sourcedId of one record, of users if no entity is named")
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		if record != "" && field != "" {
			return usageError{errors.New("--field and --record do not go together")}
		}
		standing, err := h.standing(cmd, args[0])
		if err != nil {
			return err
		}
		decision := standing.Decision
		if record != "" {
			return h.explainRecord(cmd, standing, cmp.Or(entity, "users"), record, *asJSON)
		}
		whole := wording.Verdicts(decision, h.engine.Reason)
		all := slices.DeleteFunc(slices.Clone(whole), func(v wording.Verdict) bool { return !v.IsAbout(entity, field) })
		if len(all) == 0 {
			return unexplained(whole, entity, field)
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), map[string]any{"app": args[0], "allowed": decision.Allow, "reasons": h.sentences(decision.Reasons), "verdicts": all})
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		for _, reason := range h.sentences(decision.Reasons) {
			w.Writef("nothing is shared: %s\n", reason)
		}
		for _, v := range all {
			w.Writef("%-8s %-60s %s\n", v.Word(), v.Name, v.Says)
		}
		return w.Err
	})
	return cmd
}

// explainRecord says whether the app reaches a record, and why.
func (h *house) explainRecord(cmd *cobra.Command, standing gateway.Prospect, entity, record string, asJSON bool) error {
	found, err := h.locate(cmd.Context(), standing, entity, record)
	if err != nil {
		return err
	}
	if asJSON {
		return terminal.JSON(cmd.OutOrStdout(), found)
	}
	w := &terminal.Lines{Out: cmd.OutOrStdout()}
	w.Writef("%-8s %s %s  %s\n", map[bool]string{true: "reached", false: "outside"}[found.Reached], entity, record, found.Says)
	return w.Err
}

// standing is what an app gets as it stands, where its requests are signed.
func (h *house) standing(cmd *cobra.Command, id string) (gateway.Prospect, error) {
	app, err := h.apps.Show(cmd.Context(), id)
	if err != nil {
		return gateway.Prospect{}, err
	}
	gate, err := h.explainer()
	if err != nil {
		return gateway.Prospect{}, err
	}
	return gate.Prospect(cmd.Context(), id, gateway.Offer{State: app.State})
}

func (h *house) sentences(codes []string) []string {
	says := []string{}
	for _, code := range codes {
		says = append(says, h.engine.Reason(code))
	}
	return says
}

// unexplained is the error of a field or an entity that there is not.
func unexplained(all []wording.Verdict, entity, field string) error {
	if field == "" {
		return nothingCalled(entity, served())
	}
	var names []string
	for _, v := range all {
		names = append(names, v.Name)
	}
	return nothingCalled(field, names)
}
