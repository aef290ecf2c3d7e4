package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy/rego"
)

// Stage is one of those that say something of a decision, in their order: of the app, of its
// permissions, and the layers by their names.
type Stage string

// The stages of the base policy. Those of the layers are called as Layer.Stage says.
const (
	OfApp         Stage = "app"         // the app's state, its credential and the end of its permissions
	OfPermissions Stage = "permissions" // what is ticked, and what a rule of the base policy keeps back
)

// Said is what a stage said of something.
type Said string

// What stages say.
const (
	Passes  Said = "passes"
	Hides   Said = "hides"
	Blurs   Said = "masks"
	Lifted  Said = "lifted"    // it would hide, and is lifted
	Unasked Said = "not asked" // it is hidden already
	Absent  Said = "absent"    // the app has no such layer
)

// Step is what one stage said of an entity, a field, a key or a type.
type Step struct {
	Stage Stage
	Said  Said
	Codes []string    // of the rules that hide or mask it, the one that decided first; of what is lifted, the rule that would hide it
	Mask  Mask        // that the stage put on it
	Lift  string      // why it was lifted
	Keep  []Condition // that the stage puts on the records of the entity
}

// Rule is the rule of a layer that gave the first code, in its own words; empty where the
// base policy gave it.
func (s Step) Rule() string {
	if len(s.Codes) == 0 || LayerOf(s.Codes[0]).Stage() != s.Stage {
		return ""
	}
	return wordsOf(s.Codes[0])
}

// Trace is how a decision came about. Its Steps end as its Decision does.
type Trace struct {
	Decision Decision
	app      AppState
	lifts    map[string]string
	reasons  reasons
	base     verdict
	first    Decision // what the base policy decided
	asked    []passage
}

// passage is a layer that was asked, and what it left.
type passage struct {
	layer Layer
	cut   cut
	why   causes
	left  Decision
}

// pass notes that a layer was asked, for a trace alone.
func (t *Trace) pass(layer Layer, c cut, why causes, left Decision) {
	if t != nil {
		t.asked = append(t.asked, passage{layer, c, why, left})
	}
}

// Trace decides, and says how it came about. It costs more than Decide: it is for people who
// ask. Errors are those of Decide.
func (e *Engine) Trace(ctx context.Context, in Input) (Trace, error) {
	t := &Trace{app: in.App, lifts: in.Grant.Lifts, reasons: e.reasons}
	in.trace = t
	var err error
	if t.Decision, err = e.Decide(ctx, in); err != nil {
		return Trace{}, err
	}
	whole := ofEveryScope(in)
	if t.base, err = e.evaluate(ctx, question(whole)); err == nil {
		t.first, err = e.judge(whole, t.base)
	}
	if err != nil {
		return Trace{}, fmt.Errorf("trace a decision for app %s: %w", in.App.ID, err)
	}
	return *t, nil
}

// Steps are what each stage said of an entity, which has no name, or of a field, a key or a
// type of it. None are of what the decision does not speak of.
func (t Trace) Steps(m catalog.Member) []Step {
	if _, known := t.Decision.of(m); !known {
		return nil
	}
	steps := []Step{t.appStep(m), t.permissionsStep(m)}
	before, _ := t.first.of(m)
	for _, layer := range t.layers() {
		var step Step
		step, before = t.stepOf(layer, m, before)
		steps = append(steps, step)
	}
	return steps
}

// stepOf is what a layer said, and what it left. One that was asked more than once, as it has
// several documents, says what the last said that took anything away.
func (t Trace) stepOf(layer Layer, m catalog.Member, before FieldDecision) (Step, FieldDecision) {
	said := Step{Stage: layer.Stage(), Said: absentOr(before)}
	for _, p := range t.asked {
		if p.layer != layer {
			continue
		}
		after, _ := p.left.of(m)
		next := t.layerStep(p, m, before, after)
		if said.Said == Absent || next.Said == Hides || next.Said == Blurs || next.Said == Lifted {
			said.Said, said.Codes, said.Mask, said.Lift = next.Said, next.Codes, next.Mask, next.Lift
		}
		said.Keep, before = next.Keep, after
	}
	return said, before
}

