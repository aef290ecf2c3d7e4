package policy_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// things is a catalog of one entity with a field of every sort that matters here.
func things() []catalog.Entity {
	return []catalog.Entity{{Name: "thing", Plural: "things", Served: true, Fields: []catalog.Field{
		{Name: "id", Kind: catalog.ID, Class: catalog.Structural, Versions: catalog.Both},
		{Name: "note", Kind: catalog.Text, Class: catalog.Directory, Versions: catalog.Both},
		{Name: "secret", Kind: catalog.Text, Class: catalog.Credential, Versions: catalog.Both},
		{Name: "odd", Kind: catalog.Text, Class: catalog.Unclassified, Versions: catalog.Both},
	}}}
}

// giving asks about a grant of things.
func giving() policy.Input {
	return asking(policy.Grant{Scope: policy.Everyone(), Entities: map[string]policy.EntityGrant{
		"things": {Open: true, Fields: []string{"note", "secret", "odd"}},
	}})
}

const rules = `package rostergate.base

# METADATA
# title: credential
# description: Never.
hidden contains "credential" if input.app.id

# METADATA
# title: unclassified
# description: Not yet.
hidden contains "unclassified" if input.app.id

`

// deciding is an engine whose rules answer with a text of Rego.
func deciding(t *testing.T, decision string) *policy.Engine {
	t.Helper()
	return ruled(t, rules+"decision := "+decision+"\n")
}

