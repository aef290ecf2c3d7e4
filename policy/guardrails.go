package policy

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy/rego"
)

//go:embed guardrails
var guardrails embed.FS

//go:embed guardrails/input.schema.json
var guardrailSchema string

// Guardrail is a rule of the district that no grant may break: one of a kind, or one that
// the district wrote. To the engine both are the same, rules in Rego that take away.
type Guardrail struct {
	ID         string        `json:"id"`             // a slug, unique among those of the district
	Kind       GuardrailKind `json:"kind,omitempty"` // empty of one that the district wrote
	Parameters Parameters    `json:"parameters,omitzero"`
	Files      rego.Source   `json:"files,omitempty"` // of one that the district wrote
}

// Parameters are what a kind of guardrail asks for. Its rules read them.
type Parameters struct {
	Class  catalog.Class `json:"class,omitempty"`
	Vendor Vendor        `json:"vendor,omitempty"`
}

// GuardrailKind is one of those that a district chooses from.
type GuardrailKind string

// The kinds of guardrails.
const (
	SpecialNeedsAgreement GuardrailKind = "special-needs-agreement"
	PersonalNeedsPurpose  GuardrailKind = "personal-needs-purpose"
	NoUnclassifiedKey     GuardrailKind = "no-unclassified-key"
	ClassNeverForVendor   GuardrailKind = "class-never-for-vendor" // the only one that has parameters
)

// GuardrailKinds lists the kinds in the order in which they are asked.
func GuardrailKinds() []GuardrailKind {
	return []GuardrailKind{SpecialNeedsAgreement, PersonalNeedsPurpose, NoUnclassifiedKey, ClassNeverForVendor}
}

// Chosen is the guardrail of a kind that a district chooses with parameters.
func (k GuardrailKind) Chosen(p Parameters) Guardrail {
	id := string(k)
	if k == ClassNeverForVendor {
		id = "never-" + string(p.Class) + "-for-" + string(p.Vendor)
	}
	return Guardrail{ID: id, Kind: k, Parameters: p}
}

// BarredClasses lists the classes that ClassNeverForVendor may name: what has no tick of its
// own, or may never have one, is not among them.
func BarredClasses() []catalog.Class {
	return []catalog.Class{catalog.Special, catalog.Personal, catalog.Contact, catalog.Directory}
}

// Vendor is what kind of product an app is. Empty is one of which nobody has said it.
type Vendor string

// The kinds of products.
const (
	Assessment    Vendor = "assessment"
	Communication Vendor = "communication"
	Curriculum    Vendor = "curriculum"
	Library       Vendor = "library"
	Planning      Vendor = "planning" // of college and career
	Practice      Vendor = "practice" // of tests and skills
	OtherVendor   Vendor = "other"
)

// Vendors lists the kinds of products.
func Vendors() []Vendor {
	return []Vendor{Assessment, Communication, Curriculum, Library, Planning, Practice, OtherVendor}
}

// Agreed is what a guardrail knows of the agreement with an app's vendor.
type Agreed struct {
	There      bool
	Start, End string // days as YYYY-MM-DD, the last one included; empty where it is not said
	Categories []catalog.Category
}

// InForce reports whether the agreement holds on a day. On one that is not known it does
// not.
func (a Agreed) InForce(day string) bool {
	return a.There && day != "" && a.Start <= day && (a.End == "" || day <= a.End)
}

// rules are the Rego of a guardrail.
func (g Guardrail) rules() (rego.Source, error) {
	if g.Kind == "" {
		return g.Files, nil
	}
	if !slices.Contains(GuardrailKinds(), g.Kind) {
		return nil, fmt.Errorf("there is no kind of guardrails %q", g.Kind)
	}
	file := strings.ReplaceAll(string(g.Kind), "-", "_") + ".rego"
	text, err := guardrails.ReadFile("guardrails/" + file)
	if err != nil {
		return nil, fmt.Errorf("read the rules of %s: %w", g.Kind, err)
	}
	return rego.Source{file: string(text)}, nil
}

// GuardrailRule is what people read of one rule of a guardrail.
type GuardrailRule struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"` // what to do about it
}

// GuardrailRules lists the rules of a guardrail that have a title, as they are written. Of
// one that does not compile there are none.
func (e *Engine) GuardrailRules(g Guardrail) (all []GuardrailRule) {
	files, err := g.rules()
	if err != nil {
		return nil
	}
	document, err := e.documents.compile(files, e.guardrailTerms)
	if err != nil {
		return nil
	}
	for _, rule := range document.Rules() {
		all = append(all, GuardrailRule{rule.Title, strings.Join(strings.Fields(rule.Description), " ")})
	}
	return all
}

