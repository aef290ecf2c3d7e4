package policy

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy/rego"
)

//go:embed presets
var presets embed.FS

//go:embed app/input.schema.json
var appSchema string

// What an app's policy may take: bounds that no policy of some use comes near.
const (
	mostSteps  = 1 << 17
	mostMemory = 256 << 20
)

// Need is what the vendor of an app asks for, in the words of the app's ceiling.
type Need struct {
	Name     catalog.Member // without a name a whole entity, but for its metadata
	Required bool
}

// Own is a policy that a district wrote for one app.
type Own struct {
	Files rego.Source
}

// Layer is what narrows a decision after the base policy.
type Layer string

// The layers, in the order in which they are asked.
const (
	Ceiling   Layer = "beyond_ceiling"   // what the vendor documents a use for
	AppPolicy Layer = "hidden_by_policy" // what the district wrote for the app

	GuardrailLayer Layer = "breaks_guardrail" // what no grant may break
)

// layers lists them in that order.
func layers() []Layer { return []Layer{Ceiling, AppPolicy, GuardrailLayer} }

// LayerOf is the layer that gave a reason, or that gave none and so hid everything; empty
// where the base policy did.
func LayerOf(code string) Layer {
	rule := ruleOf(code)
	for _, layer := range layers() {
		if rule == string(layer) || layer == GuardrailLayer && rule == layer.failed() {
			return layer
		}
	}
	return ""
}

// failed is the reason of a layer that is wrong: nothing is shared then.
func (l Layer) failed() string {
	return map[Layer]string{Ceiling: "ceiling_failed", AppPolicy: "policy_failed", GuardrailLayer: "guardrail_failed"}[l]
}

// layerReasons are said behind all reasons of the base policy, and in this order.
func layerReasons() []rego.Rule {
	return []rego.Rule{
		{Title: string(Ceiling), Description: "Hidden by the ceiling of this app."},
		{Title: string(AppPolicy), Description: "Hidden by this app's policy."},
		{Title: string(GuardrailLayer), Description: "Hidden by a guardrail of the district."},
		{Title: Ceiling.failed(), Description: "The ceiling of this app gives no answer, so nothing is shared."},
		{Title: AppPolicy.failed(), Description: "This app's policy gives no answer, so nothing is shared."},
		{Title: GuardrailLayer.failed(), Description: "A guardrail of the district gives no answer, so nothing is shared."},
	}
}

// layerTerms are what an app's policy and a guardrail are compiled under: fewer builtins
// than the base policy has, for none of them can make much memory out of little.
func layerTerms(entities []catalog.Entity, form rego.Form, schema string) (rego.Terms, error) {
	facts, err := factsModule(entities)
	return rego.Terms{Schema: schema, Facts: facts, Form: form, Builtins: append(operators(),
		"count", "object.get", "object.keys", "startswith", "endswith", "contains", "lower", "upper", "regex.match", "plus", "max", "min",
	)}, err
}

// compileCeilings compiles the policies that ship with presets, by the preset's id.
func compileCeilings(terms rego.Terms) (map[string]*rego.Document, error) {
	all := map[string]*rego.Document{}
	names, err := fs.Glob(presets, "presets/*.rego")
	if err != nil {
		return nil, fmt.Errorf("list the ceilings: %w", err)
	}
	for _, name := range names {
		id := strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".rego")
		if strings.HasSuffix(id, "_test") {
			continue
		}
		text, err := fs.ReadFile(presets, name)
		if err != nil {
			return nil, fmt.Errorf("read the ceiling of %s: %w", id, err)
		}
		if all[id], err = rego.CompileDocument(rego.Source{id + ".rego": string(text)}, terms); err != nil {
			return nil, fmt.Errorf("compile the ceiling of %s: %w", id, err)
		}
	}
	return all, nil
}

// narrow asks the layers that an app has, one after the other, each about what the one
// before left. What a layer says goes two ways: the grant is cut by it and decided upon
// anew, so that what hangs on something hidden goes with it, and the two decisions are
// intersected, so that nothing can be in the result that was not in the decision before.
func (e *Engine) narrow(ctx context.Context, in Input, decision Decision) (Decision, error) {
	var err error
	if ceiling := e.ceilings[in.App.Preset]; ceiling != nil && in.App.Ceiling && decision.Allow {
		if in, decision, err = e.ask(ctx, Ceiling, ceiling, e.layerQuestion(in, decision), in, decision); err != nil {
			return Decision{}, err
		}
	}
	if in.Own != nil && decision.Allow {
		own, err := e.documents.compile(in.Own.Files, e.appTerms)
		if err != nil {
			return denied(decision, AppPolicy, err), nil
		}
		if in, decision, err = e.ask(ctx, AppPolicy, own, e.layerQuestion(in, decision), in, decision); err != nil {
			return Decision{}, err
		}
	}
	return e.guard(ctx, in, decision)
}

// ask asks one layer what it says to a question. An error says nothing about the document; where that is wrong,
// everything is denied.
func (e *Engine) ask(ctx context.Context, layer Layer, document *rego.Document, asked map[string]any, in Input, decision Decision) (Input, Decision, error) {
	told, err := document.Ask(ctx, asked, e.bounds())
	if rego.Passing(err) {
		return in, decision, fmt.Errorf("ask a policy: %w", err)
	}
	var c cut
	var keep []Condition
	if err == nil {
		c, err = e.cutOf(told, document.OnlyRule())
	}
	if err == nil {
		keep, err = e.conditionsOf(layer, told)
	}
	if err != nil {
		return in, denied(decision, layer, err), nil
	}
	if layer == Ceiling {
		c.lifted = in.Grant.lifted()
	}
	var why causes
	in.Grant, why = c.apply(in.Grant)
	if len(why) == 0 && len(keep) == 0 {
		return in, decision, nil
	}
	after, err := e.decideBase(ctx, in)
	if err != nil {
		return in, decision, err
	}
	decision = intersect(decision, after, because(layer, why))
	decision.Keep = append(slices.Clone(decision.Keep), keep...)
	if len(keep) > 0 {
		decision.Entities = conditional(decision.Entities)
	}
	return in, decision, nil
}

// denied is a decision of which a layer that is wrong lets nothing through.
func denied(decision Decision, layer Layer, err error) Decision {
	code := layer.failed() + ":" + strings.Join(strings.Fields(err.Error()), " ")
	decision.Allow, decision.Reasons = false, []string{code}
	none := Decision{Entities: map[string]EntityDecision{}}
	return intersect(decision, none, func(catalog.Member) string { return code })
}

// conditional says of every open entity that its records have to be looked at.
func conditional(entities map[string]EntityDecision) map[string]EntityDecision {
	for plural, one := range entities {
		if one.Rows == Always {
			one.Rows = Conditional
			entities[plural] = one
		}
	}
	return entities
}

// because gives the code of what a layer took away, empty for what it did not.
func because(layer Layer, why causes) func(catalog.Member) string {
	return func(m catalog.Member) string {
		if rule, ok := why[m]; ok {
			return codeOf(layer, rule)
		}
		return ""
	}
}

// codeOf is the code of what a rule of a layer decided, with the rule in its words.
func codeOf(layer Layer, rule rego.Rule) string {
	says := name(rule)
	if rule.Description != "" {
		says += ": " + strings.TrimSuffix(strings.Join(strings.Fields(rule.Description), " "), ".")
	}
	return string(layer) + ":" + says
}
