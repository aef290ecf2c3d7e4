package policy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

func TestATokenOfFewerScopesEscapesNoRuleThatReadsWhatAnotherScopeOpens(t *testing.T) {
	in := under(reading(), `hide contains "users.email" if {
	some given in input.granted
	given.name == "demographics.birthDate"
}

keep_rows contains {"field": "users.grades", "op": "in", "value": ["09"]} if {
	some given in input.granted
	given.entity == "demographics"
}
`)
	for _, scope := range catalog.TokenScopes() {
		in.TokenScopes = []catalog.TokenScope{scope}
		decision := decide(t, in)
		if email := decision.Entities["users"].Fields["email"]; email.Share {
			t.Errorf("a token of %s alone is given the address: %+v", scope, email)
		}
		if len(decision.Keep) != 1 {
			t.Errorf("a token of %s alone is under the conditions %+v", scope, decision.Keep)
		}
	}
	in.TokenScopes = []catalog.TokenScope{catalog.CoreScope}
	decision := decide(t, in)
	if users := decision.Entities["users"]; !users.Allow || !users.Fields["familyName"].Share || users.Rows != policy.Conditional {
		t.Errorf("what the scope opens is closed: %+v", users)
	}
	if one := decision.Entities["demographics"]; one.Allow || one.Reason != "scope_not_held" || one.Fields["birthDate"].Share {
		t.Errorf("demographics are open to another scope: %+v", one)
	}
}

// reads is a rule that turns on something that one scope opens and another does not.
func (d *dice) reads() string {
	head := []string{
		fmt.Sprintf("hide contains %q", d.name()),
		fmt.Sprintf("mask[%q] := %q", "users."+[]string{"email", "familyName"}[d.roll()%2], policy.Masks()[d.roll()%4]),
		`keep_rows contains {"field": "users.grades", "op": "in", "value": ["09"]}`,
		fmt.Sprintf("only contains name if {\n\tsome name in {\"users\", \"orgs\", \"demographics\"}\n}\n\nhide contains %q", d.name()),
	}[d.roll()%4]
	if d.half() { // whatever is granted
		return head + "\n"
	}
	body := fmt.Sprintf("some given in input.granted\n\tgiven.entity == %q", []string{"demographics", "users", "resources", "classes"}[d.roll()%4])
	if d.half() {
		body = fmt.Sprintf("every given in input.granted {\n\t\tgiven.name != %q\n\t}", d.name())
	}
	return head + " if {\n\t" + body + "\n}\n"
}

// Whatever a token holds, it is given what a token of every scope is given, as far as its
// scopes open it, and nothing else.
func TestATokenIsGivenWhatOneOfEveryScopeIsAsFarAsItsScopesOpenIt(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		narrows(t, e, &dice{rapid.SliceOfN(rapid.Byte(), 300, 1600).Draw(t, "dice")})
	})
}

// The same over draws that are always the same, among which there are entities that scopes
// close, and decisions with conditions: what is drawn at random may have none.
func TestTheDrawsOfTokensHaveWhatScopesCloseAndConditionsToo(t *testing.T) {
	e := engine(t)
	cuts, keeps := 0, 0
	for seed := range uint64(60) {
		from, rolls := rand.New(rand.NewPCG(seed, 1)), make([]byte, 1000)
		for i := range rolls {
			rolls[i] = byte(from.Uint32())
		}
		cut, kept := narrows(t, e, &dice{rolls})
		if cuts += cut; kept {
			keeps++
		}
	}
	if cuts == 0 || keeps == 0 {
		t.Errorf("scopes closed %d entities, %d decisions had conditions: the test has lost its meaning", cuts, keeps)
	}
}

// narrows checks what is decided for a token that is drawn. It returns how many entities its
// scopes closed, and whether the decision had conditions.
func narrows(t interface {
	rapid.TB
	Context() context.Context
}, e *policy.Engine, d *dice,
) (cuts int, keeps bool) {
	t.Helper()
	in := d.input()
	text := "package rostergate.app\n"
	for range 1 + d.roll()%3 {
		text += "\n" + d.reads()
	}
	alone := in
	if d.often() {
		in.Own = &policy.Own{Files: rego.Source{"policy.rego": text}}
	}
	in.App.Preset, in.App.Ceiling = "amplify", d.seldom()
	in.Needs = []policy.Need{{Name: catalog.ParseMember("users")}}
	held, whole := in.TokenScopes, in
	whole.TokenScopes = catalog.TokenScopes()
	got, err := e.Decide(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	all, err := e.Decide(t.Context(), whole)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := e.DecideBase(t.Context(), alone)
	if err != nil {
		t.Fatal(err)
	}
	if len(held) == 0 {
		if got.Allow || len(policyOpen(got)) > 0 {
			t.Fatalf("a token without a scope is given %v", policyOpen(got))
		}
		return 0, false
	}
	if len(all.Keep) > 0 {
		keeps = true
	}
	if got.Allow != all.Allow || asText(t, got.Keep) != asText(t, all.Keep) || asText(t, got.Reasons) != asText(t, all.Reasons) {
		t.Fatalf("with %v it is %v under %v, with every scope %v under %v, by\n%s", held, got.Allow, got.Keep, all.Allow, all.Keep, text)
	}
	for plural, one := range all.Entities {
		if one.Allow && !opened.Entities[plural].Allow {
			cuts++
			if is := got.Entities[plural]; is.Allow || len(policyOpen(policy.Decision{Entities: map[string]policy.EntityDecision{plural: is}})) > 0 {
				t.Fatalf("%s are open to %v: %+v", plural, held, is)
			}
			continue
		}
		if asText(t, got.Entities[plural]) != asText(t, one) {
			t.Fatalf("to %v %s are %+v, to every scope %+v, by\n%s", held, plural, got.Entities[plural], one, text)
		}
	}
	return cuts, keeps
}

// Scopes are cut in Go, after all rules; what they leave is what the base policy says.
func TestWhatScopesLeaveIsWhatTheBasePolicySaysOfThem(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		in := (&dice{rapid.SliceOfN(rapid.Byte(), 300, 1600).Draw(t, "dice")}).input()
		got, err := e.Decide(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		want, err := e.DecideBase(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if asText(t, got) != asText(t, want) {
			t.Errorf("with %v it is\n%s\nand by the base policy\n%s", in.TokenScopes, asText(t, got), asText(t, want))
		}
	})
}

// policyOpen lists what a decision shares of anything.
func policyOpen(d policy.Decision) (open []string) {
	for plural, one := range d.Entities {
		if one.Allow {
			open = append(open, plural)
		}
		for name, f := range one.Fields {
			if f.Share {
				open = append(open, plural+"."+name)
			}
		}
		for _, members := range []map[string]policy.MemberDecision{one.Keys, one.Types} {
			for name, m := range members {
				if m.Share {
					open = append(open, plural+"."+name)
				}
			}
		}
	}
	slices.Sort(open)
	return open
}

func asText(t interface{ Fatal(args ...any) }, value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
