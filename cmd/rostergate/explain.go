package main

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
)

// verdict is one line of an explanation.
type verdict struct {
	Name   string      `json:"name"`
	Shared bool        `json:"shared"`
	Mask   policy.Mask `json:"mask,omitempty"`
	Reason string      `json:"reason,omitempty"` // the code of the first rule that decided
	Says   string      `json:"says,omitempty"`   // the rule in a sentence
}

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
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings, h *house, args []string) error {
		if record != "" && field != "" {
			return usageError{errors.New("--field and --record do not go together")}
		}
		decision, err := h.decide(cmd, args[0])
		if err != nil {
			return err
		}
		if record != "" {
			return h.explainRecord(cmd, decision, cmp.Or(entity, "users"), record, *asJSON)
		}
		whole := h.explain(decision)
		all := slices.DeleteFunc(slices.Clone(whole), func(v verdict) bool { return !about(v.Name, entity, field) })
		if len(all) == 0 {
			return unexplained(whole, entity, field)
		}
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), map[string]any{"app": args[0], "allowed": decision.Allow, "reasons": h.sentences(decision.Reasons), "verdicts": all})
		}
		w := &lines{out: cmd.OutOrStdout()}
		for _, reason := range h.sentences(decision.Reasons) {
			w.printf("nothing is shared: %s\n", reason)
		}
		for _, v := range all {
			w.printf("%-8s %-60s %s\n", word(v), v.Name, v.Says)
		}
		return w.err
	})
	return cmd
}

// explainRecord says whether the app reaches a record, and why.
func (h *house) explainRecord(cmd *cobra.Command, d policy.Decision, entity, record string, asJSON bool) error {
	found, err := h.locate(cmd.Context(), d, entity, record)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(cmd.OutOrStdout(), found)
	}
	w := &lines{out: cmd.OutOrStdout()}
	w.printf("%-8s %s %s  %s\n", map[bool]string{true: "reached", false: "outside"}[found.Reached], entity, record, found.Says)
	return w.err
}

// decide asks the policy about an app whose requests are signed, as of now.
func (h *house) decide(cmd *cobra.Command, id string) (policy.Decision, error) {
	app, err := h.apps.Show(cmd.Context(), id)
	if err == nil {
		err = h.compile()
	}
	if err != nil {
		return policy.Decision{}, err
	}
	keys, err := gateway.Present(h.store, id)
	if err != nil {
		return policy.Decision{}, err
	}
	return h.engine.Decide(cmd.Context(), policy.Input{
		App: policy.AppState{ID: id, State: string(app.State)}, TokenScopes: catalog.TokenScopes(),
		Now: time.Now(), Grant: app.Grant.Grant, Keys: keys,
	})
}

func (h *house) sentences(codes []string) []string {
	says := []string{}
	for _, code := range codes {
		says = append(says, h.engine.Reason(code))
	}
	return says
}

// explain lists a decision's verdicts, entities in the catalog's order.
func (h *house) explain(d policy.Decision) []verdict {
	var all []verdict
	add := func(name string, shared bool, mask policy.Mask, reason string) {
		v := verdict{Name: name, Shared: shared, Mask: mask, Reason: reason}
		if reason != "" {
			v.Says = h.engine.Reason(reason)
		}
		all = append(all, v)
	}
	for _, e := range catalog.Entities() {
		one, ok := d.Entities[e.Plural]
		if !ok {
			continue
		}
		add(e.Plural, one.Allow, "", one.Reason)
		for _, f := range e.Fields {
			judged := one.Fields[f.Name]
			add(catalog.Member{Entity: e.Plural, Name: f.Name}.String(), judged.Share, judged.Mask, judged.Reason)
		}
		for _, name := range slices.Sorted(maps.Keys(one.Types)) {
			add(catalog.Member{Entity: e.Plural, Bag: catalog.UserIDs, Name: name}.String(), one.Types[name].Share, "", one.Types[name].Reason)
		}
		for _, name := range slices.Sorted(maps.Keys(one.Keys)) {
			add(catalog.Member{Entity: e.Plural, Bag: catalog.Metadata, Name: name}.String(), one.Keys[name].Share, "", one.Keys[name].Reason)
		}
	}
	return all
}

// unexplained is the error of a field or an entity that there is not.
func unexplained(all []verdict, entity, field string) error {
	if field == "" {
		return nothingCalled(entity, served())
	}
	var names []string
	for _, v := range all {
		names = append(names, v.Name)
	}
	return nothingCalled(field, names)
}

// about reports whether a verdict is asked for.
func about(name, entity, field string) bool {
	if field != "" {
		return name == field
	}
	return entity == "" || name == entity || strings.HasPrefix(name, entity+".")
}

func word(v verdict) string {
	switch {
	case v.Mask != "":
		return "masked"
	case v.Shared:
		return "shared"
	}
	return "hidden"
}
