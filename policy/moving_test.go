package policy_test

import (
	"maps"
	"testing"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// rulesThat are rules of a policy, by what they do.
func rulesThat(moves bool) map[string]string {
	if !moves {
		return map[string]string{
			"names a field":                        `hide contains "users.email"`,
			"reads the scope and the app":          `hide contains "users.email" if { input.app.id == "lms"; not input.scope.former }`,
			"reads what the vendor asks for":       `only contains need.name if some need in input.needs`,
			"hides what it stands in":              `hide contains given.name if { some given in input.granted; given.class == "special" }`,
			"asks a function of what it stands in": "hide contains given.name if { some given in input.granted; special(given) }\nspecial(given) if given.class == \"special\"",
			"masks what it stands in":              `mask[given.name] := "constant" if { some given in input.granted; given.name == "users.email" }`,
			"says day in a name and in a comment":  "hide contains \"users.email\" if birthday # input.day\nbirthday if true",
		}
	}
	return map[string]string{
		"reads the day":                         `hide contains "users.email" if input.day < "2030-01-01"`,
		"reads the day by a text":               `hide contains "users.email" if input["day"] < "2030-01-01"`,
		"reads the day by object.get":           `hide contains "users.email" if object.get(input, "day", "") < "2030-01-01"`,
		"reads a name that it works out":        `hide contains "users.email" if { some k, v in input; k == "day"; v < "2030-01-01" }`,
		"reads the day under another name":      "import input.day as today\nhide contains \"users.email\" if today < \"2030-01-01\"",
		"reads all under another name":          "import input as asked\nhide contains \"users.email\" if asked.day < \"2030-01-01\"",
		"takes all of it":                       `hide contains "users.email" if { all := input; all.day < "2030-01-01" }`,
		"reads the keys of the roster":          "hide contains \"users.email\" if not brought\nbrought if { some m in input.members; m.name == \"users.metadata.cohort\" }",
		"reads whether something else is given": "hide contains \"users.email\" if given\ngiven if { some g in input.granted; g.name == \"users.metadata.cohort\" }",
		"hides by something else that is given": `hide contains "users.email" if { some g in input.granted; g.name == "users.metadata.cohort" }`,
		"hides what two things stand in":        `hide contains g.name if { some g in input.granted; g.class == "special"; some o in input.granted; o.name == "users.metadata.cohort" }`,
		"counts what is given":                  `hide contains "users.email" if count(input.granted) > 3`,
		"reads what it hides":                   "hide contains g.name if { some g in input.granted; g.class == \"special\" }\nmask[\"users.givenName\"] := \"initial\" if count(hide) == 0",
		"asks how it is masked":                 `hide contains g.name if { some g in input.granted; g.class == "special"; g.mask == "" }`,
		"asks a function how it is masked":      "hide contains g.name if { some g in input.granted; g.class == \"special\"; plain(g) }\nplain(g) if object.get(g, \"mask\", \"\") == \"\"",
		"asks what it works out":                `hide contains g.name if { some g in input.granted; g.class == "special"; some k in {"name", "class"}; g[k] == "" }`,
		"keeps rows by the day":                 `keep_rows contains {"field": "users.givenName", "op": "lt", "value": input.day}`,
		"names what is given alone":             `only contains g.name if some g in input.granted`,
	}
}

func TestAPolicyThatMaySaySomethingElseByItselfIsKnown(t *testing.T) {
	rules := engine(t)
	for _, moves := range []bool{true, false} {
		for what, text := range rulesThat(moves) {
			files := rego.Source{"app.rego": "package rostergate.app\n\n" + text + "\n"}
			if err := rules.Check(t.Context(), files); err != nil {
				t.Errorf("a policy that %s: %v", what, err)
			}
			if is, err := rules.PolicyMoves(t.Context(), policy.Own{Files: files}); err != nil || is != moves {
				t.Errorf("a policy that %s moves: %t, %v", what, is, err)
			}
		}
	}
}

func TestATestThatSetsTheDayMovesNothing(t *testing.T) {
	rules := engine(t)
	files := rego.Source{"app.rego": "package rostergate.app\n\nhide contains \"users.email\"\n"}
	tested := maps.Clone(files)
	tested["app_test.rego"] = "package rostergate.app_test\n\ntest_it if data.rostergate.app.hide with input as {\"day\": \"2026-01-01\"}\n"
	if is, err := rules.PolicyMoves(t.Context(), policy.Own{Files: tested}); err != nil || is {
		t.Errorf("it moves: %t, %v", is, err)
	}
}

func TestGuardrailsOfTheListDoNotMove(t *testing.T) {
	rules := engine(t)
	for _, kind := range policy.GuardrailKinds() {
		if is, err := rules.GuardrailMoves(t.Context(), kind.Chosen(policy.Parameters{})); err != nil || is {
			t.Errorf("%s moves: %t, %v", kind, is, err)
		}
	}
}
