package policy_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// traced is the trace of a decision.
func traced(t testing.TB, in policy.Input) policy.Trace {
	t.Helper()
	trace, err := engine(t).Trace(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// decider is the step that hides something, the first that does, and whether one does.
func decider(steps []policy.Step) (policy.Step, bool) {
	i := slices.IndexFunc(steps, func(s policy.Step) bool { return s.Said == policy.Hides })
	if i < 0 {
		return policy.Step{}, false
	}
	return steps[i], true
}

// lastMask is the mask that the steps end with.
func lastMask(steps []policy.Step) (mask policy.Mask) {
	for _, s := range steps {
		if s.Said == policy.Blurs {
			mask = s.Mask
		}
	}
	return mask
}

// step finds what a stage said of something.
func step(t testing.TB, trace policy.Trace, name string, stage policy.Stage) policy.Step {
	t.Helper()
	steps := trace.Steps(catalog.ParseMember(name))
	i := slices.IndexFunc(steps, func(s policy.Step) bool { return s.Stage == stage })
	if i < 0 {
		t.Fatalf("no step of %s is %q: %+v", name, stage, steps)
	}
	return steps[i]
}

func TestATraceEndsAsTheDecisionDoesAndItsFirstDeciderGivesTheReason(t *testing.T) {
	e := engine(t)
	deciders := map[policy.Stage]int{}
	blurred, lifted := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := &dice{rapid.SliceOfN(rapid.Byte(), 300, 1600).Draw(t, "dice")}
		in := d.input()
		switch d.roll() % 4 {
		case 0:
		case 1: // most policies that are drawn are wrong, or mask what is not shared
			in.Own = under(in.Grant, "mask[\"users.givenName\"] := \"constant\"\n\nmask[\"orgs.name\"] := \"initial\"\n").Own
		default:
			in.Own = &policy.Own{Files: rego.Source{"policy.rego": d.written()}}
		}
		if d.half() {
			in.App.Preset, in.App.Ceiling = "amplify", true
			for range d.roll() % 40 {
				in.Needs = append(in.Needs, policy.Need{Name: catalog.ParseMember(d.name())})
			}
			in.Grant.Lifts = map[string]string{d.name(): "why not"}
		}
		more := &dice{rapid.SliceOfN(rapid.Byte(), 100, 400).Draw(t, "guardrails")}
		in.App.Vendor, in.Guardrails = policy.Practice, more.guardrails()
		if more.half() {
			in.Guardrails = append(in.Guardrails, wrote("mask[\"users.givenName\"] := \"constant\"\n\nmask[\"orgs.name\"] := \"constant\"\n\nhide contains \"classes.title\"\n")...)
		}
		decision, err := e.Decide(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		trace, err := e.Trace(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		same := func(m catalog.Member, share bool, mask policy.Mask, reason string) {
			steps := trace.Steps(m)
			first, hides := decider(steps)
			switch {
			case hides == share || len(steps) < 4:
				t.Errorf("%s: shared %v, and the trace says %+v", m, share, steps)
			case hides && first.Codes[0] != reason:
				t.Errorf("%s is hidden because of %q, and the trace says %q", m, reason, first.Codes[0])
			case share && lastMask(steps) != mask:
				t.Errorf("%s is masked %q, and the trace says %+v", m, mask, steps)
			}
			for _, s := range steps {
				if s.Said == policy.Hides {
					deciders[first.Stage]++
				}
				blurred += map[bool]int{true: 1}[s.Said == policy.Blurs && s.Stage != policy.OfPermissions]
				lifted += map[bool]int{true: 1}[s.Said == policy.Lifted]
			}
		}
		for plural, one := range decision.Entities {
			same(catalog.Member{Entity: plural}, one.Allow, "", one.Reason)
			for name, f := range one.Fields {
				same(catalog.Member{Entity: plural, Name: name}, f.Share, f.Mask, f.Reason)
			}
			for name, k := range one.Keys {
				same(catalog.Member{Entity: plural, Bag: catalog.Metadata, Name: name}, k.Share, "", k.Reason)
			}
			for name, k := range one.Types {
				same(catalog.Member{Entity: plural, Bag: catalog.UserIDs, Name: name}, k.Share, "", k.Reason)
			}
		}
	})
	if testing.Short() { // which draws too few to meet everything
		return
	}
	stages := []policy.Stage{policy.OfApp, policy.OfPermissions}
	for _, layer := range policy.Layers() {
		stages = append(stages, layer.Stage())
	}
	for _, stage := range stages {
		if deciders[stage] == 0 {
			t.Errorf("%q never decided: the test has lost its meaning", stage)
		}
	}
	if blurred == 0 || lifted == 0 {
		t.Errorf("%d masks by layers and %d lifts: the test has lost its meaning", blurred, lifted)
	}
}

func TestATraceSaysEveryRuleOfTheBasePolicyThatSpeaksAgainstSomething(t *testing.T) {
	grant := reading()
	in := asking(grant)
	password := step(t, traced(t, in), "users.password", policy.OfPermissions)
	if password.Codes[0] != "credential" || !slices.Contains(password.Codes, "not_ticked") {
		t.Errorf("of the password it says %q", password.Codes)
	}
	in.App.State = policy.Suspended
	trace := traced(t, in)
	if s := step(t, trace, "users.email", policy.OfApp); s.Said != policy.Hides || s.Codes[0] != "app_suspended" {
		t.Errorf("of a suspended app it says %+v", s)
	}
	if s := step(t, trace, "users.email", policy.OfPermissions); s.Said == policy.Passes {
		t.Errorf("its permissions say %+v", s)
	}
	if steps := trace.Steps(catalog.ParseMember("users.nothing")); steps != nil {
		t.Errorf("of what there is not it says %+v", steps)
	}
}

func TestATraceSaysWhichLayerMadeAMaskCoarserAndWhatWasLifted(t *testing.T) {
	grant := reading()
	change(grant, "users", func(e *policy.EntityGrant) { e.Masks = map[string]policy.Mask{"familyName": policy.Initial} })
	grant.Lifts = map[string]string{"demographics.sex": "the board agreed"}
	in := under(grant, `
# METADATA
# title: Nobody's name
mask["users.familyName"] := "constant"

keep_rows contains {"field": "students.grades", "op": "in", "value": ["09"]}
`)
	in.App.Preset, in.App.Ceiling = "eduready360", true
	for _, name := range []string{"users", "orgs", "users.givenName", "users.familyName"} {
		in.Needs = append(in.Needs, policy.Need{Name: catalog.ParseMember(name)})
	}
	trace := traced(t, in)
	if s := step(t, trace, "users.familyName", policy.OfPermissions); s.Said != policy.Blurs || s.Mask != policy.Initial {
		t.Errorf("of the name the permissions say %+v", s)
	}
	if s := step(t, trace, "users.familyName", policy.AppPolicy.Stage()); s.Said != policy.Blurs || s.Mask != policy.Constant || s.Codes[0] != "hidden_by_policy:Nobody's name" {
		t.Errorf("of the name the policy says %+v", s)
	}
	if s := step(t, trace, "demographics.sex", policy.Ceiling.Stage()); s.Said != policy.Lifted || s.Lift != "the board agreed" || policy.LayerOf(s.Codes[0]) != policy.Ceiling {
		t.Errorf("of what is lifted the ceiling says %+v", s)
	}
	if s := step(t, trace, "demographics.birthDate", policy.Ceiling.Stage()); s.Said != policy.Hides {
		t.Errorf("of the birth date the ceiling says %+v", s)
	}
	if s := step(t, trace, "demographics.birthDate", policy.AppPolicy.Stage()); s.Said != policy.Unasked {
		t.Errorf("of the birth date the policy says %+v", s)
	}
	if s := step(t, trace, "users", policy.AppPolicy.Stage()); len(s.Keep) != 1 || s.Keep[0].Of.Name != "grades" {
		t.Errorf("of users the policy says %+v", s)
	}
	in.Own, in.App.Ceiling = nil, false
	for _, layer := range policy.Layers() {
		if s := step(t, traced(t, in), "users.familyName", layer.Stage()); s.Said != policy.Absent {
			t.Errorf("an app without it: %+v", s)
		}
	}
}