func ruled(t *testing.T, text string) *policy.Engine {
	t.Helper()
	e, err := policy.NewEngine(fstest.MapFS{"rules.rego": {Data: []byte(text)}}, things(), policy.EvaluationTime)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// verdict is one that the engine accepts, but for some changes.
func verdict(t *testing.T, changes map[string]any) string {
	t.Helper()
	all := map[string]any{
		"allow": true, "deny": []string{}, "open": []string{"things"}, "closed": map[string]any{},
		"shared": map[string]any{"things": []string{"id", "note"}},
		"hidden": map[string]any{"things": map[string]any{"secret": []string{"credential"}, "odd": []string{"unclassified"}}},
		"masks":  map[string]any{}, "rows": map[string]any{"things": "always"},
		"members": map[string]any{}, "hiddenMembers": map[string]any{},
	}
	maps.Copy(all, changes)
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func refuses(t *testing.T, says string, e *policy.Engine, in policy.Input) {
	t.Helper()
	decision, err := e.Decide(t.Context(), in)
	if err == nil || decision.Allow || len(decision.Entities) > 0 {
		t.Errorf("%s: allowed %v, error %v", says, decision.Allow, err)
	}
	if plan, err := e.Plan(t.Context(), in); err == nil || plan != nil {
		t.Errorf("%s: there is a plan, error %v", says, err)
	}
}

func TestAnUndefinedDecisionIsAnError(t *testing.T) {
	refuses(t, "undefined", ruled(t, "package rostergate.base\n\ndecision := {} if input.app.id == \"nobody\"\n"), giving())
	refuses(t, "without the rule", ruled(t, "package rostergate.base\n\nallow := true\n"), giving())
	refuses(t, "without the package", ruled(t, "package rostergate.other\n\ndecision := {}\n"), giving())
}

func TestADecisionThatErrsIsAnError(t *testing.T) {
	conflict := "package rostergate.base\n\ndecision := x if some x in [1, 2]\n"
	refuses(t, "two answers", ruled(t, conflict), giving())
	builtin := "package rostergate.base\n\ndecision := {\"allow\": allow}\n\nallow if not concat(\"\", mixed)\n\nmixed := [x | some x in [input.now, input.app.id]]\n"
	refuses(t, "a builtin that errs", ruled(t, builtin), giving())
}

func TestAMalformedDecisionIsAnError(t *testing.T) {
	for says, changes := range map[string]map[string]any{
		"a word for allow":            {"allow": "yes"},
		"a member that nobody knows":  {"permit": true},
		"denied and allowed":          {"deny": []string{"credential"}},
		"neither denied nor allowed":  {"allow": false},
		"open though denied":          {"allow": false, "deny": []string{"credential"}},
		"open and closed":             {"closed": map[string]any{"things": []string{"credential"}}},
		"neither open nor closed":     {"open": []string{}},
		"a field shared and hidden":   {"shared": map[string]any{"things": []string{"id", "note", "odd"}}},
		"a field neither":             {"shared": map[string]any{"things": []string{"id"}}},
		"nothing shared or hidden":    {"shared": map[string]any{}},
		"a shared credential":         {"shared": map[string]any{"things": []string{"id", "note", "secret"}}, "hidden": map[string]any{"things": map[string]any{"odd": []string{"unclassified"}}}},
		"a shared unclassified field": {"shared": map[string]any{"things": []string{"id", "note", "odd"}}, "hidden": map[string]any{"things": map[string]any{"secret": []string{"credential"}}}},
		"a mask that does not fit":    {"masks": map[string]any{"things": map[string]string{"note": "year"}}},
		"a mask on structure":         {"masks": map[string]any{"things": map[string]string{"id": "initial"}}},
		"no rows":                     {"rows": map[string]any{}},
		"rows of another sort":        {"rows": map[string]any{"things": "often"}},
		"a reason without a rule":     {"open": []string{}, "closed": map[string]any{"things": []string{"whim"}}},
	} {
		refuses(t, says, deciding(t, verdict(t, changes)), giving())
	}
	if _, err := deciding(t, verdict(t, nil)).Plan(t.Context(), giving()); err != nil {
		t.Errorf("what the others were made from is refused too: %v", err)
	}
	refuses(t, "a number", deciding(t, "1"), giving())
	refuses(t, "a list", deciding(t, "[]"), giving())
	refuses(t, "null", deciding(t, "null"), giving())
}

func TestAMemberThatOnlyTheRulesGrantIsAnError(t *testing.T) {
	in := giving()
	in.Keys = []policy.Key{{Member: catalog.Member{Entity: "things", Bag: catalog.Metadata, Name: "note"}, Reviewed: true}}
	given := map[string]any{"members": map[string]any{"things": map[string]any{"metadata": []string{"note"}}}}
	refuses(t, "a key", deciding(t, verdict(t, given)), in)
}

func TestAFieldThatNobodyClassifiedIsDeniedByTheRules(t *testing.T) {
	base, err := fs.Sub(policy.Base, "base")
	if err != nil {
		t.Fatal(err)
	}
	things := things()
	things[0].Plural = "users" // whose scopes and routes it has then
	e, err := policy.NewEngine(base, things, policy.EvaluationTime)
	if err != nil {
		t.Fatal(err)
	}
	grant := policy.Grant{Scope: policy.Everyone(), Entities: map[string]policy.EntityGrant{
		"users": {Open: true, Fields: []string{"id", "note", "secret", "odd"}},
	}}
	decision, err := e.Decide(t.Context(), asking(grant))
	if err != nil {
		t.Fatal(err)
	}
	for name, reason := range map[string]string{"id": "", "note": "", "secret": "credential", "odd": "unclassified"} {
		if got := decision.Entities["users"].Fields[name]; got.Share != (reason == "") || got.Reason != reason {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAnEvaluationThatTakesTooLongIsAnError(t *testing.T) {
	text := `package rostergate.base

decision := {"n": count([1 | some a in n; some b in n; some c in n; some d in n; a != input.now; b != c; d != a])}

n := [` + strings.Repeat("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ", 10) + `0]
`
	e, err := policy.NewEngine(fstest.MapFS{"rules.rego": {Data: []byte(text)}}, things(), 20*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, "slow", e, giving())
}

func TestACancelledQuestionIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if decision, err := engine(t).Decide(ctx, asking(full())); err == nil || decision.Allow {
		t.Errorf("allowed %v, error %v", decision.Allow, err)
	}
}

func TestRulesCannotLookOutsideOrMakeMuchOutOfLittle(t *testing.T) {
	for _, call := range []string{
		`http.send({"method": "get", "url": "http://localhost"})`, `opa.runtime()`, `net.lookup_ip_addr("localhost")`,
		`time.now_ns()`, `rand.intn("x", 2)`, `uuid.rfc4122("x")`, `io.jwt.decode("x")`, `trace("x")`,
		`sprintf("%s", ["x"])`, `replace("x", "x", "y")`, `regex.replace("x", "x", "y")`, `array.concat([1], [2])`,
		`numbers.range(1, 9)`, `walk(input)`, `json.unmarshal("1")`, `rego.metadata.rule()`,
	} {
		text := "package rostergate.base\n\ndecision := x if x := " + call + "\n"
		_, err := policy.NewEngine(fstest.MapFS{"rules.rego": {Data: []byte(text)}}, things(), policy.EvaluationTime)
		if err == nil {
			t.Errorf("rules may call %s", call)
		}
	}
}

func TestAMisspeltPathIsACompileError(t *testing.T) {
	paths := regexp.MustCompile(`\b(input\.[a-z.]+|catalog\.(?:entities|masks|scopes)|\.(?:fields|class|kind|needs|follows|twins|versions|requires|shown_by|narrowed_by|structure|bags|served|open|masks|keys|types|metadata|reviewed|unreviewed|bag|entity|field|mask|all|only))\b`)
	for path, text := range regoFiles(t) {
		if strings.HasSuffix(path, "_test.rego") {
			continue
		}
		seen := map[string]bool{}
		for _, at := range paths.FindAllStringIndex(text, -1) {
			line := text[strings.LastIndexByte(text[:at[0]], '\n')+1 : at[1]]
			word := text[at[0]:at[1]]
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "import") || seen[word] {
				continue
			}
			seen[word] = true
			if err := compileWith(t, path, text[:at[1]]+"s_"+text[at[1]:]); err == nil {
				t.Errorf("%s compiles with %ss_", path, strings.TrimSpace(line))
			}
		}
	}
}

// compileWith compiles the base policy with another text for one of its files.
func compileWith(t *testing.T, path, text string) error {
	t.Helper()
	files := fstest.MapFS{}
	for name, original := range regoFiles(t) {
		files[strings.TrimPrefix(name, "base/")] = &fstest.MapFile{Data: []byte(original)}
	}
	files[strings.TrimPrefix(path, "base/")] = &fstest.MapFile{Data: []byte(text)}
	_, err := policy.NewEngine(files, catalog.Entities(), policy.EvaluationTime)
	return err
}

// Negating a membership in what may be undefined is undefined, not true: such a
// rule would silently not hide.
func TestNoRuleNegatesAMembershipInWhatMayBeUndefined(t *testing.T) {
	trap := regexp.MustCompile(`not [^\n]*(\[[^\n]* in | in [^\n]*\[)`)
	for path, text := range regoFiles(t) {
		if found := trap.FindString(text); found != "" && !strings.HasSuffix(path, "_test.rego") {
			t.Errorf("%s: %s", path, found)
		}
	}
}

func TestTheCatalogIsAsTheRulesTakeIt(t *testing.T) {
	facts := policy.Facts(catalog.Entities())
	for name, e := range facts.Entities {
		if !e.Served && len(e.ShownBy) == 0 {
			t.Errorf("nothing shows %s, which has no reads of its own", name)
		}
		for _, other := range e.Requires {
			if !facts.Entities[other].Served {
				t.Errorf("%s requires %s, which has no switch", name, other)
			}
		}
		for field, f := range e.Fields {
			for _, other := range f.Follows {
				if len(facts.Entities[other.Entity].Fields[other.Field].Follows) > 0 {
					t.Errorf("%s.%s follows %s, which follows another in turn", name, field, other)
				}
			}
		}
	}
}

func TestEveryReasonIsSaidInASentence(t *testing.T) {
	for _, code := range engine(t).Codes() {
		sentence := engine(t).Reason(code)
		if !strings.HasSuffix(sentence, ".") || strings.ToUpper(sentence[:1]) != sentence[:1] {
			t.Errorf("%s: %q", code, sentence)
		}
	}
	if got := engine(t).Reason("requires_ungranted:users"); !strings.HasSuffix(got, ": users.") {
		t.Errorf("what is blamed is missing from %q", got)
	}
	if got := engine(t).Reason("whim"); got != "" {
		t.Errorf("an unknown code is said to be %q", got)
	}
}
