package policy

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

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
)

// LayerOf is the layer that gave a reason, empty where the base policy did.
func LayerOf(code string) Layer {
	rule := Layer(ruleOf(code))
	if rule == Ceiling || rule == AppPolicy {
		return rule
	}
	return ""
}

// failed is the reason of a layer that is wrong: nothing is shared then.
func (l Layer) failed() string {
	return map[Layer]string{Ceiling: "ceiling_failed", AppPolicy: "policy_failed"}[l]
}

// layerReasons are said behind all reasons of the base policy, and in this order.
func layerReasons() []rego.Rule {
	return []rego.Rule{
		{Title: string(Ceiling), Description: "Hidden by the ceiling of this app."},
		{Title: string(AppPolicy), Description: "Hidden by this app's policy."},
		{Title: Ceiling.failed(), Description: "The ceiling of this app gives no answer, so nothing is shared."},
		{Title: AppPolicy.failed(), Description: "This app's policy gives no answer, so nothing is shared."},
	}
}

// appTerms are what an app's policy is compiled under: fewer builtins than the base
// policy has, for none of them can make much memory out of little.
func appTerms(entities []catalog.Entity) (rego.Terms, error) {
	facts, err := factsModule(entities)
	return rego.Terms{Schema: appSchema, Facts: facts, Builtins: append(operators(),
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
	if ceiling := e.ceilings[in.App.Preset]; ceiling != nil && in.App.Ceiling && decision.Allow {
		var err error
		if in, decision, err = e.ask(ctx, Ceiling, ceiling, in, decision); err != nil {
			return Decision{}, err
		}
	}
	if in.Own == nil || !decision.Allow {
		return decision, nil
	}
	own, err := e.documents.compile(in.Own.Files, e.appTerms)
	if err != nil {
		return denied(decision, AppPolicy, err), nil
	}
	_, decision, err = e.ask(ctx, AppPolicy, own, in, decision)
	return decision, err
}

// ask asks one layer. An error says nothing about the document; where that is wrong,
// everything is denied.
func (e *Engine) ask(ctx context.Context, layer Layer, document *rego.Document, in Input, decision Decision) (Input, Decision, error) {
	told, err := document.Ask(ctx, e.layerQuestion(in, decision), e.bounds())
	if rego.Passing(err) {
		return in, decision, fmt.Errorf("ask the app's policy: %w", err)
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

// intersect leaves of a decision what another of the same grant shares as well. What it
// takes away has the reason that because gives, or else the other decision's.
func intersect(decision, other Decision, because func(catalog.Member) string) Decision {
	decision.Entities = maps.Clone(decision.Entities)
	decision.Allow = decision.Allow && other.Allow
	for plural, one := range decision.Entities {
		decision.Entities[plural] = intersectEntity(plural, one, other.Entities[plural], because)
	}
	return decision
}

func intersectEntity(plural string, one, other EntityDecision, because func(catalog.Member) string) EntityDecision {
	if !one.Allow {
		return one
	}
	closed := ""
	if !other.Allow {
		closed = firstOf(because(catalog.Member{Entity: plural}), other.Reason)
		one.Allow, one.Reason, one.Rows = false, closed, ""
	}
	if other.Rows == Never && one.Allow {
		one.Rows = Never
	}
	fields := map[string]FieldDecision{}
	for name, f := range one.Fields {
		fields[name] = intersectField(f, other.Fields[name], closed, because(catalog.Member{Entity: plural, Name: name}))
	}
	one.Fields = fields
	members := func(bag catalog.Bag, mine, others map[string]MemberDecision) map[string]MemberDecision {
		all := map[string]MemberDecision{}
		for name, m := range mine {
			if left := others[name]; m.Share && (closed != "" || !left.Share) {
				m = MemberDecision{Reason: firstOf(closed, because(catalog.Member{Entity: plural, Bag: bag, Name: name}), left.Reason)}
			}
			all[name] = m
		}
		return all
	}
	one.Keys = members(catalog.Metadata, one.Keys, other.Keys)
	one.Types = members(catalog.UserIDs, one.Types, other.Types)
	return one
}

// intersectField leaves of a shared field what the other shares, under the coarser mask.
func intersectField(f, other FieldDecision, closed, because string) FieldDecision {
	mask, comparable := Coarser(f.Mask, other.Mask)
	switch {
	case !f.Share:
		return f
	case closed != "":
		return FieldDecision{Reason: closed}
	case !other.Share || !comparable:
		return FieldDecision{Reason: firstOf(because, other.Reason)}
	}
	return FieldDecision{Share: true, Mask: mask}
}

func firstOf(reasons ...string) string {
	for _, reason := range reasons {
		if reason != "" {
			return reason
		}
	}
	return ""
}

// layerQuestion renders what an app's policy is asked, in the form of
// app/input.schema.json.
func (e *Engine) layerQuestion(in Input, decision Decision) map[string]any {
	needs, held := []any{}, []any{}
	for _, need := range in.Needs {
		needs = append(needs, map[string]any{"name": need.Name.String(), "entity": need.Name.Entity, "required": need.Required})
	}
	for _, k := range in.Keys {
		held = append(held, map[string]any{"name": k.String(), "entity": k.Entity, "bag": string(k.Bag), "reviewed": k.Reviewed})
	}
	return map[string]any{
		"app":     map[string]any{"id": in.App.ID, "preset": in.App.Preset},
		"day":     in.Now.UTC().Format(time.DateOnly),
		"needs":   needs,
		"granted": e.grantedQuestion(decision),
		"members": held,
		"scope":   scopeQuestion(in.Grant.Scope),
	}
}

// unclassified is the class of what a district named and nobody knows, as rules read it.
const unclassified = "unclassified"

// grantedQuestion lists what a decision shares.
func (e *Engine) grantedQuestion(decision Decision) []any {
	asked := []any{}
	tell := func(m catalog.Member, class catalog.Class, mask Mask) {
		asked = append(asked, map[string]any{
			"name": m.String(), "entity": m.Entity, "bag": string(m.Bag), "class": cmp.Or(string(class), unclassified), "mask": string(mask),
		})
	}
	for _, entity := range e.entities {
		one := decision.Entities[entity.Plural]
		for _, f := range entity.Fields {
			if judged := one.Fields[f.Name]; judged.Share {
				tell(catalog.Member{Entity: entity.Plural, Name: f.Name}, f.Class, judged.Mask)
			}
		}
		for _, key := range sharedMembers(one.Keys) {
			tell(catalog.Member{Entity: entity.Plural, Bag: catalog.Metadata, Name: key}, catalog.ClassOfKey(entity.Plural, key), "")
		}
		for _, kind := range sharedMembers(one.Types) {
			tell(catalog.Member{Entity: entity.Plural, Bag: catalog.UserIDs, Name: kind}, catalog.Unclassified, "")
		}
	}
	return asked
}

// Check compiles a policy of an app with its tests, and runs none. What its author has to
// mend is of rego.Problems. So is a name that the catalog does not have: the policy is
// asked once about an app that is granted everything.
func (e *Engine) Check(ctx context.Context, files rego.Source) error {
	if err := rego.CheckDocument(files, e.appTerms); err != nil {
		return err
	}
	document, err := e.documents.compile(files, e.appTerms)
	if err != nil {
		return err
	}
	in := e.everything()
	told, err := document.Ask(ctx, e.layerQuestion(in, e.shared(in)), e.bounds())
	if err == nil {
		_, err = e.cutOf(told, document.OnlyRule())
	}
	if err == nil {
		_, err = e.conditionsOf(AppPolicy, told)
	}
	if err != nil && !rego.Passing(err) {
		err = rego.Problems{{Says: err.Error()}}
	}
	return err
}

// Test checks a policy of an app and runs the tests that come with it, as it would be
// asked for an app. Errors are those of Check; tests that take more than they may are of
// rego.Problems, too.
func (e *Engine) Test(ctx context.Context, files rego.Source) (rego.Report, error) {
	if err := e.Check(ctx, files); err != nil {
		return rego.Report{}, err
	}
	report, err := rego.Test(ctx, files, e.appTerms, rego.Bounds{Time: testTime, Steps: testSteps, Memory: mostMemory})
	if ctx.Err() == nil && (errors.Is(err, rego.ErrSteps) || rego.Passing(err)) {
		err = rego.Problems{{Says: "the tests did not end: " + err.Error()}}
	}
	return report, err
}

// everything is an app that is granted every field of every entity.
func (e *Engine) everything() Input {
	in := Input{App: AppState{ID: "everything", State: Enabled}, Now: time.Unix(0, 0), Grant: Grant{Entities: map[string]EntityGrant{}, Scope: Everyone()}}
	for _, entity := range e.entities {
		granted := EntityGrant{Open: true}
		for _, f := range entity.Fields {
			granted.Fields = append(granted.Fields, f.Name)
		}
		in.Grant.Entities[entity.Plural] = granted
	}
	return in
}

// shared is a decision that shares what a grant ticks, whatever speaks against it.
func (e *Engine) shared(in Input) Decision {
	decision := Decision{Allow: true, Entities: map[string]EntityDecision{}}
	for plural, granted := range in.Grant.Entities {
		one := EntityDecision{Allow: granted.Open, Fields: map[string]FieldDecision{}}
		for _, name := range granted.Fields {
			one.Fields[name] = FieldDecision{Share: true}
		}
		decision.Entities[plural] = one
	}
	return decision
}

// bounds are those of one question to an app's policy.
func (e *Engine) bounds() rego.Bounds {
	return rego.Bounds{Time: e.evaluationTime, Steps: mostSteps, Memory: mostMemory}
}

// The tests of a policy ask it many times.
const (
	testTime  = 10 * time.Second // by the clock
	testSteps = 16 * mostSteps
)