// layers are those that there are, and whatever else was asked.
func (t Trace) layers() []Layer {
	all := Layers()
	for _, p := range t.asked {
		if !slices.Contains(all, p.layer) {
			all = append(all, p.layer)
		}
	}
	return all
}

func absentOr(before FieldDecision) Said {
	if !before.Share {
		return Unasked
	}
	return Absent
}

// appStep is what the app and its credential say. A token that does not open an entity
// closes what all the other stages left.
func (t Trace) appStep(m catalog.Member) Step {
	codes := t.base.Deny
	if said, _ := t.Decision.of(m); len(codes) == 0 && said.Reason == scopeNotHeld {
		codes = []string{scopeNotHeld}
	}
	return t.hides(Step{Stage: OfApp, Said: Passes}, codes)
}

// hides is a step that hides where there are codes. Sorting them cannot fail: they were
// sorted before.
func (t Trace) hides(s Step, codes []string) Step {
	if len(codes) > 0 {
		s.Said = Hides
		s.Codes, _ = t.reasons.sorted(codes)
	}
	return s
}

// permissionsStep is what the base policy says of what is ticked. Of what is in a closed
// entity it says no more than that.
func (t Trace) permissionsStep(m catalog.Member) Step {
	said, _ := t.first.of(m)
	s := Step{Stage: OfPermissions, Said: Passes, Mask: said.Mask}
	if said.Mask != "" {
		s.Said = Blurs
	}
	if codes := t.base.Closed[m.Entity]; m.Name == "" || len(codes) > 0 {
		s = t.hides(s, codes)
	} else if m.Bag != "" {
		s = t.hides(s, t.base.HiddenMembers[m.Entity][string(m.Bag)][m.Name])
	} else {
		s = t.hides(s, t.base.Hidden[m.Entity][m.Name])
	}
	if !said.Share && s.Said != Hides {
		s.Said = Unasked // the app as a whole is denied
	}
	return s
}

// layerStep is what a layer made of what was left before it.
func (t Trace) layerStep(p passage, m catalog.Member, before, after FieldDecision) Step {
	s := Step{Stage: p.layer.Stage(), Said: Passes}
	switch {
	case !before.Share:
		s.Said = Unasked
	case !after.Share:
		s.Said, s.Codes = Hides, []string{after.Reason}
	case after.Mask != before.Mask:
		s.Said, s.Mask, s.Codes = Blurs, after.Mask, []string{codeOf(p.layer, p.why[m])}
	default:
		if rule, lifted := p.cut.lifts(m); lifted {
			s.Said, s.Codes, s.Lift = Lifted, []string{codeOf(p.layer, rule)}, t.liftOf(m)
		}
	}
	if m.Name == "" && after.Share {
		for _, c := range p.left.Keep {
			if c.Of.Entity == m.Entity && LayerOf(c.Reason) == p.layer {
				s.Keep = append(s.Keep, c)
			}
		}
	}
	return s
}

// lifts is the rule of a cut that would hide something, were it not lifted.
func (c cut) lifts(m catalog.Member) (rego.Rule, bool) {
	if len(c.lifted) == 0 {
		return rego.Rule{}, false
	}
	c.lifted = nil
	return c.closes(m)
}

// liftOf is why something was lifted: itself, or what it stands in or holds.
func (t Trace) liftOf(m catalog.Member) string {
	if why, named := t.lifts[m.String()]; named {
		return why
	}
	for name, why := range t.lifts {
		if l := catalog.ParseMember(name); within(m, l) || within(l, m) {
			return why
		}
	}
	return ""
}

// of is what the decision says of an entity, a field, a key or a type, and whether it
// speaks of it.
func (d Decision) of(m catalog.Member) (FieldDecision, bool) {
	one, known := d.Entities[m.Entity]
	switch {
	case m.Name == "":
		return FieldDecision{Share: one.Allow, Reason: one.Reason}, known
	case m.Bag == "":
		f, known := one.Fields[m.Name]
		return f, known
	}
	members := one.Types
	if m.Bag == catalog.Metadata {
		members = one.Keys
	}
	said, known := members[m.Name]
	return FieldDecision{Share: said.Share, Reason: said.Reason}, known
}

// Stage is the layer as a stage.
func (l Layer) Stage() Stage { return Stage(strings.TrimSuffix(l.failed(), "_failed")) }