// guard asks every guardrail about what the layers before left. One that is wrong denies.
func (e *Engine) guard(ctx context.Context, in Input, decision Decision) (Decision, error) {
	for _, g := range in.Guardrails {
		if !decision.Allow {
			return decision, nil
		}
		files, err := g.rules()
		var document *rego.Document
		if err == nil {
			document, err = e.documents.compile(files, e.guardrailTerms)
		}
		if err != nil {
			return denied(decision, GuardrailLayer, fmt.Errorf("%s: %w", g.ID, err)), nil
		}
		asked := e.guardrailQuestion(in, g, decision)
		if in, decision, err = e.ask(ctx, GuardrailLayer, document, asked, in, decision); err != nil {
			return Decision{}, err
		}
	}
	return decision, nil
}

// guardrailQuestion renders what a guardrail is asked, in the form of
// guardrails/input.schema.json: what an app's policy is, and what the district knows of the
// vendor.
func (e *Engine) guardrailQuestion(in Input, g Guardrail, decision Decision) map[string]any {
	asked := e.layerQuestion(in, decision)
	asked["day"] = in.Day
	asked["app"] = map[string]any{"id": in.App.ID, "preset": in.App.Preset, "vendor": string(in.App.Vendor)}
	asked["purpose"] = strings.TrimSpace(in.Grant.Purpose)
	asked["agreement"] = map[string]any{"in_force": in.Agreed.InForce(in.Day), "categories": texts(in.Agreed.Categories)}
	asked["parameters"] = map[string]any{"class": string(g.Parameters.Class), "vendor": string(g.Parameters.Vendor)}
	granted, _ := asked["granted"].([]any)
	for _, one := range granted {
		if given, ok := one.(map[string]any); ok {
			given["category"] = string(e.categoryOf(catalog.ParseMember(fmt.Sprint(given["name"]))))
		}
	}
	return asked
}

// categoryOf is the row of the schedule of data that something is in.
func (e *Engine) categoryOf(m catalog.Member) catalog.Category {
	entity, _ := e.entity(m.Entity)
	switch m.Bag {
	case catalog.Metadata:
		return catalog.CategoryOfKey(m.Entity, m.Name)
	case "":
		field, _ := entity.Field(m.Name)
		return field.Category
	}
	bag, _ := entity.Field(string(m.Bag))
	return bag.Category
}

// Broken is something that a grant ticks and guardrails take away.
type Broken struct {
	catalog.Member        // an entity without a name, a field, a key or a type
	Shown, Left    Mask   // how it would be shown without guardrails, and how it is
	Code           string // the reason, a guardrail's or that of what hangs on something else; empty where it is only masked more
}

// Broken lists what guardrails take away of what is decided without them, in the order of
// names.
func (e *Engine) Broken(ctx context.Context, in Input) ([]Broken, error) {
	if len(in.Guardrails) == 0 {
		return nil, nil
	}
	guarded, err := e.Decide(ctx, in)
	if err != nil {
		return nil, err
	}
	in.Guardrails = nil
	free, err := e.Decide(ctx, in)
	if err != nil {
		return nil, err
	}
	var all []Broken
	for plural, one := range free.Entities {
		if one.Allow {
			all = append(all, brokenOf(plural, one, guarded.Entities[plural])...)
		}
	}
	slices.SortFunc(all, func(a, b Broken) int { return a.Compare(b.Member) })
	return all, nil
}

func brokenOf(plural string, free, left EntityDecision) (all []Broken) {
	if !left.Allow {
		all = append(all, Broken{Member: catalog.Member{Entity: plural}, Code: left.Reason})
	}
	for name, f := range free.Fields {
		if is := left.Fields[name]; f.Share && (!is.Share || f.Mask != is.Mask) {
			all = append(all, Broken{catalog.Member{Entity: plural, Name: name}, f.Mask, is.Mask, is.Reason})
		}
	}
	for bag, members := range map[catalog.Bag][2]map[string]MemberDecision{
		catalog.Metadata: {free.Keys, left.Keys}, catalog.UserIDs: {free.Types, left.Types},
	} {
		for name, m := range members[0] {
			if is := members[1][name]; m.Share && !is.Share {
				all = append(all, Broken{catalog.Member{Entity: plural, Bag: bag, Name: name}, "", "", is.Reason})
			}
		}
	}
	return all
}

// Newly lists what is broken and was not before, or was under a mask that told less.
func Newly(before, after []Broken) []Broken {
	return slices.DeleteFunc(slices.Clone(after), func(is Broken) bool {
		return slices.ContainsFunc(before, func(was Broken) bool {
			coarser, comparable := Coarser(was.Shown, is.Shown)
			return was.Member == is.Member && comparable && coarser == is.Shown
		})
	})
}
