package main

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/cmd/rostergate/questions"
	"github.com/rostergate/rostergate/explanation"
	"github.com/rostergate/rostergate/policy"
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
		why, err := h.why(cmd, args[0])
		if err != nil {
			return err
		}
		decision := why.Decision()
		if record != "" {
			return h.explainRecord(cmd, why, cmp.Or(entity, "users"), record, *asJSON)
		}
		whole := wording.Verdicts(decision, h.engine.Reason)
		all := slices.DeleteFunc(slices.Clone(whole), func(v wording.Verdict) bool { return !v.IsAbout(entity, field) })
		if len(all) == 0 {
			return unexplained(whole, entity, field)
		}
		told := explained{App: args[0], Allowed: decision.Allow, Reasons: h.sentences(decision.Reasons), Verdicts: all, Betrayed: betrayed(decision, entity, field)}
		if field != "" {
			told.Chain = why.Chain(catalog.ParseMember(field))
		}
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), told)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		for _, reason := range h.sentences(decision.Reasons) {
			w.Writef("nothing is shared: %s\n", reason)
		}
		for _, v := range all {
			w.Writef("%-8s %-60s %s\n", v.Word(), v.Name, v.Says)
		}
		chain(w, told.Chain)
		for _, says := range told.Betrayed {
			w.Writef("%s\n", says)
		}
		return w.Err
	})
	return cmd
}

// explained is what the command says of an app, or of one field of it.
type explained struct {
	App      string            `json:"app"`
	Allowed  bool              `json:"allowed"`
	Reasons  []string          `json:"reasons"`
	Verdicts []wording.Verdict `json:"verdicts"`
	Chain    explanation.Chain `json:"chain,omitempty"`    // of the one field that was asked for
	Betrayed []string          `json:"betrayed,omitempty"` // what records tell of fields that the app does not see
}

// chain shows each step of a chain that an app has, and marks the one that decided.
func chain(w *terminal.Lines, steps explanation.Chain) {
	steps = slices.DeleteFunc(slices.Clone(steps), func(s explanation.Step) bool { return s.Said == policy.Absent })
	for i, s := range steps {
		mark := " "
		if s.Decided {
			mark = "*"
		}
		w.Writef("%s %2d. %-28s %-9s  %s\n", mark, i+1, s.Label, s.Said, strings.Join(s.Says, " "))
	}
}

// betrayed says what conditions on records tell the app of fields that it does not see, those
// that are asked for.
func betrayed(d policy.Decision, entity, field string) (says []string) {
	for _, c := range d.Betrayed() {
		if v := (wording.Verdict{Name: c.Of.String()}); v.IsAbout(entity, field) {
			says = append(says, c.Betrays())
		}
	}
	return says
}

// explainRecord says whether the app reaches a record, and why.
func (h *house) explainRecord(cmd *cobra.Command, why explanation.Why, entity, record string, asJSON bool) error {
	found, err := h.locate(cmd.Context(), why, entity, record)
	if err != nil {
		return err
	}
	if asJSON {
		return terminal.JSON(cmd.OutOrStdout(), found)
	}
	w := &terminal.Lines{Out: cmd.OutOrStdout()}
	w.Writef("%-8s %s %s  %s\n", map[bool]string{true: "reached", false: "outside"}[found.Reached], entity, record, found.Says)
	chain(w, found.Chain)
	return w.Err
}

// why asks why an app gets what it gets, as it stands.
func (h *house) why(cmd *cobra.Command, id string) (explanation.Why, error) {
	app, err := h.apps.Show(cmd.Context(), id)
	if err != nil {
		return explanation.Why{}, err
	}
	gate, err := h.explainer()
	if err != nil {
		return explanation.Why{}, err
	}
	return explanation.Teller{Gateway: gate, Engine: h.engine, OptOuts: h.optouts}.Ask(cmd.Context(), app.App)
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
		return questions.NothingCalled(entity, served())
	}
	var names []string
	for _, v := range all {
		names = append(names, v.Name)
	}
	return questions.NothingCalled(field, names)
}
