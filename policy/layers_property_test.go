package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// written makes a policy out of bytes: most are well formed, and name what there is.
func (d *dice) written() string {
	var rules strings.Builder
	rules.WriteString("package rostergate.app\n\nimport data.rostergate.catalog\n\nnames := object.keys(catalog.names)\n")
	for range 1 + d.roll()%5 {
		rules.WriteString("\n" + d.rule() + "\n")
	}
	return rules.String() + "\nhide contains name if {\n\tsome name in names\n\tname == \"orgs.identifier\"\n}\n"
}

func (d *dice) rule() string {
	name := d.name()
	if d.roll() > 250 {
		return []string{"hide := {\"users.email\"}", "hide contains \"users.emial\"", "hide contains if"}[d.roll()%3]
	}
	return []string{
		fmt.Sprintf("hide contains %q", name),
		fmt.Sprintf("only contains %q", name),
		fmt.Sprintf("mask[%q] := %q", name, policy.Masks()[d.roll()%4]),
		fmt.Sprintf("hide contains given.name if {\n\tsome given in input.granted\n\tgiven.class == %q\n}", []string{"personal", "contact", "structural", "secret"}[d.roll()%4]),
		"only contains name if {\n\tsome name, about in catalog.names\n\tabout.class != \"contact\"\n}",
		fmt.Sprintf("only contains given.name if {\n\tsome given in input.granted\n\tgiven.entity != %q\n}", strings.Split(name, ".")[0]),
		fmt.Sprintf("hide contains %q if input.app.id == \"somebody\"", name),
		"hide contains member.name if {\n\tsome member in input.members\n\tnot member.reviewed\n}",
	}[d.roll()%8]
}

// name is what a rule may name, and seldom what it may not.
func (d *dice) name() string {
	all := catalog.Entities()
	entity := all[int(d.roll())%len(all)]
	field := entity.Fields[int(d.roll())%len(entity.Fields)].Name
	return []string{
		entity.Plural + "." + field, entity.Plural + "." + field, entity.Plural + "." + field, entity.Plural,
		entity.Plural + "." + field, "users.metadata", "users.metadata.homeLanguage", "users.userIds.StateID",
	}[d.roll()%8]
}

func TestNoPolicyOfAnAppAndNoCeilingAddsAnything(t *testing.T) {
	e := engine(t)
	denials, cuts := 0, 0 // of policies that are wrong, and of others
	rapid.Check(t, func(t *rapid.T) {
		d := &dice{rapid.SliceOfN(rapid.Byte(), 300, 1600).Draw(t, "dice")}
		in := d.input()
		before, err := e.Plan(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		narrowed := in
		text := d.written()
		if d.often() {
			narrowed.Own = &policy.Own{Files: rego.Source{"policy.rego": text}}
		}
		if d.half() {
			narrowed.App.Preset, narrowed.App.Ceiling = "amplify", true
			for range d.roll() % 40 {
				narrowed.Needs = append(narrowed.Needs, policy.Need{Name: catalog.ParseMember(d.name())})
			}
			narrowed.Grant.Lifts = map[string]string{d.name(): "why not"}
		}
		after, err := e.Plan(t.Context(), narrowed)
		if err != nil {
			t.Fatal(err)
		}
		if before.Allow && !after.Allow {
			denials++
		}
		if after.Allow && len(contents(after)) < len(contents(before)) {
			cuts++
		}
		onlyCoarser(t, before, after, text)
		widened(t, before, after)
	})
	if !testing.Short() && (denials == 0 || cuts == 0) { // which draws too few for that
		t.Errorf("%d policies were wrong, %d others took something away: the test has lost its meaning", denials, cuts)
	}
}

// onlyCoarser finds what a plan shows that another does not, or under a finer mask.
func onlyCoarser(t *rapid.T, before, after *policy.Plan, text string) {
	for _, e := range after.Entities() {
		was, ok := before.Entity(e.Entity.Plural)
		if !ok {
			t.Errorf("%s are new, by\n%s", e.Entity.Plural, text)
			continue
		}
		for _, f := range e.Fields {
			old, ok := was.Field(f.Name)
			if !ok {
				t.Errorf("%s.%s is new, by\n%s", e.Entity.Plural, f.Name, text)
				continue
			}
			if coarser, comparable := policy.Coarser(old.Mask, f.Mask); !comparable || coarser != f.Mask {
				t.Errorf("%s.%s went from the mask %q to %q, by\n%s", e.Entity.Plural, f.Name, old.Mask, f.Mask, text)
			}
		}
		for _, gained := range slices.Concat(beyond(was.Keys, e.Keys), beyond(was.Types, e.Types)) {
			t.Errorf("%s of %s is new, by\n%s", gained, e.Entity.Plural, text)
		}
	}
}
